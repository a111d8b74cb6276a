// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.TimeRule;

/**
 * What time it is in the group: by the key server's pseudotime or by this host's own clock. Makes
 * the rules that SAs keep for their lives, and keeps their clocks right. A line of pseudotime that
 * was followed goes on for SAs that were made under it.
 */
final class GroupTime {
    private static final int MOST_LINES = 4;
    private static final long NANOS_PER_MICRO = 1000;
    private static final double MICROS_PER_SECOND = 1e6;

    private final LongSupplier posixMicros;
    private final PacketTime posix = new PacketTime();
    private final Deque<PseudotimeFollower> lines = new ArrayDeque<>(); // the present one first
    private TimeBasedReplay policy; // null for none

    /**
     * @param posixMicros microseconds since 1970
     */
    GroupTime(LongSupplier posixMicros) {
        this.posixMicros = posixMicros;
    }

    /**
     * Why the time that a registration tells cannot be used: the key server told it at some instant
     * between question and answer, and that is all that is known.
     *
     * @param asked when the policy was asked for
     * @param received when it came
     */
    static Optional<String> refusal(GroupDownload download, Ticks asked, Ticks received) {
        Optional<TimeBasedReplay> replay = pseudotime(download);
        Duration took = received.since(asked);
        if (replay.isPresent() && took.toMillis() / 2 > replay.get().windowMilliseconds() / 4) {
            return Optional.of(
                    "the key server took "
                            + took.toMillis()
                            + " ms to answer, too long to tell the time by within an anti-replay"
                            + " window of "
                            + replay.get().windowMilliseconds()
                            + " ms: look for loss on the way, or widen the group's window");
        }
        return Optional.empty();
    }

    private static Optional<TimeBasedReplay> pseudotime(GroupDownload download) {
        return download.timeBasedReplay()
                .filter(replay -> replay.clock() == TimeBasedReplay.Clock.PSEUDOTIME);
    }

    /**
     * Takes what a registration says.
     *
     * @return the rule for its TEKs; null if packets carry no time
     */
    TimeRule registered(GroupDownload download, Ticks asked, Ticks received, Ticks now) {
        Duration delay = received.since(asked).dividedBy(2).plus(now.since(received));
        policy = download.timeBasedReplay().orElse(null);
        return rule(download, delay, now, true);
    }

    /**
     * Takes what a rekey says.
     *
     * @return the rule for its TEKs; null if packets carry no time
     */
    TimeRule rekeyed(GroupDownload download, Ticks now) {
        if (!download.teks().isEmpty()) {
            policy = download.timeBasedReplay().orElse(null);
        }
        return rule(download, Duration.ZERO, now, false);
    }

    private TimeRule rule(GroupDownload download, Duration delay, Ticks now, boolean fresh) {
        Optional<TimeBasedReplay> replay = download.timeBasedReplay();
        if (replay.isEmpty()) {
            return null;
        }
        long tolerance = replay.get().windowMilliseconds() * 1000 / 2;
        if (replay.get().clock() == TimeBasedReplay.Clock.POSIX_TIME) {
            followPosix(now);
            return new TimeRule(TimeRule.POSIX_TIME, tolerance, posix);
        }
        PseudotimeFollower line = line(replay.get());
        if (line == null) {
            line = PseudotimeFollower.begin(replay.get(), delay, now);
            lines.addFirst(line);
            if (lines.size() > MOST_LINES) {
                lines.removeLast();
            }
        } else if (fresh) {
            line.registered(replay.get(), delay, now);
        } else {
            line.rekeyed(replay.get(), now);
        }
        return new TimeRule(TimeRule.PSEUDOTIME, tolerance, line.time());
    }

    private PseudotimeFollower line(TimeBasedReplay replay) {
        for (PseudotimeFollower line : lines) {
            if (line.follows(replay)) {
                return line;
            }
        }
        return null;
    }

    private void followPosix(Ticks now) {
        posix.set(posixMicros.getAsLong() - now.nanos() / NANOS_PER_MICRO);
    }

    /** Lets time pass. */
    void advance(Ticks now) {
        lines.forEach(line -> line.advance(now));
        followPosix(now);
    }

    /** Whether a registration has to tell the time. */
    boolean isDoubtful(Ticks now) {
        return isByPseudotime() && !lines.isEmpty() && lines.peekFirst().isDoubtful(now);
    }

    private boolean isByPseudotime() {
        return policy != null && policy.clock() == TimeBasedReplay.Clock.PSEUDOTIME;
    }

    /** The membership is over. */
    void clear() {
        policy = null;
        lines.clear();
    }

    /** For the status: none, or how and what time it is. */
    String describe(Ticks now) {
        if (policy == null) {
            return "none";
        }
        PacketTime time = isByPseudotime() && !lines.isEmpty() ? lines.peekFirst().time() : posix;
        long micros = time.micros(now.nanos());
        return "time within "
                + policy.windowMilliseconds() / 2 / 1000.0
                + " s by "
                + (isByPseudotime() ? "pseudotime" : "posix")
                + (micros == PacketTime.UNKNOWN
                        ? ", not synchronised"
                        : ", now "
                                + String.format(Locale.ROOT, "%.3f s", micros / MICROS_PER_SECOND));
    }
}
