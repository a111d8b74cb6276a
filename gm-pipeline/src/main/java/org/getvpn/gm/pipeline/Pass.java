// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.VirtioHeader;

/** Passing a packet on as it is. */
final class Pass {
    private Pass() {}

    /** Copies an IP packet of {@code length} octets, without what pads its frame. */
    static void packet(Framing framing, MemorySegment frame, long offset, int length, Exit to) {
        long at = to.next();
        framing.onward(frame, offset, to.memory(), at);
        MemorySegment.copy(
                frame, offset + Ethernet.HEADER, to.memory(), at + Ethernet.HEADER, length);
        to.commitPacket(Ethernet.HEADER + length);
    }

    /** Copies a super-frame with what its header leaves to be done. */
    static void superFrame(Framing framing, MemorySegment frame, long offset, int length, Exit to) {
        long at = to.next();
        int head = VirtioHeader.LENGTH;
        MemorySegment.copy(frame, offset - head, to.memory(), at - head, head);
        framing.onward(frame, offset, to.memory(), at);
        MemorySegment.copy(
                frame, offset + Ethernet.HEADER, to.memory(), at + Ethernet.HEADER, length);
        to.commitWithHeader(Ethernet.HEADER + length);
    }

    /** Copies a whole frame. */
    static void frame(MemorySegment frame, long offset, int length, Exit to) {
        long at = to.next();
        MemorySegment.copy(frame, offset, to.memory(), at, length);
        to.commit(length);
    }
}
