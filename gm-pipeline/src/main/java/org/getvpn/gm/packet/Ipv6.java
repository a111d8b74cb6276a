// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * An IPv6 header (RFC 8200, section 3) in place. What follows it, {@link HeaderChain} reads. An
 * address is two longs in network order, the high one with the first eight octets.
 */
public final class Ipv6 {
    /** Length of the header in octets. */
    public static final int HEADER = 40;

    /** Every link carries so many octets (RFC 8200, section 5). */
    public static final int LEAST_MTU = 1280;

    /** Next header of IPv6 in IP: of a tunnelled IPv6 packet. */
    public static final int IPV6 = 41;

    /** Next header of ICMPv6. */
    public static final int ICMP = 58;

    /** Next header of nothing. */
    public static final int NO_NEXT_HEADER = 59;

    private static final int ADDRESSES = 8;
    private static final int LINK_LOCAL = 0xfe80_0000 >>> 22;

    private Ipv6() {}

    /** Whether an IP packet is one of version 6; of a packet with at least one octet. */
    public static boolean is(MemorySegment packet, long offset) {
        return Octets.u8(packet, offset) >>> 4 == 6;
    }

    /**
     * Checks that {@code available} octets at {@code offset} hold an IPv6 packet whose length is
     * right and whose extension headers can be read. Jumbograms (RFC 2675) are refused.
     *
     * @return null if so, else what is wrong
     */
    public static DropReason check(MemorySegment packet, long offset, int available) {
        if (available < HEADER) {
            return DropReason.RUNT_FRAME;
        }
        if (!is(packet, offset) || totalLength(packet, offset) > available) {
            return DropReason.MALFORMED_IP;
        }
        return HeaderChain.refusal(HeaderChain.of(packet, offset));
    }

    /** DSCP (upper six bits) and ECN (lower two). */
    public static int trafficClass(MemorySegment packet, long offset) {
        return Octets.u16(packet, offset) >>> 4 & 0xff;
    }

    /** Changes DSCP and ECN. */
    public static void putTrafficClass(MemorySegment packet, long offset, int trafficClass) {
        Octets.put16(
                packet, offset, Octets.u16(packet, offset) & 0xf00f | (trafficClass & 0xff) << 4);
    }

    /** Version, traffic class and flow label. */
    public static int firstWord(MemorySegment packet, long offset) {
        return Octets.i32(packet, offset);
    }

    /** Header and payload, in octets: 40 to 65575. */
    public static int totalLength(MemorySegment packet, long offset) {
        return HEADER + Octets.u16(packet, offset + 4);
    }

    /** Makes the packet that long: 40 to 65575 octets. */
    public static void putTotalLength(MemorySegment packet, long offset, int octets) {
        Octets.put16(packet, offset + 4, octets - HEADER);
    }

    /** What follows the header: an extension header or the payload. */
    public static int nextHeader(MemorySegment packet, long offset) {
        return Octets.u8(packet, offset + 6);
    }

    /** Hops left. */
    public static int hopLimit(MemorySegment packet, long offset) {
        return Octets.u8(packet, offset + 7);
    }

    /** First half of the source address. */
    public static long sourceHigh(MemorySegment packet, long offset) {
        return Octets.i64(packet, offset + ADDRESSES);
    }

    /** Second half of the source address. */
    public static long sourceLow(MemorySegment packet, long offset) {
        return Octets.i64(packet, offset + 16);
    }

    /** First half of the destination address. */
    public static long destinationHigh(MemorySegment packet, long offset) {
        return Octets.i64(packet, offset + 24);
    }

    /** Second half of the destination address. */
    public static long destinationLow(MemorySegment packet, long offset) {
        return Octets.i64(packet, offset + 32);
    }

    /** Whether two packets have the same source and the same destination. */
    public static boolean haveSameAddresses(
            MemorySegment one, long oneOffset, MemorySegment other, long otherOffset) {
        return sourceHigh(one, oneOffset) == sourceHigh(other, otherOffset)
                && sourceLow(one, oneOffset) == sourceLow(other, otherOffset)
                && destinationHigh(one, oneOffset) == destinationHigh(other, otherOffset)
                && destinationLow(one, oneOffset) == destinationLow(other, otherOffset);
    }

    /** Whether the first half of an address says that it is for many, ff00::/8. */
    public static boolean isMulticast(long high) {
        return high >>> 56 == 0xff;
    }

    /** Whether the first half of an address says that it is one on this link alone, fe80::/10. */
    public static boolean isLinkLocal(long high) {
        return high >>> 54 == LINK_LOCAL;
    }

    /** Turns a packet round. */
    public static void swapAddresses(MemorySegment packet, long offset) {
        long high = sourceHigh(packet, offset);
        long low = sourceLow(packet, offset);
        Octets.put64(packet, offset + ADDRESSES, destinationHigh(packet, offset));
        Octets.put64(packet, offset + 16, destinationLow(packet, offset));
        Octets.put64(packet, offset + 24, high);
        Octets.put64(packet, offset + 32, low);
    }

    /**
     * Writes a header.
     *
     * @param firstWord version, traffic class and flow label
     * @param addresses of a packet, whose addresses are copied, at {@code addressesOffset}
     */
    public static void write(
            MemorySegment out,
            long offset,
            int firstWord,
            int totalLength,
            int nextHeader,
            int hopLimit,
            MemorySegment addresses,
            long addressesOffset) {
        Octets.put32(out, offset, firstWord);
        putTotalLength(out, offset, totalLength);
        Octets.put16(out, offset + 6, nextHeader << 8 | hopLimit);
        for (int at = ADDRESSES; at < HEADER; at += Long.BYTES) {
            Octets.put64(out, offset + at, Octets.i64(addresses, addressesOffset + at));
        }
    }
}
