// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits, by who it waits for: each owner's in its order, and owners take turns, so that who
 * has much waiting waits for itself only. Unbounded; the caller knows how much one owner may have.
 *
 * <p>Not thread-safe.
 *
 * @param <K> an owner
 * @param <V> what waits
 */
final class Turns<K, V> {
    private final Map<K, Deque<V>> waiting = new LinkedHashMap<>();
    private int size;

    /** Waits behind what its owner has waiting already. */
    void add(K owner, V value) {
        waiting.computeIfAbsent(owner, none -> new ArrayDeque<>(1)).add(value);
        size++;
    }

    /** How much an owner has waiting. */
    int of(K owner) {
        Deque<V> queue = waiting.get(owner);
        return queue == null ? 0 : queue.size();
    }

    /** How much waits in all. */
    int size() {
        return size;
    }

    /**
     * Takes the oldest of the owner that has waited longest for its turn; something has to wait.
     */
    V remove() {
        Iterator<Map.Entry<K, Deque<V>>> first = waiting.entrySet().iterator();
        Map.Entry<K, Deque<V>> turn = first.next();
        first.remove();
        Deque<V> queue = turn.getValue();
        V next = queue.remove();
        size--;
        if (!queue.isEmpty()) {
            waiting.put(turn.getKey(), queue);
        }
        return next;
    }

    /** Forgets everything. */
    void clear() {
        waiting.clear();
        size = 0;
    }
}
