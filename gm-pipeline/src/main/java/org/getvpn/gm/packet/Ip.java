// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/** What can be asked of an IP packet that was checked, whatever its version. */
public final class Ip {
    private Ip() {}

    /** Checks a packet of the version that its first octet names; of one octet at least. */
    public static DropReason check(MemorySegment packet, long offset, int available) {
        return Ipv6.is(packet, offset)
                ? Ipv6.check(packet, offset, available)
                : Ipv4.check(packet, offset, available);
    }

    /** Header and payload, in octets. */
    public static int totalLength(MemorySegment packet, long offset) {
        return Ipv6.is(packet, offset)
                ? Ipv6.totalLength(packet, offset)
                : Ipv4.totalLength(packet, offset);
    }

    /** Length of a header without options or extension headers, in octets: 20 or 40. */
    public static int plainHeader(MemorySegment packet, long offset) {
        return Ipv6.is(packet, offset) ? Ipv6.HEADER : Ipv4.HEADER;
    }

    /** Up to the payload, in octets: with options or extension headers. */
    public static int headerLength(MemorySegment packet, long offset) {
        return Ipv6.is(packet, offset)
                ? HeaderChain.length(HeaderChain.of(packet, offset))
                : Ipv4.headerLength(packet, offset);
    }

    /** Protocol of the payload, or {@link HeaderChain#UNKNOWN_PROTOCOL}. */
    public static int protocol(MemorySegment packet, long offset) {
        return Ipv6.is(packet, offset)
                ? HeaderChain.protocol(HeaderChain.of(packet, offset))
                : Ipv4.protocol(packet, offset);
    }

    /** Whether the packet is a fragment that is not the first. */
    public static boolean isLaterFragment(MemorySegment packet, long offset) {
        return Ipv6.is(packet, offset)
                ? HeaderChain.isLaterFragment(HeaderChain.of(packet, offset))
                : Ipv4.isLaterFragment(packet, offset);
    }

    /** Whether a router may cut the packet: IPv4 without DF. */
    public static boolean mayBeCut(MemorySegment packet, long offset) {
        return !Ipv6.is(packet, offset) && (Ipv4.flagsAndOffset(packet, offset) & Ipv4.DF) == 0;
    }
}
