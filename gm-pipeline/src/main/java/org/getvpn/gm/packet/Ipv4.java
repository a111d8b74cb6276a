// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/** An IPv4 header (RFC 791, section 3.1) in place. Addresses are ints in network order. */
public final class Ipv4 {
    /** Length of a header without options, in octets. */
    public static final int HEADER = 20;

    /** Longest packet, in octets. */
    public static final int MAX_LENGTH = 65535;

    /** "Don't fragment", in the 16-bit word of flags and offset. */
    public static final int DF = 0x4000;

    /** "More fragments". */
    public static final int MF = 0x2000;

    /** Mask of the fragment offset, in units of 8 octets. */
    public static final int OFFSET = 0x1fff;

    /** Protocol number of ICMP. */
    public static final int ICMP = 1;

    /** Protocol number of IPv4 in IP; next header of a tunnelled IPv4 packet. */
    public static final int IPV4 = 4;

    /** Protocol number of ESP. */
    public static final int ESP = 50;

    private Ipv4() {}

    /**
     * Checks that {@code available} octets at {@code offset} hold an IPv4 packet whose lengths and
     * header checksum are right.
     *
     * @return null if so, else what is wrong
     */
    public static DropReason check(MemorySegment packet, long offset, int available) {
        if (available < HEADER) {
            return DropReason.RUNT_FRAME;
        }
        int headerLength = headerLength(packet, offset);
        int totalLength = totalLength(packet, offset);
        if (Octets.u8(packet, offset) >>> 4 != 4
                || headerLength < HEADER
                || headerLength > totalLength
                || totalLength > available) {
            return DropReason.MALFORMED_IP;
        }
        if (InternetChecksum.of(packet, offset, headerLength) != 0) {
            return DropReason.BAD_IP_CHECKSUM;
        }
        return null;
    }

    /** Header with options, 0 to 60 octets as the packet says. */
    public static int headerLength(MemorySegment packet, long offset) {
        return (Octets.u8(packet, offset) & 0x0f) * 4;
    }

    /** DSCP (upper six bits) and ECN (lower two). */
    public static int trafficClass(MemorySegment packet, long offset) {
        return Octets.u8(packet, offset + 1);
    }

    /** Header and payload, in octets. */
    public static int totalLength(MemorySegment packet, long offset) {
        return Octets.u16(packet, offset + 2);
    }

    /** Ties fragments together. */
    public static int identification(MemorySegment packet, long offset) {
        return Octets.u16(packet, offset + 4);
    }

    /** {@link #DF}, {@link #MF} and {@link #OFFSET}. */
    public static int flagsAndOffset(MemorySegment packet, long offset) {
        return Octets.u16(packet, offset + 6);
    }

    /** Hops left. */
    public static int timeToLive(MemorySegment packet, long offset) {
        return Octets.u8(packet, offset + 8);
    }

    /** Protocol of the payload. */
    public static int protocol(MemorySegment packet, long offset) {
        return Octets.u8(packet, offset + 9);
    }

    /** Source address. */
    public static int source(MemorySegment packet, long offset) {
        return Octets.i32(packet, offset + 12);
    }

    /** Destination address. */
    public static int destination(MemorySegment packet, long offset) {
        return Octets.i32(packet, offset + 16);
    }

    /** Both addresses, source in the upper half. */
    public static long addresses(MemorySegment packet, long offset) {
        return Octets.i64(packet, offset + 12);
    }

    /** Whether the packet is a fragment that is not the first. */
    public static boolean isLaterFragment(MemorySegment packet, long offset) {
        return (flagsAndOffset(packet, offset) & OFFSET) != 0;
    }

    /** Whether {@code protocol} begins with a source and a destination port of 16 bits each. */
    public static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case 6, 17, 33, 132, 136 -> true; // TCP, UDP, DCCP, SCTP, UDP-Lite
            default -> false;
        };
    }

    /** Writes a header without options, with its checksum. */
    public static void write(
            MemorySegment out,
            long offset,
            int trafficClass,
            int totalLength,
            int identification,
            int flagsAndOffset,
            int timeToLive,
            int protocol,
            long addresses) {
        Octets.put16(out, offset, 0x4500 | trafficClass);
        Octets.put16(out, offset + 2, totalLength);
        Octets.put16(out, offset + 4, identification);
        Octets.put16(out, offset + 6, flagsAndOffset);
        Octets.put16(out, offset + 8, timeToLive << 8 | protocol);
        Octets.put16(out, offset + 10, 0);
        Octets.put64(out, offset + 12, addresses);
        Octets.put16(out, offset + 10, InternetChecksum.of(out, offset, HEADER));
    }

    /** Recomputes the header checksum after a change. */
    public static void updateChecksum(MemorySegment packet, long offset) {
        Octets.put16(packet, offset + 10, 0);
        Octets.put16(
                packet,
                offset + 10,
                InternetChecksum.of(packet, offset, headerLength(packet, offset)));
    }
}
