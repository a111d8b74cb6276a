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
 * Who has acknowledged what is being told (RFC 8263), and the counters of each member. In memory: a
 * restart tells everything again and counts anew.
 */
final class Acknowledgements {
    /** Rollovers in a row without an acknowledgement after which a member is taken for gone. */
    static final int MOST_MISSED = 3;

    /** The counters of one member. */
    static final class Progress {
        private long sent;
        private long acknowledged;
        private int missed;
        private long lastSequence;
        private byte[] lastKek = {};

        long sent() {
            return sent;
        }

        long acknowledged() {
            return acknowledged;
        }

        int missed() {
            return missed;
        }
    }

    private final Map<InetAddress, Progress> members = new HashMap<>();
    private final Set<InetAddress> done = new HashSet<>();
    private final Set<Long> sequences = new HashSet<>();
    private byte[] kek = {};

    /** Something new is going to be told. */
    void begin() {
        done.clear();
        sequences.clear();
    }

    /** A round was sent under {@code under}, whose sequence number is reserved already. */
    void sent(KekState under, List<Endpoint> receivers) {
        kek = under.spi();
        sequences.add(under.sequence());
        receivers.forEach(member -> of(member.address()).sent++);
    }

    /**
     * An authentic acknowledgement came.
     *
     * @return false for a repetition
     */
    boolean note(byte[] under, long sequence, InetAddress member) {
        Progress progress = of(member);
        boolean sameKek = Arrays.equals(progress.lastKek, under);
        if (sameKek && sequence <= progress.lastSequence) {
            return false;
        }
        progress.lastKek = under;
        progress.lastSequence = sequence;
        progress.acknowledged++;
        if (Arrays.equals(kek, under) && sequences.contains(sequence)) {
            done.add(member);
            progress.missed = 0;
        }
        return true;
    }

    /** A registration told a member everything. */
    void registered(InetAddress member) {
        done.add(member);
        of(member).missed = 0;
    }

    /** Those that are still to be told. */
    List<Endpoint> missing(List<Endpoint> all) {
        return all.stream()
                .filter(member -> !done.contains(member.address()))
                .collect(Collectors.toList());
    }

    /**
     * What was told is over.
     *
     * @return those that did not acknowledge it
     */
    List<Endpoint> conclude(List<Endpoint> all) {
        List<Endpoint> silent = new ArrayList<>(missing(all));
        silent.forEach(member -> of(member.address()).missed++);
        Set<InetAddress> present = all.stream().map(Endpoint::address).collect(Collectors.toSet());
        members.keySet().retainAll(present);
        return silent;
    }

    /** The counters of that member. */
    Progress of(InetAddress member) {
        return members.computeIfAbsent(member, none -> new Progress());
    }
}
