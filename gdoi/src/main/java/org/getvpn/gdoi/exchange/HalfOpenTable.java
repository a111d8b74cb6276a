// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Phase 1 exchanges whose peer has not yet proven itself. Bounded as a whole and per {@link
 * SourcePrefix}; where a bound is reached, a random entry makes room, so that a flood has to hit an
 * honest entry by chance within the moment that it needs. Each entry lives for a fixed time.
 */
final class HalfOpenTable<V> {
    private static final int PICKED = 4;

    private final int most;
    private final int mostPerPrefix;
    private final Duration lifetime;
    private final SecureRandom randomness;
    private final Consumer<V> dropped;
    private final Map<CookiePair, Entry<V>> entries = new LinkedHashMap<>();
    private final List<Entry<V>> all = new ArrayList<>();
    private final Map<Long, List<Entry<V>>> byPrefix = new HashMap<>();

    /**
     * @param dropped is told what was evicted or became too old
     */
    HalfOpenTable(
            int most,
            int mostPerPrefix,
            Duration lifetime,
            SecureRandom randomness,
            Consumer<V> dropped) {
        this.most = most;
        this.mostPerPrefix = mostPerPrefix;
        this.lifetime = lifetime;
        this.randomness = randomness;
        this.dropped = dropped;
    }

    V get(CookiePair cookies) {
        Entry<V> entry = entries.get(cookies);
        return entry == null ? null : entry.value;
    }

    /** Adds an entry with cookies that are not there yet. */
    void put(CookiePair cookies, InetAddress source, V value, Ticks now) {
        long prefix = SourcePrefix.of(source);
        List<Entry<V>> neighbours = byPrefix.computeIfAbsent(prefix, key -> new ArrayList<>(1));
        if (neighbours.size() >= mostPerPrefix) {
            evictOneOf(neighbours);
        } else if (all.size() >= most) {
            evictOneOf(all);
        }
        Entry<V> entry = new Entry<>(cookies, prefix, value, now.plus(lifetime));
        entries.put(cookies, entry);
        entry.place = all.size();
        all.add(entry);
        List<Entry<V>> mine = byPrefix.computeIfAbsent(prefix, key -> new ArrayList<>(1));
        entry.placeInPrefix = mine.size();
        mine.add(entry);
    }

    /**
     * Evicts the worst of a few that chance picks: of the prefix that holds most, then the oldest.
     * A peer that answers at once keeps its entry so, where a bare random choice would take it from
     * one in ten under a flood.
     */
    private void evictOneOf(List<Entry<V>> candidates) {
        long chance = randomness.nextLong(); // 16 bits a pick: no table has more entries
        Entry<V> victim = candidates.get((int) (chance & 0xffff) % candidates.size());
        for (int i = 1; i < PICKED; i++) {
            int place = (int) (chance >>> Short.SIZE * i & 0xffff) % candidates.size();
            Entry<V> other = candidates.get(place);
            if (isWorse(other, victim)) {
                victim = other;
            }
        }
        unlink(victim);
        entries.remove(victim.cookies);
        dropped.accept(victim.value);
    }

    private boolean isWorse(Entry<V> one, Entry<V> other) {
        int mine = byPrefix.get(one.prefix).size();
        int theirs = byPrefix.get(other.prefix).size();
        return mine == theirs ? one.end.isBefore(other.end) : mine > theirs;
    }

    /** Takes an entry out without calling it dropped. */
    void remove(CookiePair cookies) {
        Entry<V> entry = entries.remove(cookies);
        if (entry != null) {
            unlink(entry);
        }
    }

    /** Drops what is too old. */
    void expire(Ticks now) {
        Iterator<Entry<V>> oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            Entry<V> entry = oldestFirst.next();
            if (now.isBefore(entry.end)) {
                return;
            }
            oldestFirst.remove();
            unlink(entry);
            dropped.accept(entry.value);
        }
    }

    /** When the oldest entry ends; null if there is none. */
    Ticks nextEnd() {
        return entries.isEmpty() ? null : entries.values().iterator().next().end;
    }

    int size() {
        return all.size();
    }

    private void unlink(Entry<V> entry) {
        Entry<V> last = all.remove(all.size() - 1);
        if (last != entry) {
            all.set(entry.place, last);
            last.place = entry.place;
        }
        List<Entry<V>> neighbours = byPrefix.get(entry.prefix);
        Entry<V> lastNeighbour = neighbours.remove(neighbours.size() - 1);
        if (lastNeighbour != entry) {
            neighbours.set(entry.placeInPrefix, lastNeighbour);
            lastNeighbour.placeInPrefix = entry.placeInPrefix;
        }
        if (neighbours.isEmpty()) {
            byPrefix.remove(entry.prefix);
        }
    }

    private static final class Entry<V> {
        private final CookiePair cookies;
        private final long prefix;
        private final V value;
        private final Ticks end;
        private int place;
        private int placeInPrefix;

        Entry(CookiePair cookies, long prefix, V value, Ticks end) {
            this.cookies = cookies;
            this.prefix = prefix;
            this.value = value;
            this.end = end;
        }
    }
}
