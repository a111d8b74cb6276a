// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;

/**
 * Acknowledgements of rekeys that all members heard in the same instant, each held back for a
 * random time, so that they do not reach the key server all at once (RFC 8263, section 5). What
 * comes meanwhile goes with the first.
 */
final class DelayedAcknowledgements {
    /** RFC 8263, section 5. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Of a message that has no activation delay. */
    private static final Duration OTHERWISE = Duration.ofSeconds(1);

    /** More than a key server sends within the delay; the oldest says least. */
    private static final int MOST = 16;

    private final SecureRandom random;
    private final Deque<Datagram> waiting = new ArrayDeque<>();
    private Ticks due;

    DelayedAcknowledgements(SecureRandom random) {
        this.random = random;
    }

    /** Keeps one until it is due: a quarter of the activation delay at most. */
    void add(Datagram acknowledgement, RekeyMessage message, Ticks now) {
        if (waiting.isEmpty()) {
            long spread = spread(message).toNanos();
            due = now.plus(Duration.ofNanos((long) (random.nextDouble() * spread)));
        } else if (waiting.size() == MOST) {
            waiting.remove();
        }
        waiting.add(acknowledgement);
    }

    private static Duration spread(RekeyMessage message) {
        Duration quarter =
                message.download()
                        .map(GroupDownload::activationDelaySeconds)
                        .map(seconds -> Duration.ofMillis(seconds * 250L))
                        .orElse(OTHERWISE);
        return quarter.compareTo(LONGEST) < 0 ? quarter : LONGEST;
    }

    /** Those whose time has come; each once. */
    List<Datagram> take(Ticks now) {
        if (due == null || now.isBefore(due)) {
            return List.of();
        }
        List<Datagram> ready = new ArrayList<>(waiting);
        clear();
        return ready;
    }

    /** When there is something to take; empty if nothing waits. */
    Optional<Ticks> due() {
        return Optional.ofNullable(due);
    }

    void clear() {
        waiting.clear();
        due = null;
    }
}
