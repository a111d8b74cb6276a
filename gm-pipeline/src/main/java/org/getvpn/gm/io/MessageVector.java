// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.getvpn.gm.packet.VirtioHeader;

/**
 * A batch as recvmmsg(2) and sendmmsg(2) see it: an array of struct mmsghdr (64 octets on 64-bit
 * Linux: struct msghdr of 56, then the length), each with one struct iovec (address, length): a
 * {@link VirtioHeader} and a frame.
 */
final class MessageVector {
    private static final int MMSGHDR = 64;
    private static final int IOVEC = 16;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROLLEN = 40;
    private static final int MSG_LEN = 56;
    // struct cmsghdr: length 8, level 4, type 4; then struct tpacket_auxdata of 20, and room for
    // both
    private static final int CONTROL = 40;
    private static final int CONTROL_TYPE = 12;
    private static final int AUXDATA = 8; // PACKET_AUXDATA
    private static final int STATUS = 16;
    private static final int VLAN_CONTROL_INFORMATION = 32;
    private static final int VLAN_PROTOCOL = 34;
    private static final int VLAN_VALID = 1 << 4;

    private final FrameBatch batch;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment control;
    private long octets;

    MessageVector(Arena arena, FrameBatch batch) {
        this.batch = batch;
        this.headers = arena.allocate((long) batch.slots() * MMSGHDR, 64);
        this.vectors = arena.allocate((long) batch.slots() * IOVEC, 64);
        this.control = arena.allocate((long) batch.slots() * CONTROL, 8);
        for (int i = 0; i < batch.slots(); i++) {
            long vector = (long) i * IOVEC;
            long frame = batch.memory().address() + batch.offset(i);
            vectors.set(ValueLayout.JAVA_LONG, vector, frame - VirtioHeader.LENGTH);
            vectors.set(ValueLayout.JAVA_LONG, vector + 8, batch.capacity() + VirtioHeader.LENGTH);
            long header = (long) i * MMSGHDR;
            headers.set(ValueLayout.JAVA_LONG, header + MSG_IOV, vectors.address() + vector);
            headers.set(ValueLayout.JAVA_LONG, header + MSG_IOVLEN, 1);
        }
    }

    /** The array. */
    MemorySegment headers() {
        return headers;
    }

    /** Address of header {@code index}. */
    long header(int index) {
        return headers.address() + (long) index * MMSGHDR;
    }

    /**
     * Has recvmmsg(2) tell of each frame what the kernel took from it, if the socket asks for that.
     */
    void hearAside() {
        for (int i = 0; i < batch.slots(); i++) {
            long header = (long) i * MMSGHDR;
            headers.set(
                    ValueLayout.JAVA_LONG,
                    header + MSG_CONTROL,
                    control.address() + (long) i * CONTROL);
            headers.set(ValueLayout.JAVA_LONG, header + MSG_CONTROLLEN, CONTROL);
        }
    }

    /** Takes over what recvmmsg(2) filled. */
    void received(int count) {
        batch.clear();
        octets = 0;
        for (int i = 0; i < count; i++) {
            long header = (long) i * MMSGHDR;
            int length = headers.get(ValueLayout.JAVA_INT, header + MSG_LEN);
            batch.commitWithHeader(length - VirtioHeader.LENGTH);
            octets += length;
            int tag = tag(i, headers.get(ValueLayout.JAVA_LONG, header + MSG_CONTROLLEN));
            if (tag != 0) {
                batch.tag(i, tag);
            }
            headers.set(ValueLayout.JAVA_LONG, header + MSG_CONTROLLEN, CONTROL);
        }
    }

    /** The VLAN tag that the kernel took out of a frame, or 0. */
    private int tag(int index, long octetsAside) {
        long aside = (long) index * CONTROL;
        if (octetsAside < CONTROL - 4
                || control.get(ValueLayout.JAVA_INT, aside + CONTROL_TYPE) != AUXDATA
                || (control.get(ValueLayout.JAVA_INT, aside + STATUS) & VLAN_VALID) == 0) {
            return 0;
        }
        int protocol = control.get(ValueLayout.JAVA_SHORT, aside + VLAN_PROTOCOL) & 0xffff;
        int information =
                control.get(ValueLayout.JAVA_SHORT, aside + VLAN_CONTROL_INFORMATION) & 0xffff;
        return protocol << 16 | information;
    }

    /** Octets of what was received last. */
    long octets() {
        return octets;
    }

    /** Tells sendmmsg(2) where the frames are and how long. */
    void toSend() {
        long memory = batch.memory().address();
        for (int i = 0; i < batch.count(); i++) {
            vectors.set(
                    ValueLayout.JAVA_LONG,
                    (long) i * IOVEC,
                    memory + batch.offset(i) - VirtioHeader.LENGTH);
            vectors.set(
                    ValueLayout.JAVA_LONG,
                    (long) i * IOVEC + 8,
                    batch.length(i) + VirtioHeader.LENGTH);
        }
    }
}
