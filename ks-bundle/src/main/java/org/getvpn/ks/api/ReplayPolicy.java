// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether packets of a group carry the time at which they were sent, and how far that may be from
 * the receiver's (draft-weis-delay-detection-03).
 */
public final class ReplayPolicy {
    /** Packets carry no time. */
    public static final ReplayPolicy NONE = new ReplayPolicy(Clock.PSEUDOTIME, 0);

    /** Below this, two members' clocks may differ by as much as the window is wide. */
    public static final int LEAST_WINDOW_SECONDS = 2;

    /** As in deployed key servers. */
    public static final int MOST_WINDOW_SECONDS = 100;

    /** Whose time stands in a packet. */
    public enum Clock {
        /** the key server's, which members follow: needs no NTP */
        PSEUDOTIME,
        /** the sender's own: every member needs NTP */
        POSIX;

        /** The name in a configuration. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The one of that name in a configuration. */
        public static Optional<Clock> named(String text) {
            return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
        }

        /** Every name, for an error message. */
        public static String names() {
            return Arrays.stream(values()).map(Clock::text).collect(Collectors.joining(", "));
        }
    }

    private final Clock clock;
    private final int windowSeconds;

    private ReplayPolicy(Clock clock, int windowSeconds) {
        this.clock = Objects.requireNonNull(clock);
        this.windowSeconds = windowSeconds;
    }

    /**
     * Time-based anti-replay.
     *
     * @param windowSeconds how much older or newer than the receiver's time a packet may be, {@link
     *     #LEAST_WINDOW_SECONDS} to {@link #MOST_WINDOW_SECONDS}
     */
    public static ReplayPolicy byTime(Clock clock, int windowSeconds) {
        if (windowSeconds < LEAST_WINDOW_SECONDS || windowSeconds > MOST_WINDOW_SECONDS) {
            throw new IllegalArgumentException("anti-replay window of " + windowSeconds + " s");
        }
        return new ReplayPolicy(clock, windowSeconds);
    }

    /** Whether packets carry a time. */
    public boolean isByTime() {
        return windowSeconds > 0;
    }

    /** Whether members follow the key server's clock. */
    public boolean isByPseudotime() {
        return isByTime() && clock == Clock.PSEUDOTIME;
    }

    /** Whose time it is; without meaning unless {@link #isByTime}. */
    public Clock clock() {
        return clock;
    }

    /** To either side of the receiver's time; 0 unless {@link #isByTime}. */
    public int windowSeconds() {
        return windowSeconds;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplayPolicy
                && clock == ((ReplayPolicy) other).clock
                && windowSeconds == ((ReplayPolicy) other).windowSeconds;
    }

    @Override
    public int hashCode() {
        return Objects.hash(clock, windowSeconds);
    }

    /** For example {@code time within 5 s by pseudotime}, or {@code none}. */
    @Override
    public String toString() {
        return isByTime() ? "time within " + windowSeconds + " s by " + clock.text() : "none";
    }
}
