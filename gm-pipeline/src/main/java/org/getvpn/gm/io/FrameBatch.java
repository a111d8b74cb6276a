// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A fixed number of equal slots for frames in one piece of native memory, filled and emptied over
 * and over. Used by one thread.
 */
public final class FrameBatch {
    /** Octets of a slot that no received frame reaches: room for an ESP trailer behind a packet. */
    public static final int TAIL = 64;

    private static final int ALIGNMENT = 64;

    private final MemorySegment memory;
    private final int slotOctets;
    private final int[] lengths;
    private int count;

    /**
     * @param arena owns the memory
     * @param slots number of slots
     * @param frameOctets longest frame
     */
    public FrameBatch(Arena arena, int slots, int frameOctets) {
        this.slotOctets = frameOctets + TAIL + ALIGNMENT - 1 & -ALIGNMENT;
        this.memory = arena.allocate((long) slots * slotOctets, ALIGNMENT);
        this.lengths = new int[slots];
    }

    /** All slots. */
    public MemorySegment memory() {
        return memory;
    }

    /** Number of slots. */
    public int slots() {
        return lengths.length;
    }

    /** Number of slots in use. */
    public int count() {
        return count;
    }

    /** Where slot {@code index} begins in {@link #memory()}. */
    public long offset(int index) {
        return (long) index * slotOctets;
    }

    /** Length of the frame in slot {@code index}; above {@link #capacity()} if it was cut off. */
    public int length(int index) {
        return lengths[index];
    }

    /** Longest frame, in octets. */
    public int capacity() {
        return slotOctets - TAIL;
    }

    /** Whether no slot is free. */
    public boolean isFull() {
        return count == lengths.length;
    }

    /** Where the next frame is to be written; only if not {@link #isFull()}. */
    public long next() {
        return offset(count);
    }

    /** The frame at {@link #next()} is complete. */
    public void commit(int length) {
        lengths[count++] = length;
    }

    /** Empties the batch. */
    public void clear() {
        count = 0;
    }
}
