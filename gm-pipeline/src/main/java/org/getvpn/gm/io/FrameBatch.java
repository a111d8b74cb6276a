// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.packet.VlanTag;

/**
 * A fixed number of equal slots for frames in one piece of native memory, filled and emptied over
 * and over. In front of each frame is room for a {@link VirtioHeader}. Used by one thread.
 */
public final class FrameBatch {
    /** Octets of a slot that no received frame reaches: room for an ESP trailer behind a packet. */
    public static final int TAIL = 64;

    /** Octets of a slot before the frame; the last of them are a {@link VirtioHeader}. */
    static final int HEAD = 64;

    private static final int ALIGNMENT = 64;

    private final MemorySegment memory;
    private final int capacity;
    private final long[] offsets;
    private final int[] lengths;
    private final boolean[] tagged;
    private boolean anyTagged;
    private int count;

    /**
     * @param arena owns the memory
     * @param slots number of slots
     * @param frameOctets longest frame
     */
    public FrameBatch(Arena arena, int slots, int frameOctets) {
        int slotOctets = HEAD + frameOctets + TAIL + ALIGNMENT - 1 & -ALIGNMENT;
        this.memory = arena.allocate((long) slots * slotOctets, ALIGNMENT);
        this.capacity = slotOctets - HEAD - TAIL;
        this.lengths = new int[slots];
        this.tagged = new boolean[slots];
        this.offsets = new long[slots];
        for (int i = 0; i < slots; i++) {
            offsets[i] = (long) i * slotOctets + HEAD;
        }
    }

    /**
     * Slots that lie wherever their owner says, by {@link #place}.
     *
     * @param capacity longest frame
     */
    FrameBatch(MemorySegment memory, int slots, int capacity) {
        this.memory = memory;
        this.capacity = capacity;
        this.offsets = new long[slots];
        this.lengths = new int[slots];
        this.tagged = new boolean[slots];
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

    /** Where the frame of slot {@code index} begins in {@link #memory()}. */
    public long offset(int index) {
        return offsets[index];
    }

    /** Length of the frame in slot {@code index}; above {@link #capacity()} if it was cut off. */
    public int length(int index) {
        return lengths[index];
    }

    /** Longest frame, in octets. */
    public int capacity() {
        return capacity;
    }

    /** Says where the frame of slot {@code index} begins. */
    void place(int index, long offset) {
        offsets[index] = offset;
    }

    /** Whether no slot is free. */
    public boolean isFull() {
        return count == lengths.length;
    }

    /** Where the next frame is to be written; only if not {@link #isFull()}. */
    public long next() {
        return offset(count);
    }

    /** The frame at {@link #next()} is complete, nothing is left to be done to it. */
    public void commit(int length) {
        VirtioHeader.clear(memory, next());
        lengths[count++] = length;
    }

    /** The frame at {@link #next()} is complete, and so is the header before it. */
    public void commitWithHeader(int length) {
        lengths[count++] = length;
    }

    /** The frame in slot {@code index} has grown to {@code length} octets. */
    public void extend(int index, int length) {
        lengths[index] = length;
    }

    /**
     * Puts a {@link VlanTag} into the frame of slot {@code index}, which begins that much earlier
     * until the batch is emptied.
     */
    public void tag(int index, int tag) {
        VlanTag.insert(memory, offsets[index], tag);
        offsets[index] -= VlanTag.LENGTH;
        lengths[index] += VlanTag.LENGTH;
        tagged[index] = true;
        anyTagged = true;
    }

    /** Empties the batch. */
    public void clear() {
        if (anyTagged) {
            for (int i = 0; i < count; i++) {
                offsets[i] += tagged[i] ? VlanTag.LENGTH : 0;
                tagged[i] = false;
            }
            anyTagged = false;
        }
        count = 0;
    }
}
