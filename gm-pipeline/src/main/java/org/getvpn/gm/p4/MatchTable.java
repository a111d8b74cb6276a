// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entries of one table, indexed for lookup. Immutable. */
public final class MatchTable {
    /** Matches nothing. */
    static final MatchTable EMPTY = new MatchTable(List.of());

    private final Group[] groups; // highest rank first

    private record Mask(long high, long low) {}

    /** The entries with one mask: a hash table, open addressing, half empty at least. */
    private static final class Group {
        private final long maskHigh;
        private final long maskLow;
        private final int topRank;
        private final Entry[] slots;

        Group(Mask mask, List<Entry> entries) {
            this.maskHigh = mask.high();
            this.maskLow = mask.low();
            this.slots = new Entry[Integer.highestOneBit(entries.size()) * 4];
            int top = Integer.MIN_VALUE;
            for (Entry entry : entries) {
                top = Math.max(top, entry.rank());
                enter(entry);
            }
            this.topRank = top;
        }

        /** Of entries that differ in rank alone, the highest is the only one ever found. */
        private void enter(Entry entry) {
            int slot = slot(entry.key().high(), entry.key().low());
            if (slots[slot] == null || slots[slot].rank() < entry.rank()) {
                slots[slot] = entry;
            }
        }

        private int slot(long high, long low) {
            long mixed = (high ^ Long.rotateLeft(low, 29)) * 0x9e37_79b9_7f4a_7c15L;
            mixed = (mixed ^ mixed >>> 32 ^ low) * 0x9e37_79b9_7f4a_7c15L;
            int slot = (int) (mixed >>> 40) & slots.length - 1;
            while (slots[slot] != null
                    && (slots[slot].key().high() != high || slots[slot].key().low() != low)) {
                slot = slot + 1 & slots.length - 1;
            }
            return slot;
        }

        Entry find(long high, long low) {
            return slots[slot(high & maskHigh, low & maskLow)];
        }
    }

    private MatchTable(Collection<Entry> entries) {
        Map<Mask, List<Entry>> byMask = new LinkedHashMap<>();
        for (Entry entry : entries) {
            MatchKey key = entry.key();
            byMask.computeIfAbsent(new Mask(key.maskHigh(), key.maskLow()), m -> new ArrayList<>())
                    .add(entry);
        }
        groups =
                byMask.entrySet().stream()
                        .map(group -> new Group(group.getKey(), group.getValue()))
                        .sorted(Comparator.comparingInt((Group group) -> group.topRank).reversed())
                        .toArray(Group[]::new);
    }

    static MatchTable of(Collection<Entry> entries) {
        return entries.isEmpty() ? EMPTY : new MatchTable(entries);
    }

    /**
     * The entry that applies to a packet.
     *
     * @param high first 64 bits of the packet's key
     * @param low last 64 bits of the packet's key
     * @return null for none; then the default action applies
     */
    public Entry lookup(long high, long low) {
        Entry best = null;
        for (Group group : groups) {
            if (best != null && group.topRank <= best.rank()) {
                break;
            }
            Entry found = group.find(high, low);
            if (found != null && (best == null || found.rank() > best.rank())) {
                best = found;
            }
        }
        return best;
    }
}
