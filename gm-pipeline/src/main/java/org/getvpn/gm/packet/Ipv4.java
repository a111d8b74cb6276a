// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

/** IPv4 (RFC 791) in place. {@code at} is the offset of its header from the frame's start. */
public final class Ipv4 {
    /** Octets of a header without options. */
    public static final int HEADER = 20;

    /** Protocol number of ICMP. */
    public static final int ICMP = 1;

    /** Protocol number of TCP. */
    public static final int TCP = 6;

    /** Protocol number of UDP. */
    public static final int UDP = 17;

    /** Protocol number of ESP. */
    public static final int ESP = 50;

    /** Don't Fragment, in the 16 bits of flags and offset. */
    public static final int DONT_FRAGMENT = 0x4000;

    /** More Fragments. */
    public static final int MORE_FRAGMENTS = 0x2000;

    /** Fragment offset in units of 8 octets. */
    public static final int OFFSET = 0x1fff;

    private Ipv4() {}

    /**
     * Whether a whole IPv4 packet with a right header checksum stands at {@code at}; the frame may
     * be longer, as short frames are padded.
     */
    public static boolean valid(Frame frame, int at) {
        int room = frame.length() - at;
        if (room < HEADER || frame.u8(at) >>> 4 != 4) {
            return false;
        }
        int header = headerLength(frame, at);
        int total = totalLength(frame, at);
        return header >= HEADER
                && header <= total
                && total <= room
                && sum(frame, at, header) == 0xffff;
    }

    /** Octets of the header, options included. */
    public static int headerLength(Frame frame, int at) {
        return (frame.u8(at) & 15) * 4;
    }

    /** Octets of the packet. */
    public static int totalLength(Frame frame, int at) {
        return frame.u16(at + 2);
    }

    /** Type of service: DSCP in the upper six bits, ECN in the lower two. */
    public static int tos(Frame frame, int at) {
        return frame.u8(at + 1);
    }

    /** Flags and fragment offset. */
    public static int fragment(Frame frame, int at) {
        return frame.u16(at + 6);
    }

    /** Whether this is not the first fragment of a packet: it has no ports. */
    public static boolean laterFragment(Frame frame, int at) {
        return (fragment(frame, at) & OFFSET) != 0;
    }

    /** Protocol number. */
    public static int protocol(Frame frame, int at) {
        return frame.u8(at + 9);
    }

    /** Source address. */
    public static int source(Frame frame, int at) {
        return frame.u32(at + 12);
    }

    /** Destination address. */
    public static int destination(Frame frame, int at) {
        return frame.u32(at + 16);
    }

    /**
     * Whether the packet has ports in reach: TCP or UDP, first fragment, four octets of it there.
     */
    public static boolean hasPorts(Frame frame, int at) {
        int protocol = protocol(frame, at);
        return (protocol == TCP || protocol == UDP)
                && !laterFragment(frame, at)
                && totalLength(frame, at) >= headerLength(frame, at) + 4;
    }

    /** Source port, 0 without ports. */
    public static int sourcePort(Frame frame, int at) {
        return hasPorts(frame, at) ? frame.u16(at + headerLength(frame, at)) : 0;
    }

    /** Destination port, 0 without ports. */
    public static int destinationPort(Frame frame, int at) {
        return hasPorts(frame, at) ? frame.u16(at + headerLength(frame, at) + 2) : 0;
    }

    /** Writes a header without options, checksum included. */
    public static void write(
            Frame frame,
            int at,
            int tos,
            int totalLength,
            int identification,
            int fragment,
            int ttl,
            int protocol,
            int source,
            int destination) {
        frame.u16(at, 0x4500 | tos);
        frame.u16(at + 2, totalLength);
        frame.u16(at + 4, identification);
        frame.u16(at + 6, fragment);
        frame.u16(at + 8, ttl << 8 | protocol);
        frame.u16(at + 10, 0);
        frame.u32(at + 12, source);
        frame.u32(at + 16, destination);
        refreshChecksum(frame, at);
    }

    /** Computes the header checksum anew. */
    public static void refreshChecksum(Frame frame, int at) {
        frame.u16(at + 10, 0);
        frame.u16(at + 10, ~sum(frame, at, headerLength(frame, at)));
    }

    /** The Internet checksum's folded sum of {@code octets} (RFC 1071), not yet complemented. */
    public static int sum(Frame frame, int at, int octets) {
        long sum = 0;
        int i = 0;
        for (; i + 1 < octets; i += 2) {
            sum += frame.u16(at + i);
        }
        if (i < octets) {
            sum += frame.u8(at + i) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }
}
