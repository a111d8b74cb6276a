// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * An IEEE 802.1Q tag, between the MAC addresses of a frame and its type. As a number it is its two
 * halves: protocol identifier 0x8100, then priority, drop eligibility and VLAN; so no tag is 0.
 *
 * <p>A frame is given or loses its tag by moving what stands before it: the {@link VirtioHeader}
 * and the addresses.
 */
public final class VlanTag {
    /** Length in octets. */
    public static final int LENGTH = 4;

    /** Where it stands in a frame. */
    private static final int PLACE = 12;

    private static final int MOVED = VirtioHeader.LENGTH + PLACE;

    private VlanTag() {}

    /**
     * Puts a tag into a frame, which then begins {@link #LENGTH} octets earlier.
     *
     * @param frame where it began
     * @param tag not 0
     */
    public static void insert(MemorySegment memory, long frame, int tag) {
        move(memory, frame, -LENGTH);
        Octets.put32(memory, frame - LENGTH + PLACE, tag);
    }

    /**
     * Takes the tag out of a frame, which then begins {@link #LENGTH} octets later.
     *
     * @param frame where it began
     * @return the tag
     */
    public static int remove(MemorySegment memory, long frame) {
        int tag = Octets.i32(memory, frame + PLACE);
        move(memory, frame, LENGTH);
        return tag;
    }

    private static void move(MemorySegment memory, long frame, int octets) {
        long from = frame - VirtioHeader.LENGTH;
        MemorySegment.copy(memory, from, memory, from + octets, MOVED);
        VirtioHeader.moved(memory, frame + octets, -octets);
    }
}
