// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.InboundSa;

/** Opens an ESP packet in place; afterwards the frame carries the inner packet. */
public final class EspDecapsulator {
    /** What became of the packet. */
    public enum Result {
        /** the frame carries the inner packet */
        OPENED,
        /** too short for ESP, or lengths inside that cannot be */
        MALFORMED,
        /** the ICV does not verify */
        FORGED,
        /** something else than IPv4 inside */
        NOT_IPV4,
        /** the inner addresses are not the outer ones (RFC 5374, section 3.1) */
        ADDRESSES_DIFFER,
        /** congestion was marked on a packet that cannot carry the mark (RFC 6040, section 4.2) */
        CONGESTION_UNMARKABLE
    }

    private static final int ECN = 3;
    private static final int CONGESTION_EXPERIENCED = 3;
    private static final int SHORTEST_INNER = Ipv4.HEADER;

    private EspDecapsulator() {}

    /** Where the SPI of an ESP packet at {@code ip} stands, or -1 if it is too short to be one. */
    public static int spiOffset(Frame frame, int ip) {
        int header = Ipv4.headerLength(frame, ip);
        int body = Ipv4.totalLength(frame, ip) - header;
        int least = Esp.HEADER + Esp.IV + SHORTEST_INNER + Esp.TRAILER + Esp.ICV;
        return body < least ? -1 : ip + header;
    }

    /** Opens the packet; {@code sa} is that of its SPI, and {@link #spiOffset} was not -1. */
    public static Result decapsulate(Frame frame, InboundSa sa) {
        int link = Ethernet.headerLength(frame);
        int header = Ipv4.headerLength(frame, link);
        int esp = link + header;
        int text = esp + Esp.HEADER + Esp.IV;
        int textLength = link + Ipv4.totalLength(frame, link) - text - Esp.ICV;
        if (textLength % Esp.ALIGNMENT != 0) {
            return Result.MALFORMED;
        }
        if (!sa.cipher().open(frame, esp, text, textLength)) {
            return Result.FORGED;
        }
        int padding = frame.u8(text + textLength - 2);
        int next = frame.u8(text + textLength - 1);
        int innerLength = textLength - Esp.TRAILER - padding;
        if (next != Esp.NEXT_IPV4) {
            return Result.NOT_IPV4;
        }
        int tos = Ipv4.tos(frame, link);
        int source = Ipv4.source(frame, link);
        int destination = Ipv4.destination(frame, link);
        int front = text - link;
        moveLinkHeader(frame, link, front);
        frame.set(frame.start() + front, link + Math.max(innerLength, 0));
        if (innerLength < SHORTEST_INNER
                || !Ipv4.valid(frame, link)
                || Ipv4.totalLength(frame, link) != innerLength) {
            return Result.MALFORMED;
        }
        if (Ipv4.source(frame, link) != source || Ipv4.destination(frame, link) != destination) {
            return Result.ADDRESSES_DIFFER;
        }
        if ((tos & ECN) == CONGESTION_EXPERIENCED) {
            int inner = Ipv4.tos(frame, link);
            if ((inner & ECN) == 0) {
                return Result.CONGESTION_UNMARKABLE;
            }
            frame.u8(link + 1, inner | CONGESTION_EXPERIENCED);
            Ipv4.refreshChecksum(frame, link);
        }
        return Result.OPENED;
    }

    private static void moveLinkHeader(Frame frame, int link, int by) {
        long macs = frame.u64(0);
        int macsRest = frame.u32(8);
        int type = frame.u16(12);
        if (link > Ethernet.HEADER) {
            frame.u32(by + 14, frame.u32(14));
        }
        frame.u64(by, macs);
        frame.u32(by + 8, macsRest);
        frame.u16(by + 12, type);
    }
}
