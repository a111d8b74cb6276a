// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * ICMP "destination unreachable, fragmentation needed and DF set" with the next-hop MTU (RFC 792;
 * RFC 1191, section 4), which tells a sender how long its packets may be before encryption.
 */
public final class IcmpTooBig {
    /** Longest message with its IP header, in octets (RFC 1812, section 4.3.2.3). */
    public static final int MAX_LENGTH = 576;

    private static final int ICMP_HEADER = 8;
    private static final int TYPE_UNREACHABLE = 3;
    private static final int CODE_FRAGMENTATION_NEEDED = 4;
    private static final int TIME_TO_LIVE = 64;
    private static final int PRECEDENCE_INTERNETWORK_CONTROL = 0xc0;

    private IcmpTooBig() {}

    /**
     * Whether an error may answer the packet (RFC 1122, section 3.2.2): not an ICMP error, not a
     * later fragment, not to many, not from a source that is no single host.
     */
    public static boolean mayAnswer(MemorySegment packet, long offset) {
        if (Ipv4.isLaterFragment(packet, offset)) {
            return false;
        }
        int source = Ipv4.source(packet, offset);
        int destination = Ipv4.destination(packet, offset);
        if (source == 0 || source >>> 28 >= 0xe || source >>> 24 == 127) {
            return false;
        }
        if (destination >>> 28 >= 0xe) {
            return false;
        }
        if (Ipv4.protocol(packet, offset) != Ipv4.ICMP) {
            return true;
        }
        int headerLength = Ipv4.headerLength(packet, offset);
        if (Ipv4.totalLength(packet, offset) == headerLength) {
            return false;
        }
        return switch (Octets.u8(packet, offset + headerLength)) {
            case 0, 8, 9, 10, 13, 14, 15, 16, 17, 18 -> true; // queries and answers
            default -> false;
        };
    }

    /**
     * Writes the message that answers the packet.
     *
     * @param from the address that the message comes from
     * @param mtu octets that the sender's packets may have
     * @return length of the IP packet written, at most {@link #MAX_LENGTH} octets
     */
    public static int write(
            MemorySegment packet,
            long offset,
            int from,
            int mtu,
            MemorySegment out,
            long outOffset) {
        int quoted =
                Math.min(Ipv4.totalLength(packet, offset), MAX_LENGTH - Ipv4.HEADER - ICMP_HEADER);
        int length = Ipv4.HEADER + ICMP_HEADER + quoted;
        long addresses = (long) from << 32 | Ipv4.source(packet, offset) & 0xffff_ffffL;
        Ipv4.write(
                out,
                outOffset,
                PRECEDENCE_INTERNETWORK_CONTROL,
                length,
                0,
                0,
                TIME_TO_LIVE,
                Ipv4.ICMP,
                addresses);
        long icmp = outOffset + Ipv4.HEADER;
        Octets.put16(out, icmp, TYPE_UNREACHABLE << 8 | CODE_FRAGMENTATION_NEEDED);
        Octets.put16(out, icmp + 2, 0);
        Octets.put32(out, icmp + 4, mtu);
        MemorySegment.copy(packet, offset, out, icmp + ICMP_HEADER, quoted);
        Octets.put16(out, icmp + 2, InternetChecksum.of(out, icmp, ICMP_HEADER + quoted));
        return length;
    }
}
