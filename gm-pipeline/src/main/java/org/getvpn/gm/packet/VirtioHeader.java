// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a sender left to be done to a frame: a struct virtio_net_hdr (Virtio 1.2, section 5.1.6) in
 * the {@link #LENGTH} octets before it, in the processor's byte order, as packet(7) hands it over:
 *
 * <pre>
 * flags 1 | GSO type 1 | header length 2 | GSO size 2 | checksum start 2 | checksum offset 2
 * </pre>
 *
 * All methods take the offset of the frame, not of the header. A header of zeros says that the
 * frame is complete.
 */
public final class VirtioHeader {
    /** Length in octets. */
    public static final int LENGTH = 10;

    /** A single packet. */
    public static final int GSO_NONE = 0;

    /** TCP over IPv4, to be cut into segments. */
    public static final int GSO_TCPV4 = 1;

    /** TCP over IPv6, to be cut into segments. */
    public static final int GSO_TCPV6 = 4;

    /** UDP, to be cut into datagrams. */
    public static final int GSO_UDP_L4 = 5;

    /** Flag in the GSO type: the TCP header may have CWR set. */
    public static final int GSO_ECN = 0x80;

    private static final int NEEDS_CHECKSUM = 1;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.nativeOrder());

    private VirtioHeader() {}

    /** Whether the checksum from {@link #checksumStart} on is to be computed. */
    public static boolean needsChecksum(MemorySegment memory, long frame) {
        return (Octets.u8(memory, frame - 10) & NEEDS_CHECKSUM) != 0;
    }

    /** {@link #GSO_NONE} or how the frame is to be cut, with or without {@link #GSO_ECN}. */
    public static int gsoType(MemorySegment memory, long frame) {
        return Octets.u8(memory, frame - 9);
    }

    /** Payload of each packet but the last, in octets. */
    public static int gsoSize(MemorySegment memory, long frame) {
        return memory.get(SHORT, frame - 6) & 0xffff;
    }

    /** Where in the frame the octets begin that the checksum covers. */
    public static int checksumStart(MemorySegment memory, long frame) {
        return memory.get(SHORT, frame - 4) & 0xffff;
    }

    /** Where the checksum stands, from {@link #checksumStart} on. */
    public static int checksumOffset(MemorySegment memory, long frame) {
        return memory.get(SHORT, frame - 2) & 0xffff;
    }

    /**
     * What the header counts from the beginning of the frame is so many octets further on.
     *
     * @param octets negative if it is nearer
     */
    public static void moved(MemorySegment memory, long frame, int octets) {
        if (needsChecksum(memory, frame)) {
            memory.set(SHORT, frame - 4, (short) (checksumStart(memory, frame) + octets));
        }
        if (gsoType(memory, frame) != GSO_NONE) {
            memory.set(SHORT, frame - 8, (short) (memory.get(SHORT, frame - 8) + octets));
        }
    }

    /** Says that the frame is complete. */
    public static void clear(MemorySegment memory, long frame) {
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, frame - 10, 0);
        memory.set(SHORT, frame - 2, (short) 0);
    }

    /** Says that the frame is one packet that lacks a checksum. */
    public static void writePartialChecksum(
            MemorySegment memory, long frame, int checksumStart, int checksumOffset) {
        clear(memory, frame);
        Octets.put8(memory, frame - 10, NEEDS_CHECKSUM);
        memory.set(SHORT, frame - 4, (short) checksumStart);
        memory.set(SHORT, frame - 2, (short) checksumOffset);
    }

    /**
     * Says that the frame is to be cut.
     *
     * @param headers octets of all headers, Ethernet's too
     */
    public static void writeSuperFrame(
            MemorySegment memory,
            long frame,
            int gsoType,
            int headers,
            int gsoSize,
            int checksumStart,
            int checksumOffset) {
        writePartialChecksum(memory, frame, checksumStart, checksumOffset);
        Octets.put8(memory, frame - 9, gsoType);
        memory.set(SHORT, frame - 8, (short) headers);
        memory.set(SHORT, frame - 6, (short) gsoSize);
    }
}
