// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

/**
 * What time it is in packets, as a distance from the host's monotonic clock. Control sets it, every
 * packet thread reads it: one volatile number, no lock.
 */
public final class PacketTime {
    /** Answer of a clock that was never set, or not for too long. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private static final int NANOS_PER_MICRO = 1000;

    private volatile long ahead = UNKNOWN;

    /**
     * The time in packets, in microseconds.
     *
     * @param now reading of the monotonic clock that {@link #set} means, in nanoseconds
     * @return 0 or above; or {@link #UNKNOWN}
     */
    public long micros(long now) {
        long distance = ahead;
        return distance == UNKNOWN ? UNKNOWN : Math.max(0, now / NANOS_PER_MICRO + distance);
    }

    /**
     * Sets the clock.
     *
     * @param microsAhead of the monotonic clock
     */
    public void set(long microsAhead) {
        ahead = microsAhead;
    }

    /** Nobody knows the time any more. */
    public void forget() {
        ahead = UNKNOWN;
    }
}
