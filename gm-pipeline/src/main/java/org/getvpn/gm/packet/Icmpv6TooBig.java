// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * ICMPv6 "packet too big" (RFC 4443, section 3.2): written for a sender, to tell how long its
 * packets may be before encryption; read when a router of the WAN says it of ESP.
 *
 * <p>A message to a sender comes from the address that its packet was for. The member, a bump in
 * the wire, has no IPv6 address of its own there, and one that is known to the site passes the
 * filters that a packet from there passes.
 */
public final class Icmpv6TooBig {
    /** Longest message with its IP header, in octets (RFC 4443, section 2.4, c). */
    public static final int MAX_LENGTH = Ipv6.LEAST_MTU;

    private static final int ICMP_HEADER = 8;
    private static final int SPI = 4;
    private static final int TYPE_TOO_BIG = 2;
    private static final int FIRST_INFORMATIONAL = 128;
    private static final int REDIRECT = 137;
    private static final int HOP_LIMIT = 64;
    private static final int FIRST_WORD = 0x6c00_0000; // network control, as IPv4's messages

    private Icmpv6TooBig() {}

    /**
     * Whether an error may answer the packet (RFC 4443, section 2.4, e): not an ICMPv6 error or
     * what may be one, not from a source that is no single host. None answers a packet to many,
     * although it might: there is no address that the message could come from.
     */
    public static boolean mayAnswer(MemorySegment packet, long offset) {
        long sourceHigh = Ipv6.sourceHigh(packet, offset);
        if (Ipv6.isMulticast(sourceHigh)
                || sourceHigh == 0 && Ipv6.sourceLow(packet, offset) >>> 1 == 0 // none, loopback
                || Ipv6.isMulticast(Ipv6.destinationHigh(packet, offset))) {
            return false;
        }
        long chain = HeaderChain.of(packet, offset);
        int protocol = HeaderChain.protocol(chain);
        if (protocol != Ipv6.ICMP) {
            return protocol != HeaderChain.UNKNOWN_PROTOCOL;
        }
        int headers = HeaderChain.length(chain);
        if (HeaderChain.isLaterFragment(chain) || Ipv6.totalLength(packet, offset) == headers) {
            return false;
        }
        int type = Octets.u8(packet, offset + headers);
        return type >= FIRST_INFORMATIONAL && type != REDIRECT;
    }

    /**
     * Writes the message that answers the packet.
     *
     * @param mtu octets that the sender's packets may have, {@link Ipv6#LEAST_MTU} or more: less
     *     would be ignored (RFC 8201, section 4)
     * @return length of the IP packet written, at most {@link #MAX_LENGTH} octets
     */
    public static int write(
            MemorySegment packet, long offset, int mtu, MemorySegment out, long outOffset) {
        int quoted =
                Math.min(Ipv6.totalLength(packet, offset), MAX_LENGTH - Ipv6.HEADER - ICMP_HEADER);
        int length = Ipv6.HEADER + ICMP_HEADER + quoted;
        Ipv6.write(out, outOffset, FIRST_WORD, length, Ipv6.ICMP, HOP_LIMIT, packet, offset);
        Ipv6.swapAddresses(out, outOffset);
        long icmp = outOffset + Ipv6.HEADER;
        Octets.put32(out, icmp, TYPE_TOO_BIG << 24);
        Octets.put32(out, icmp + 4, mtu);
        MemorySegment.copy(packet, offset, out, icmp + ICMP_HEADER, quoted);
        int checksum =
                InternetChecksum.ofIpv6Transport(
                        out, outOffset, icmp, ICMP_HEADER + quoted, Ipv6.ICMP);
        Octets.put16(out, icmp + 2, checksum);
        return length;
    }

    /** Whether the packet is such a message and quotes an ESP packet up to its SPI. */
    public static boolean quotesEsp(MemorySegment packet, long offset) {
        long chain = HeaderChain.of(packet, offset);
        if (HeaderChain.protocol(chain) != Ipv6.ICMP || HeaderChain.isFragment(chain)) {
            return false;
        }
        int headers = HeaderChain.length(chain);
        long icmp = offset + headers;
        if (Ipv6.totalLength(packet, offset) < headers + ICMP_HEADER + Ipv6.HEADER + SPI
                || Octets.u16(packet, icmp) != TYPE_TOO_BIG << 8) {
            return false;
        }
        long quoted = icmp + ICMP_HEADER;
        return Ipv6.is(packet, quoted) && Ipv6.nextHeader(packet, quoted) == Ipv4.ESP;
    }

    /** Whether the message's checksum is right. */
    public static boolean isIntact(MemorySegment packet, long offset) {
        int headers = Ip.headerLength(packet, offset);
        int length = Ipv6.totalLength(packet, offset) - headers;
        return InternetChecksum.ofIpv6Transport(packet, offset, offset + headers, length, Ipv6.ICMP)
                == 0;
    }

    /** Of a message that {@link #quotesEsp}: where the IP header of the packet begins. */
    public static long quoted(MemorySegment packet, long offset) {
        return offset + Ip.headerLength(packet, offset) + ICMP_HEADER;
    }

    /** Of a message that {@link #quotesEsp}: the SPI of the packet. */
    public static int quotedSpi(MemorySegment packet, long offset) {
        return Octets.i32(packet, quoted(packet, offset) + Ipv6.HEADER);
    }

    /** What the next link carries, in octets; at most 2^31-1. */
    public static int nextHopMtu(MemorySegment packet, long offset) {
        int said = Octets.i32(packet, offset + Ip.headerLength(packet, offset) + 4);
        return said < 0 ? Integer.MAX_VALUE : said;
    }
}
