// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;

/** ICMP "fragmentation needed" with the next-hop MTU (RFC 792; RFC 1191, section 4). */
final class IcmpTooBig {
    private static final int HEADER = 8;
    private static final int QUOTED_PAYLOAD = 8;
    private static final int TTL = 64;

    private IcmpTooBig() {}

    /** Whether an error may be sent about this packet (RFC 1122, section 3.2.2). */
    static boolean allowed(Frame frame, int ip) {
        int destination = Ipv4.destination(frame, ip);
        return !Ipv4.laterFragment(frame, ip)
                && destination >>> 28 != 0xe // multicast
                && destination != -1
                && !(Ipv4.protocol(frame, ip) == Ipv4.ICMP && isError(frame, ip));
    }

    private static boolean isError(Frame frame, int ip) {
        int header = Ipv4.headerLength(frame, ip);
        if (Ipv4.totalLength(frame, ip) <= header) {
            return true;
        }
        int type = frame.u8(ip + header);
        return type != 0 && type != 8 && type < 13 || type > 18;
    }

    /**
     * Turns the frame into the error message to its sender, as the packet's destination, which the
     * site routes back. The link addresses stay.
     */
    static void reply(Frame frame, int ip, int mtu) {
        int quoted =
                Math.min(
                        Ipv4.totalLength(frame, ip), Ipv4.headerLength(frame, ip) + QUOTED_PAYLOAD);
        int from = Ipv4.destination(frame, ip);
        int to = Ipv4.source(frame, ip);
        // Shift the quotation behind the new headers, last octet first.
        int front = Ipv4.HEADER + HEADER;
        for (int i = quoted - 1; i >= 0; i--) {
            frame.u8(ip + front + i, frame.u8(ip + i));
        }
        int icmp = ip + Ipv4.HEADER;
        frame.u16(icmp, 3 << 8 | 4);
        frame.u16(icmp + 2, 0);
        frame.u16(icmp + 4, 0);
        frame.u16(icmp + 6, mtu);
        frame.u16(icmp + 2, ~Ipv4.sum(frame, icmp, HEADER + quoted));
        int total = front + quoted;
        Ipv4.write(frame, ip, 0, total, 0, 0, TTL, Ipv4.ICMP, from, to);
        frame.set(frame.start(), ip + total);
    }
}
