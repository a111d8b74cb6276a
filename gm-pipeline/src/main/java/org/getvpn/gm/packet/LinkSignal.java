// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * ICMPv6 without which an IPv6 link does not work, and which no router forwards: neighbour
 * discovery (RFC 4861; types 133 to 137, hop limit 255) and multicast listener discovery (RFC 2710,
 * RFC 3810; hop limit 1, from a link-local address or none). For IPv6 what ARP and IGMP are for
 * IPv4.
 */
public final class LinkSignal {
    private static final int ICMP_HEADER = 8;

    private LinkSignal() {}

    /** Whether a packet that {@link Ipv6#check} accepted is such a message. */
    public static boolean is(MemorySegment packet, long offset) {
        int hops = Ipv6.hopLimit(packet, offset);
        if (hops != 255 && hops != 1) {
            return false;
        }
        long chain = HeaderChain.of(packet, offset);
        int headers = HeaderChain.length(chain);
        if (HeaderChain.protocol(chain) != Ipv6.ICMP
                || HeaderChain.isFragment(chain) // RFC 6980
                || Ipv6.totalLength(packet, offset) < headers + ICMP_HEADER) {
            return false;
        }
        int type = Octets.u8(packet, offset + headers);
        return hops == 255
                ? type >= 133 && type <= 137 && Octets.u8(packet, offset + headers + 1) == 0
                : (type >= 130 && type <= 132 || type == 143) && isOfThisLink(packet, offset);
    }

    private static boolean isOfThisLink(MemorySegment packet, long offset) {
        long high = Ipv6.sourceHigh(packet, offset);
        return Ipv6.isLinkLocal(high) || (high | Ipv6.sourceLow(packet, offset)) == 0;
    }
}
