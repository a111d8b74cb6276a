// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;

/** Cuts an IPv4 packet into fragments before encryption (RFC 791, section 3.2). */
final class Fragmenter {
    private Fragmenter() {}

    /** How many fragments a packet becomes whose pieces have at most {@code most} octets. */
    static int count(Frame frame, int ip, int most) {
        int header = Ipv4.headerLength(frame, ip);
        int payload = Ipv4.totalLength(frame, ip) - header;
        int piece = most - header & -8;
        return (payload + piece - 1) / piece;
    }

    /**
     * Writes the fragment number {@code index} of {@code count} into {@code to}, link header
     * included. Options are repeated in every fragment: the receiver takes them from the first (RFC
     * 791).
     */
    static void cut(Frame frame, int ip, int most, int index, int count, Frame to) {
        int header = Ipv4.headerLength(frame, ip);
        int payload = Ipv4.totalLength(frame, ip) - header;
        int piece = most - header & -8;
        int from = index * piece;
        int octets = Math.min(piece, payload - from);
        to.set(Frame.HEADROOM, ip + header + octets);
        to.copyFrom(frame, 0, 0, ip + header);
        to.copyFrom(frame, ip + header + from, ip + header, octets);
        int fragment = Ipv4.fragment(frame, ip);
        boolean last = index == count - 1 && (fragment & Ipv4.MORE_FRAGMENTS) == 0;
        to.u16(ip + 2, header + octets);
        to.u16(ip + 6, (fragment & Ipv4.OFFSET) + from / 8 | (last ? 0 : Ipv4.MORE_FRAGMENTS));
        Ipv4.refreshChecksum(to, ip);
    }
}
