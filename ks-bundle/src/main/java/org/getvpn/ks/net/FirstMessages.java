// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.SourcePrefix;

/**
 * Messages that begin an exchange and wait for their turn: bounded, and fair to the networks that
 * they say they come from. Networks take turns, and each may have as many waiting as there are free
 * places (the dynamic threshold of Choudhury and Hahne, 1998). So whoever floods under the
 * addresses of some networks crowds out itself: the others find a free place and are soon served.
 *
 * <p>Not thread-safe.
 */
final class FirstMessages {
    private final int most;
    private final Turns<Long, Datagram> turns = new Turns<>();

    /**
     * @param most that may wait in all
     */
    FirstMessages(int most) {
        this.most = most;
    }

    /**
     * @return false if the message's network has its share waiting already; the peer sends again
     */
    boolean add(Datagram in) {
        long prefix = SourcePrefix.of(in.remote().address());
        int share = most - turns.size();
        if (turns.of(prefix) >= share) {
            return false;
        }
        turns.add(prefix, in);
        return true;
    }

    boolean isEmpty() {
        return turns.size() == 0;
    }

    /** The oldest message of the network that has waited longest for its turn. */
    Datagram remove() {
        return turns.remove();
    }
}
