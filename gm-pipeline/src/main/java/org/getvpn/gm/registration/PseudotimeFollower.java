// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.Arrays;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gm.sa.PacketTime;

/**
 * Follows one line of the key server's pseudotime. A large difference is stepped over, a small one
 * made up for slowly, so that packets under way stay within the window.
 *
 * <p>A message tells the time at which it was made. What delays it on its way makes the line look
 * later than it is, never earlier; so the least delayed of all messages is believed, less what
 * clocks drift in the time since it came.
 *
 * <p>How long the clock may go without being told: with D of 0.5 s for a message's delay, ρ of 50
 * ppm for the drift of either of two members, and a tolerance of N seconds, (N - 2D) / 2ρ. Then it
 * is not known any more, and nothing passes.
 */
final class PseudotimeFollower {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long NANOS_PER_MICRO = 1000;
    private static final long SLEW_MICROS_PER_SECOND = 500;
    private static final long SECONDS_PER_SECOND_OF_TOLERANCE = 10_000; // 1 / (2 * 50 ppm)
    private static final long LEAST_SECONDS = 600;

    private final byte[] epoch;
    private final PacketTime time = new PacketTime();
    private final long widthMicros;
    private long ahead;
    private long target;
    private Ticks told;
    private Ticks advanced;
    private long doubt;
    private boolean doubtful;

    /**
     * @param width of the window, in microseconds
     */
    private PseudotimeFollower(TimeBasedReplay replay, long width, Duration delay, Ticks now) {
        this.epoch = replay.epoch();
        this.widthMicros = width;
        this.doubt = micros(delay);
        step(ahead(replay, delay, now), now);
    }

    /** Begins to follow a line. */
    static PseudotimeFollower begin(TimeBasedReplay replay, Duration delay, Ticks now) {
        return new PseudotimeFollower(replay, replay.windowMilliseconds() * 1000, delay, now);
    }

    private static long ahead(TimeBasedReplay replay, Duration delay, Ticks now) {
        return replay.pseudotimeMicroseconds() + micros(delay) - now.nanos() / NANOS_PER_MICRO;
    }

    private static long micros(Duration time) {
        return time.toNanos() / NANOS_PER_MICRO;
    }

    boolean follows(TimeBasedReplay replay) {
        return Arrays.equals(epoch, replay.epoch());
    }

    /** For the packet path. */
    PacketTime time() {
        return time;
    }

    /**
     * A registration told the time: it cannot be the copy of an older message.
     *
     * @param delay expected since then; the time may be wrong by as much
     */
    void registered(TimeBasedReplay replay, Duration delay, Ticks now) {
        doubt = micros(delay);
        correct(ahead(replay, delay, now), now);
    }

    /**
     * A rekey told the time. Somebody may have held it back: the clock does not go back by more
     * than the window, and a registration has to tell. Within the window it goes back by what may
     * be its own fault; the rest is the rekey's delay.
     */
    void rekeyed(TimeBasedReplay replay, Ticks now) {
        long heard = ahead(replay, Duration.ZERO, now);
        if (heard < ahead - widthMicros) {
            doubtful = true;
            return;
        }
        long least = isKnown() ? target - doubt - drift(now) : heard;
        doubt = 0;
        correct(Math.max(heard, least), now);
    }

    /** How far two clocks may have run apart since the time was told, in microseconds. */
    private long drift(Ticks now) {
        return micros(now.since(told)) / SECONDS_PER_SECOND_OF_TOLERANCE;
    }

    private void correct(long heard, Ticks now) {
        doubtful = false;
        if (!isKnown() || Math.abs(heard - ahead) > widthMicros / 4) {
            step(heard, now);
        } else {
            target = heard;
            told = now;
        }
    }

    private void step(long heard, Ticks now) {
        ahead = heard;
        target = heard;
        told = now;
        advanced = now;
        time.set(ahead);
    }

    /** Lets time pass. */
    void advance(Ticks now) {
        if (!isKnown()) {
            return;
        }
        if (now.since(told).toSeconds() >= longestSilence()) {
            time.forget();
            return;
        }
        long most = micros(now.since(advanced)) * SLEW_MICROS_PER_SECOND / MICROS_PER_SECOND;
        if (most > 0) {
            ahead += Math.clamp(target - ahead, -most, most);
            advanced = now;
            time.set(ahead);
        }
    }

    /** Whether a registration has to tell the time. */
    boolean isDoubtful(Ticks now) {
        return doubtful || now.since(told).toSeconds() >= longestSilence() * 3 / 4;
    }

    private boolean isKnown() {
        return time.micros(0) != PacketTime.UNKNOWN;
    }

    private long longestSilence() {
        long tolerance = widthMicros / 2 - MICROS_PER_SECOND;
        return Math.max(
                LEAST_SECONDS, tolerance * SECONDS_PER_SECOND_OF_TOLERANCE / MICROS_PER_SECOND);
    }
}
