// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Endpoint;

/**
 * Who has the news of the rollover under way, by acknowledgement (RFC 8263), and what each member
 * missed so far. Counts begin with the membership or the key server; the store does not see an
 * acknowledgement, which may come a thousand times a second.
 *
 * <p>A member acknowledges any copy of the news: each round is a message of its own. What concerns
 * other messages is not counted, so that a deletion acknowledged late is no news heard.
 *
 * <p>The network thread brings acknowledgements while the group's writes to the disk.
 */
final class Acknowledgements {
    private final Map<InetAddress, Count> counts = new HashMap<>();
    private final Set<InetAddress> have = new HashSet<>();
    private final Set<Long> sequences = new HashSet<>();
    private volatile long toAll;
    private byte[] kekSpi = {};
    private boolean judged;

    /** What one member was sent and what it made of it. */
    final class Count {
        private final long toAllBefore;
        private volatile long sent;
        private volatile long acknowledged;
        private volatile int missed;

        /**
         * @param toAllBefore messages to all that it was no member for
         */
        Count(long toAllBefore) {
            this.toAllBefore = toAllBefore;
        }

        /** Rekey messages sent to it, each way counted once. */
        long sent() {
            return sent + toAll - toAllBefore;
        }

        /** Messages it acknowledged. */
        long acknowledged() {
            return acknowledged;
        }

        /** Rollovers in a row that it did not acknowledge. */
        int missed() {
            return missed;
        }
    }

    /** Other news from now on: nobody has them yet. */
    synchronized void begin() {
        have.clear();
        sequences.clear();
        judged = false;
    }

    /** The news went out once more, as the newest message under {@code kek}. */
    synchronized void sent(KekState kek) {
        kekSpi = kek.spi();
        sequences.add(kek.sequence());
    }

    /**
     * Any message went to each of {@code members}. If they are {@code all}, the same list, one
     * number tells, however many they are.
     */
    synchronized void counted(List<Endpoint> members, List<Endpoint> all) {
        if (members == all) {
            toAll++;
        } else {
            members.forEach(member -> of(member.address()).sent++);
        }
    }

    /** A member registered: it has all there is. */
    synchronized void registered(InetAddress member) {
        have.add(member);
        counts.computeIfAbsent(member, unknown -> new Count(toAll)).missed = 0;
    }

    /**
     * An acknowledgement whose hash is genuine.
     *
     * @return whether it tells something new
     */
    synchronized boolean take(byte[] spi, long sequence, InetAddress member) {
        if (!Arrays.equals(spi, kekSpi) || !sequences.contains(sequence) || !have.add(member)) {
            return false;
        }
        Count count = of(member);
        count.acknowledged++;
        count.missed = 0;
        return true;
    }

    /** Those of {@code members} that missed the last rollover. */
    synchronized List<Endpoint> doubtful(List<Endpoint> members) {
        return members.stream()
                .filter(member -> of(member.address()).missed > 0)
                .collect(Collectors.toList());
    }

    /** Those of {@code members} that did not acknowledge the news. */
    synchronized List<Endpoint> missing(List<Endpoint> members) {
        return members.stream()
                .filter(member -> !have.contains(member.address()))
                .collect(Collectors.toList());
    }

    /**
     * The time for an answer is over: counts what was missed, once per rollover.
     *
     * @return who missed it
     */
    synchronized List<Endpoint> judge(List<Endpoint> members) {
        if (judged) {
            return List.of();
        }
        judged = true;
        List<Endpoint> silent = new ArrayList<>(missing(members));
        silent.forEach(member -> of(member.address()).missed++);
        return silent;
    }

    /** What is known of a member, one of those that the key server began with if of none. */
    synchronized Count of(InetAddress member) {
        return counts.computeIfAbsent(member, unknown -> new Count(0));
    }

    /** That one is no member any more. */
    synchronized void forget(InetAddress member) {
        counts.remove(member);
        have.remove(member);
    }
}
