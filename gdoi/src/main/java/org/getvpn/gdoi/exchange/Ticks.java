// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.time.Duration;

/**
 * A reading of a monotonic clock, in nanoseconds. The origin is arbitrary and the value may wrap,
 * so only differences mean anything: compare with {@link #isBefore}.
 */
public final class Ticks {
    private final long nanos;

    private Ticks(long nanos) {
        this.nanos = nanos;
    }

    /** A reading, for example of {@link System#nanoTime()}. */
    public static Ticks ofNanos(long nanos) {
        return new Ticks(nanos);
    }

    /** The raw reading. */
    public long nanos() {
        return nanos;
    }

    /** This instant moved by {@code duration}. */
    public Ticks plus(Duration duration) {
        return new Ticks(nanos + duration.toNanos());
    }

    /** Whether this instant comes before {@code other}. */
    public boolean isBefore(Ticks other) {
        return nanos - other.nanos < 0;
    }

    /** The one that comes first; of an instant and null, which stands for never, the instant. */
    public static Ticks earlier(Ticks one, Ticks other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    /** The time from {@code earlier} to this instant; negative if it is later. */
    public Duration since(Ticks earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ticks && nanos == ((Ticks) other).nanos;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(nanos);
    }

    @Override
    public String toString() {
        return nanos + "ns";
    }
}
