// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * The extension headers of an IPv6 packet (RFC 8200, section 4), read once into one long, without
 * an object: hop-by-hop options, routing, fragment, destination options; any other next header is
 * the protocol of the payload, AH and ESP among them.
 *
 * <pre>
 * bits 0 to 19   octets from the IPv6 header to the payload
 *      20 to 28  protocol of the payload, or {@link #UNKNOWN_PROTOCOL}
 *      29        there is a routing header
 *      30        the packet is a fragment
 *      31        a fragment that is not the first
 *      32 to 51  octets to the fragment header
 * </pre>
 */
public final class HeaderChain {
    /** What a later fragment carries whose first one has more extension headers (RFC 7112). */
    public static final int UNKNOWN_PROTOCOL = 0x1ff;

    /** Most extension headers that are read (RFC 8504, section 5.3 expects no more of a host). */
    public static final int MOST_HEADERS = 8;

    private static final long MALFORMED = -1;
    private static final long TOO_LONG = -2;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int FRAGMENT_HEADER = 8;
    private static final int OFFSET = 0xfff8;
    private static final int MORE = 1;

    private static final int LENGTH_BITS = 20;
    private static final int LENGTH = (1 << LENGTH_BITS) - 1;
    private static final long HAS_ROUTING = 1L << 29;
    private static final long IS_FRAGMENT = 1L << 30;
    private static final long IS_LATER = 1L << 31;
    private static final int FRAGMENT_AT = 32;

    private HeaderChain() {}

    /**
     * Reads the chain of a packet whose total length is right; its value is good for the other
     * methods if {@link #refusal} is null.
     */
    public static long of(MemorySegment packet, long offset) {
        int next = Ipv6.nextHeader(packet, offset);
        return isExtension(next)
                ? walk(packet, offset, next)
                : (long) next << LENGTH_BITS | Ipv6.HEADER;
    }

    private static boolean isExtension(int next) {
        return next == HOP_BY_HOP
                || next == ROUTING
                || next == FRAGMENT
                || next == DESTINATION_OPTIONS;
    }

    private static long walk(MemorySegment packet, long offset, int first) {
        int total = Ipv6.totalLength(packet, offset);
        int next = first;
        int at = Ipv6.HEADER;
        long flags = 0;
        for (int headers = 0; isExtension(next); headers++) {
            if (headers == MOST_HEADERS) {
                return TOO_LONG;
            }
            if (total - at < FRAGMENT_HEADER || next == HOP_BY_HOP && headers > 0) {
                // a first fragment may end before its chain does, although RFC 7112 forbids it
                return isFragment(flags) && next != HOP_BY_HOP
                        ? flags | (long) UNKNOWN_PROTOCOL << LENGTH_BITS | at
                        : MALFORMED;
            }
            int following = Octets.u8(packet, offset + at);
            int octets = FRAGMENT_HEADER;
            if (next == FRAGMENT) {
                int word = Octets.u16(packet, offset + at + 2);
                if ((flags & IS_FRAGMENT) != 0) {
                    return MALFORMED; // a fragment of a fragment: no source makes it
                }
                if ((word & (OFFSET | MORE)) != 0) { // else it is whole, RFC 6946
                    flags |= IS_FRAGMENT | (long) at << FRAGMENT_AT;
                }
                if ((word & OFFSET) != 0) {
                    int protocol = isExtension(following) ? UNKNOWN_PROTOCOL : following;
                    return flags | IS_LATER | (long) protocol << LENGTH_BITS | at + FRAGMENT_HEADER;
                }
            } else {
                octets += Octets.u8(packet, offset + at + 1) * 8;
                flags |= next == ROUTING ? HAS_ROUTING : 0;
            }
            if (octets > total - at) {
                return isFragment(flags)
                        ? flags | (long) UNKNOWN_PROTOCOL << LENGTH_BITS | total
                        : MALFORMED;
            }
            at += octets;
            next = following;
        }
        return flags | (long) next << LENGTH_BITS | at;
    }

    /** Why the packet cannot be read; null if it can. */
    public static DropReason refusal(long chain) {
        if (chain >= 0) {
            return null;
        }
        return chain == TOO_LONG ? DropReason.TOO_MANY_HEADERS : DropReason.MALFORMED_IP;
    }

    /** From the IPv6 header to the payload, in octets; of a later fragment to its data. */
    public static int length(long chain) {
        return (int) chain & LENGTH;
    }

    /** Protocol of the payload, 0 to 255, or {@link #UNKNOWN_PROTOCOL}. */
    public static int protocol(long chain) {
        return (int) (chain >>> LENGTH_BITS) & UNKNOWN_PROTOCOL;
    }

    /** Whether there is a routing header: then the last destination may be another one. */
    public static boolean hasRouting(long chain) {
        return (chain & HAS_ROUTING) != 0;
    }

    /** Whether the packet is a part of one. */
    public static boolean isFragment(long chain) {
        return (chain & IS_FRAGMENT) != 0;
    }

    /** Whether the packet is a fragment that is not the first. */
    public static boolean isLaterFragment(long chain) {
        return (chain & IS_LATER) != 0;
    }

    /** What ties fragments together; of a fragment alone. */
    public static int identification(MemorySegment packet, long offset, long chain) {
        return Octets.i32(packet, offset + (int) (chain >>> FRAGMENT_AT & LENGTH) + 4);
    }
}
