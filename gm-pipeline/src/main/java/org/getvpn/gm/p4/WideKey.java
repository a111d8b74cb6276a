// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/**
 * A packet's key that has more than 128 bits, written field by field and used for one packet after
 * another, by one thread.
 */
public final class WideKey {
    private static final int WORDS = TableShape.MOST_KEY_BITS / Long.SIZE;

    private final long[] words = new long[WORDS];
    private int bits;

    /** Forgets the packet before. */
    public WideKey begin() {
        for (int i = 0; i < WORDS; i++) {
            words[i] = 0;
        }
        bits = 0;
        return this;
    }

    /**
     * Appends a field, or a half of one that has 128 bits.
     *
     * @param value less than 2^width, unsigned
     * @param width in bits, 1 to 64
     */
    public WideKey put(long value, int width) {
        int word = bits / Long.SIZE;
        int room = Long.SIZE - bits % Long.SIZE;
        if (width <= room) {
            words[word] |= value << room - width;
        } else {
            words[word] |= value >>> width - room;
            words[word + 1] = value << Long.SIZE - (width - room);
        }
        bits += width;
        return this;
    }

    /** Sixty-four bits of the key, from the first on. */
    long word(int index) {
        return words[index];
    }
}
