// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * ICMP "destination unreachable, fragmentation needed and DF set" with the next-hop MTU (RFC 792;
 * RFC 1191, section 4): written for a sender, to tell how long its packets may be before
 * encryption; read when a router of the WAN says it of ESP.
 */
public final class IcmpTooBig {
    /** Longest message with its IP header, in octets (RFC 1812, section 4.3.2.3). */
    public static final int MAX_LENGTH = 576;

    private static final int ICMP_HEADER = 8;
    private static final int SPI = 4;
    private static final int[] USUAL_MTUS = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296};
    private static final int LEAST_MTU = 68;
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

    /** Whether the packet is such a message and quotes an ESP packet up to its SPI. */
    public static boolean quotesEsp(MemorySegment packet, long offset) {
        if (Ipv4.protocol(packet, offset) != Ipv4.ICMP
                || (Ipv4.flagsAndOffset(packet, offset) & (Ipv4.MF | Ipv4.OFFSET)) != 0) {
            return false;
        }
        int headerLength = Ipv4.headerLength(packet, offset);
        int quoted = Ipv4.totalLength(packet, offset) - headerLength - ICMP_HEADER;
        long icmp = offset + headerLength;
        if (quoted < Ipv4.HEADER + SPI
                || Octets.u16(packet, icmp)
                        != (TYPE_UNREACHABLE << 8 | CODE_FRAGMENTATION_NEEDED)) {
            return false;
        }
        long inner = icmp + ICMP_HEADER;
        int innerHeader = Ipv4.headerLength(packet, inner);
        return Octets.u8(packet, inner) >>> 4 == 4
                && innerHeader >= Ipv4.HEADER
                && innerHeader + SPI <= quoted
                && Ipv4.protocol(packet, inner) == Ipv4.ESP
                && !Ipv4.isLaterFragment(packet, inner);
    }

    /** Whether the message's checksum is right. */
    public static boolean isIntact(MemorySegment packet, long offset) {
        int headerLength = Ipv4.headerLength(packet, offset);
        return InternetChecksum.of(
                        packet,
                        offset + headerLength,
                        Ipv4.totalLength(packet, offset) - headerLength)
                == 0;
    }

    /** Of a message that {@link #quotesEsp}: whose packet was too big. */
    public static int quotedSource(MemorySegment packet, long offset) {
        return Ipv4.source(packet, quoted(packet, offset));
    }

    /** Of a message that {@link #quotesEsp}: where the packet was to go. */
    public static int quotedDestination(MemorySegment packet, long offset) {
        return Ipv4.destination(packet, quoted(packet, offset));
    }

    /** Of a message that {@link #quotesEsp}: the SPI of the packet. */
    public static int quotedSpi(MemorySegment packet, long offset) {
        long inner = quoted(packet, offset);
        return Octets.i32(packet, inner + Ipv4.headerLength(packet, inner));
    }

    /**
     * What the next link carries, in octets. A router older than RFC 1191 does not say it; then the
     * next of the usual sizes below that of the packet (section 7.1).
     */
    public static int nextHopMtu(MemorySegment packet, long offset) {
        int said = Octets.u16(packet, offset + Ipv4.headerLength(packet, offset) + 6);
        if (said != 0) {
            return said;
        }
        int refused = Ipv4.totalLength(packet, quoted(packet, offset));
        for (int usual : USUAL_MTUS) {
            if (usual < refused) {
                return usual;
            }
        }
        return LEAST_MTU;
    }

    private static long quoted(MemorySegment packet, long offset) {
        return offset + Ipv4.headerLength(packet, offset) + ICMP_HEADER;
    }
}
