// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private final Map<Long, Deque<Datagram>> turns = new LinkedHashMap<>();
    private int size;

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
        Deque<Datagram> neighbours = turns.get(prefix);
        int share = most - size;
        if (share <= (neighbours == null ? 0 : neighbours.size())) {
            return false;
        }
        if (neighbours == null) {
            neighbours = new ArrayDeque<>(1);
            turns.put(prefix, neighbours);
        }
        neighbours.add(in);
        size++;
        return true;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The oldest message of the network that has waited longest for its turn. */
    Datagram remove() {
        Iterator<Map.Entry<Long, Deque<Datagram>>> first = turns.entrySet().iterator();
        Map.Entry<Long, Deque<Datagram>> turn = first.next();
        first.remove();
        Deque<Datagram> neighbours = turn.getValue();
        Datagram next = neighbours.remove();
        size--;
        if (!neighbours.isEmpty()) {
            turns.put(turn.getKey(), neighbours);
        }
        return next;
    }
}
