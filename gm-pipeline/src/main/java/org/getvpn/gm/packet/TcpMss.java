// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * The maximum segment size that both ends of a TCP connection announce in their SYN (RFC 9293,
 * section 3.7.1). Lowered on the way it keeps segments short even where ICMP is lost.
 */
public final class TcpMss {
    /** A TCP header without options, in octets. */
    public static final int TCP_HEADER = 20;

    private static final int TCP = 6;
    private static final int SYN = 0x02;
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int MAXIMUM_SEGMENT_SIZE = 2;

    private TcpMss() {}

    /**
     * Lowers the option of a SYN to {@code most} octets and mends the checksum. Any other packet,
     * and a malformed one, stays as it is.
     *
     * @param ip of a packet that {@link Ip#check} accepted
     * @return whether something was changed
     */
    public static boolean clamp(MemorySegment packet, long ip, int most) {
        if (Ip.protocol(packet, ip) != TCP || Ip.isLaterFragment(packet, ip)) {
            return false;
        }
        int headerLength = Ip.headerLength(packet, ip);
        long tcp = ip + headerLength;
        int available = Ip.totalLength(packet, ip) - headerLength;
        if (available < TCP_HEADER || (Octets.u8(packet, tcp + 13) & SYN) == 0) {
            return false;
        }
        int end = (Octets.u8(packet, tcp + 12) >>> 4) * 4;
        return end <= available && clampOption(packet, tcp, end, most);
    }

    private static boolean clampOption(MemorySegment packet, long tcp, int end, int most) {
        int at = TCP_HEADER;
        while (at < end) {
            int kind = Octets.u8(packet, tcp + at);
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            if (kind == END || at + 1 >= end) {
                return false;
            }
            int length = Octets.u8(packet, tcp + at + 1);
            if (length < 2 || at + length > end) {
                return false;
            }
            if (kind == MAXIMUM_SEGMENT_SIZE && length == 4) {
                int announced = Octets.u16(packet, tcp + at + 2);
                if (announced <= most) {
                    return false;
                }
                Octets.put16(packet, tcp + at + 2, most);
                mendChecksum(packet, tcp, announced, most, (at & 1) != 0);
                return true;
            }
            at += length;
        }
        return false;
    }

    /**
     * By what changed alone (RFC 1624, equation 3), so that a wrong checksum stays wrong.
     *
     * @param straddles whether the value lies across two words of the sum, which counts its octets
     *     swapped
     */
    private static void mendChecksum(
            MemorySegment packet, long tcp, int was, int is, boolean straddles) {
        int sum = ~Octets.u16(packet, tcp + 16) & 0xffff;
        sum += ~(straddles ? swap(was) : was) & 0xffff;
        sum += straddles ? swap(is) : is;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        Octets.put16(packet, tcp + 16, ~sum & 0xffff);
    }

    private static int swap(int halfWord) {
        return Short.reverseBytes((short) halfWord) & 0xffff;
    }
}
