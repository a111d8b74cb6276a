// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.Arrays;
import java.util.Objects;

/**
 * Time-based anti-replay as a group's policy (draft-weis-delay-detection-03): which clock stamps a
 * packet, and how far a packet's time may be from the receiver's. Applies to every SA of the group.
 */
public final class TimeBasedReplay {
    /** Whose time stands in a packet. */
    public enum Clock {
        /** the sender's POSIX time */
        POSIX_TIME,
        /** a pseudotime that the key server keeps and members follow */
        PSEUDOTIME
    }

    /** Octets of {@link #epoch()}. */
    public static final int EPOCH_OCTETS = 8;

    private static final long MOST = 0xffff_ffffL;
    private static final int MICROSECONDS_PER_SECOND = 1_000_000;

    private final Clock clock;
    private final long windowMilliseconds;
    private final long pseudotimeMicroseconds;
    private final byte[] epoch;

    private TimeBasedReplay(Clock clock, long window, long pseudotime, byte[] epoch) {
        if (window < 1 || window > MOST) {
            throw new IllegalArgumentException(
                    "anti-replay window of " + window + " ms: 1 to 4294967295");
        }
        if (pseudotime < 0 || pseudotime / MICROSECONDS_PER_SECOND > MOST) {
            throw new IllegalArgumentException("pseudotime of " + pseudotime + " microseconds");
        }
        this.clock = clock;
        this.windowMilliseconds = window;
        this.pseudotimeMicroseconds = pseudotime;
        this.epoch = epoch;
    }

    /**
     * With the senders' own clocks.
     *
     * @param windowMilliseconds total width of the window, 1 to 2^32-1
     */
    public static TimeBasedReplay ofPosixTime(long windowMilliseconds) {
        return new TimeBasedReplay(Clock.POSIX_TIME, windowMilliseconds, 0, new byte[0]);
    }

    /**
     * With the key server's pseudotime.
     *
     * @param windowMilliseconds total width of the window, 1 to 2^32-1
     * @param pseudotimeMicroseconds at the instant the message is made, below 2^32 seconds
     * @param epoch 8 octets that name the line of pseudotime
     */
    public static TimeBasedReplay ofPseudotime(
            long windowMilliseconds, long pseudotimeMicroseconds, byte[] epoch) {
        if (epoch.length != EPOCH_OCTETS) {
            throw new IllegalArgumentException("pseudotime epoch of " + epoch.length + " octets");
        }
        return new TimeBasedReplay(
                Clock.PSEUDOTIME, windowMilliseconds, pseudotimeMicroseconds, epoch.clone());
    }

    /** Whose time stands in a packet. */
    public Clock clock() {
        return clock;
    }

    /** Total width: a packet is accepted up to half of it before and behind the receiver's time. */
    public long windowMilliseconds() {
        return windowMilliseconds;
    }

    /** The key server's, when the message was made; 0 with POSIX time. */
    public long pseudotimeMicroseconds() {
        return pseudotimeMicroseconds;
    }

    /** 8 octets that change when the pseudotime begins anew, a copy; none with POSIX time. */
    public byte[] epoch() {
        return epoch.clone();
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof TimeBasedReplay)) {
            return false;
        }
        TimeBasedReplay that = (TimeBasedReplay) other;
        return clock == that.clock
                && windowMilliseconds == that.windowMilliseconds
                && pseudotimeMicroseconds == that.pseudotimeMicroseconds
                && Arrays.equals(epoch, that.epoch);
    }

    @Override
    public int hashCode() {
        return Objects.hash(clock, windowMilliseconds, pseudotimeMicroseconds);
    }

    @Override
    public String toString() {
        return clock + " within " + windowMilliseconds + " ms";
    }
}
