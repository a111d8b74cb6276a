// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.math.BigInteger;
import java.util.List;

/**
 * An entry of a table. Immutable but for its counter, which the entry that replaces it inherits.
 */
public final class Entry {
    private final MatchKey key;
    private final long[] values;
    private final long[] masks;
    private final int rank;
    private final int action;
    private final long[] parameters;
    private final EntryCounter counter;
    private final Note note;

    Entry(
            TableShape table,
            MatchKey key,
            int action,
            List<Long> parameters,
            EntryCounter counter,
            Note note) {
        this.key = key;
        this.values = words(key.values(), table.words());
        this.masks = words(key.masks(), table.words());
        this.rank = table.hasPriorities() ? key.priority() : key.masks().bitCount();
        this.action = action;
        this.parameters = parameters.stream().mapToLong(Long::longValue).toArray();
        this.counter = counter;
        this.note = note;
    }

    private static long[] words(BigInteger key, int count) {
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            int behind = TableShape.MOST_KEY_BITS - Long.SIZE * (i + 1);
            words[i] = key.shiftRight(behind).longValue();
        }
        return words;
    }

    /** What identifies the entry. */
    public MatchKey key() {
        return key;
    }

    /** Values under the masks, as {@link WideKey} has a packet's. */
    long[] values() {
        return values;
    }

    /** Masks likewise. */
    long[] masks() {
        return masks;
    }

    /** Which of several matching entries applies, the highest: by priority or prefix length. */
    int rank() {
        return rank;
    }

    /** Id of the action. */
    public int action() {
        return action;
    }

    /** Number of parameters of the action. */
    public int parameterCount() {
        return parameters.length;
    }

    /** A parameter of the action, by position. */
    public long parameter(int index) {
        return parameters[index];
    }

    /** The entry's counter. */
    public EntryCounter counter() {
        return counter;
    }

    /** What the controller wants back. */
    public Note note() {
        return note;
    }
}
