// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071). Sums are kept with the octets of each word swapped, which the
 * result does not mind (section 2, B) and processors like, and folded at the end.
 */
public final class InternetChecksum {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int IPV6_ADDRESSES = 8;
    // a loop this simple is compiled to vector instructions, which need some octets to pay
    private static final int LONG_ENOUGH = 128;
    private static final long LOW = 0xffff_ffffL;

    private InternetChecksum() {}

    /**
     * The checksum of {@code length} octets: what to write where the field is zero, or 0 if the
     * field is in place and right.
     */
    public static int of(MemorySegment in, long offset, int length) {
        return ~fold(sum(in, offset, length)) & 0xffff;
    }

    /** The checksum of a TCP segment or UDP datagram whose field is zero, or 0 if it is right. */
    public static int ofTransport(
            MemorySegment in, long offset, int length, long addresses, int protocol) {
        return ~fold(pseudoHeader(addresses, protocol, length) + sum(in, offset, length)) & 0xffff;
    }

    /**
     * The same over IPv6 (RFC 8200, section 8.1), for a packet without a routing header.
     *
     * @param ip where the packet's header begins
     * @param transport where the {@code length} octets begin that the checksum is of
     */
    public static int ofIpv6Transport(
            MemorySegment in, long ip, long transport, int length, int protocol) {
        long pseudoHeader =
                sum(in, ip + IPV6_ADDRESSES, Ipv6.HEADER - IPV6_ADDRESSES)
                        + swap(protocol)
                        + swap(length & 0xffff)
                        + swap(length >>> 16);
        return ~fold(pseudoHeader + sum(in, transport, length)) & 0xffff;
    }

    /**
     * The sum of the pseudo-header alone (RFC 9293, section 3.1), which a partial checksum holds in
     * its field.
     */
    public static int ofPseudoHeader(long addresses, int protocol, int length) {
        return fold(pseudoHeader(addresses, protocol, length));
    }

    private static long pseudoHeader(long addresses, int protocol, int length) {
        long swapped = Long.reverseBytes(addresses);
        return (swapped & LOW)
                + (swapped >>> 32)
                + swap(protocol)
                + swap(length & 0xffff); // an IPv4 packet's: fits
    }

    private static long sum(MemorySegment in, long offset, int length) {
        long sum = 0;
        int at = 0;
        if (length >= LONG_ENOUGH) {
            int words = length >>> 2;
            for (int i = 0; i < words; i++) {
                sum += in.get(INT, offset + 4L * i) & LOW;
            }
            at = words << 2;
        }
        for (; at + 4 <= length; at += 4) {
            sum += in.get(INT, offset + at) & LOW;
        }
        if (at + 2 <= length) {
            sum += in.get(SHORT, offset + at) & 0xffff;
            at += 2;
        }
        if (at < length) {
            sum += Octets.u8(in, offset + at);
        }
        return sum;
    }

    private static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16 & 0xffff) + (folded >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return swap((int) folded);
    }

    private static int swap(int halfWord) {
        return Short.reverseBytes((short) halfWord) & 0xffff;
    }
}
