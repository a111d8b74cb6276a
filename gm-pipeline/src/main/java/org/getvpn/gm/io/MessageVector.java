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
    private static final int MSG_LEN = 56;

    private final FrameBatch batch;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private long octets;

    MessageVector(Arena arena, FrameBatch batch) {
        this.batch = batch;
        this.headers = arena.allocate((long) batch.slots() * MMSGHDR, 64);
        this.vectors = arena.allocate((long) batch.slots() * IOVEC, 64);
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

    /** Takes over what recvmmsg(2) filled. */
    void received(int count) {
        batch.clear();
        octets = 0;
        for (int i = 0; i < count; i++) {
            int length = headers.get(ValueLayout.JAVA_INT, (long) i * MMSGHDR + MSG_LEN);
            batch.commitWithHeader(length - VirtioHeader.LENGTH);
            octets += length;
        }
    }

    /** Octets of what was received last. */
    long octets() {
        return octets;
    }

    /** Tells sendmmsg(2) how long the frames are. */
    void toSend() {
        for (int i = 0; i < batch.count(); i++) {
            vectors.set(
                    ValueLayout.JAVA_LONG,
                    (long) i * IOVEC + 8,
                    batch.length(i) + VirtioHeader.LENGTH);
        }
    }
}
