// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** The entries with one mask: a hash table, open addressing, half empty at least. */
    private static final class Group {
        private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

        private final long[] masks;
        private final long maskHigh;
        private final long maskLow;
        private final int topRank;
        private final Entry[] slots;
        private final long[] keys; // of the slots, one behind the other

        Group(List<Entry> entries) {
            this.masks = entries.get(0).masks();
            this.maskHigh = masks[0];
            this.maskLow = masks[1];
            this.slots = new Entry[Integer.highestOneBit(entries.size()) * 4];
            this.keys = new long[slots.length * masks.length];
            int top = Integer.MIN_VALUE;
            for (Entry entry : entries) {
                top = Math.max(top, entry.rank());
                enter(entry);
            }
            this.topRank = top;
        }

        /** Of entries that differ in rank alone, the highest is the only one ever found. */
        private void enter(Entry entry) {
            long hash = 0;
            for (long word : entry.values()) {
                hash = mixed(hash, word);
            }
            int slot = first(hash);
            while (slots[slot] != null && !Arrays.equals(slots[slot].values(), entry.values())) {
                slot = slot + 1 & slots.length - 1;
            }
            if (slots[slot] == null || slots[slot].rank() < entry.rank()) {
                slots[slot] = entry;
                System.arraycopy(entry.values(), 0, keys, slot * masks.length, masks.length);
            }
        }

        private static long mixed(long hash, long word) {
            long mixed = (hash ^ word) * MIX;
            return mixed ^ mixed >>> 32;
        }

        private int first(long hash) {
            return (int) (hash >>> 20) & slots.length - 1;
        }

        Entry find(long high, long low) {
            long first = high & maskHigh;
            long second = low & maskLow;
            int slot = first(mixed(mixed(0, first), second));
            Entry found = slots[slot];
            while (found != null && (keys[2 * slot] != first || keys[2 * slot + 1] != second)) {
                slot = slot + 1 & slots.length - 1;
                found = slots[slot];
            }
            return found;
        }

        Entry find(WideKey key) {
            long hash = 0;
            for (int i = 0; i < masks.length; i++) {
                hash = mixed(hash, key.word(i) & masks[i]);
            }
            int slot = first(hash);
            while (slots[slot] != null && !isAt(slot, key)) {
                slot = slot + 1 & slots.length - 1;
            }
            return slots[slot];
        }

        private boolean isAt(int slot, WideKey key) {
            int at = slot * masks.length;
            for (int i = 0; i < masks.length; i++) {
                if (keys[at + i] != (key.word(i) & masks[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private MatchTable(Collection<Entry> entries) {
        Map<BigInteger, List<Entry>> byMasks = new LinkedHashMap<>();
        for (Entry entry : entries) {
            byMasks.computeIfAbsent(entry.key().masks(), m -> new ArrayList<>()).add(entry);
        }
        groups =
                byMasks.values().stream()
                        .map(Group::new)
                        .sorted(Comparator.comparingInt((Group group) -> group.topRank).reversed())
                        .toArray(Group[]::new);
    }

    static MatchTable of(Collection<Entry> entries) {
        return entries.isEmpty() ? EMPTY : new MatchTable(entries);
    }

    /**
     * The entry that applies to a packet, in a table whose key has 128 bits at most.
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

    /**
     * The entry that applies to a packet, whatever the length of the table's key.
     *
     * @return null for none; then the default action applies
     */
    public Entry lookup(WideKey key) {
        Entry best = null;
        for (Group group : groups) {
            if (best != null && group.topRank <= best.rank()) {
                break;
            }
            Entry found = group.find(key);
            if (found != null && (best == null || found.rank() > best.rank())) {
                best = found;
            }
        }
        return best;
    }
}
