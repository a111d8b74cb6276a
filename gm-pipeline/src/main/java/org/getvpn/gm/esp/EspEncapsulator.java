// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.OutboundSa;

/**
 * Wraps an IPv4 packet into ESP tunnel mode, in place: the link header moves to the front, the
 * original addresses, DSCP, ECN and DF are written outside again.
 */
public final class EspEncapsulator {
    private static final int OUTER_TTL = 64;

    private EspEncapsulator() {}

    /**
     * Encapsulates the packet of {@code frame}, whose room in front and behind suffices.
     *
     * @return whether it was done; false if the SA has no IV left, and the frame is unchanged
     */
    public static boolean encapsulate(Frame frame, OutboundSa sa) {
        int link = Ethernet.headerLength(frame);
        long iv = sa.nextIv();
        if (iv == OutboundSa.EXHAUSTED) {
            return false;
        }
        int inner = link;
        int innerLength = Ipv4.totalLength(frame, inner);
        int tos = Ipv4.tos(frame, inner);
        int dontFragment = Ipv4.fragment(frame, inner) & Ipv4.DONT_FRAGMENT;
        int source = Ipv4.source(frame, inner);
        int destination = Ipv4.destination(frame, inner);
        long macs = frame.u64(0);
        int macsRest = frame.u32(8);
        int type = frame.u16(12);
        int tag = link > Ethernet.HEADER ? frame.u32(14) : 0;

        int padding = Esp.padding(innerLength);
        int trailer = inner + innerLength;
        for (int i = 1; i <= padding; i++) {
            frame.u8(trailer + i - 1, i); // RFC 4303, section 2.4
        }
        frame.u8(trailer + padding, padding);
        frame.u8(trailer + padding + 1, Esp.NEXT_IPV4);

        int outerLength = Esp.outerLength(innerLength);
        frame.set(frame.start() - Esp.FRONT, link + outerLength);
        frame.u64(0, macs);
        frame.u32(8, macsRest);
        frame.u16(12, type);
        if (link > Ethernet.HEADER) {
            frame.u32(14, tag);
        }
        Ipv4.write(
                frame,
                link,
                tos,
                outerLength,
                sa.nextIdentification(),
                dontFragment,
                OUTER_TTL,
                Ipv4.ESP,
                source,
                destination);
        int esp = link + Ipv4.HEADER;
        frame.u32(esp, sa.spi().value());
        frame.u32(esp + 4, sa.nextSequence());
        frame.u64(esp + Esp.HEADER, iv);
        sa.cipher()
                .seal(frame, esp, esp + Esp.HEADER + Esp.IV, innerLength + padding + Esp.TRAILER);
        return true;
    }
}
