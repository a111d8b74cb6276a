// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.HeaderChain;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;

/**
 * What selectors look at in one IP packet. Filled again for each packet, by one thread; a packet
 * costs no object. An IPv4 address is the low 32 bits of its low half.
 */
public final class PacketKey {
    /** A port that the packet does not show: a later fragment, or a header cut off. */
    public static final int UNKNOWN_PORT = -1;

    /** A port of a protocol that has none. */
    public static final int NO_PORT = -2;

    /** Of a later fragment of an IPv6 packet with more extension headers; its first one tells. */
    public static final int UNKNOWN_PROTOCOL = HeaderChain.UNKNOWN_PROTOCOL;

    /** What part of a packet this is. */
    public enum Part {
        /** all of it */
        WHOLE,
        /** its first fragment */
        FIRST,
        /** any other fragment */
        LATER
    }

    private int version;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int protocol;
    private int sourcePort;
    private int destinationPort;
    private Part part;
    private int identification;

    /** Reads a packet that {@link Ipv4#check} or {@link Ipv6#check} accepted. */
    public void read(MemorySegment packet, long offset) {
        if (Ipv6.is(packet, offset)) {
            readIpv6(packet, offset);
        } else {
            readIpv4(packet, offset);
        }
    }

    private void readIpv4(MemorySegment packet, long offset) {
        version = 4;
        sourceHigh = 0;
        sourceLow = Integer.toUnsignedLong(Ipv4.source(packet, offset));
        destinationHigh = 0;
        destinationLow = Integer.toUnsignedLong(Ipv4.destination(packet, offset));
        protocol = Ipv4.protocol(packet, offset);
        int flags = Ipv4.flagsAndOffset(packet, offset);
        part = (flags & Ipv4.OFFSET) != 0 ? Part.LATER : Part.WHOLE;
        if ((flags & (Ipv4.MF | Ipv4.OFFSET)) == Ipv4.MF) {
            part = Part.FIRST;
        }
        if (part != Part.WHOLE) { // each protocol counts for itself (RFC 791, section 3.2)
            identification = Ipv4.identification(packet, offset) << 8 | protocol;
        }
        readPorts(
                packet,
                offset,
                Ipv4.headerLength(packet, offset),
                Ipv4.totalLength(packet, offset));
    }

    private void readIpv6(MemorySegment packet, long offset) {
        version = 6;
        sourceHigh = Ipv6.sourceHigh(packet, offset);
        sourceLow = Ipv6.sourceLow(packet, offset);
        destinationHigh = Ipv6.destinationHigh(packet, offset);
        destinationLow = Ipv6.destinationLow(packet, offset);
        long chain = HeaderChain.of(packet, offset);
        protocol = HeaderChain.protocol(chain);
        part = Part.WHOLE;
        if (HeaderChain.isFragment(chain)) {
            part = HeaderChain.isLaterFragment(chain) ? Part.LATER : Part.FIRST;
            identification = HeaderChain.identification(packet, offset, chain);
        }
        readPorts(packet, offset, HeaderChain.length(chain), Ipv6.totalLength(packet, offset));
    }

    private void readPorts(MemorySegment packet, long offset, int headers, int totalLength) {
        if (protocol == UNKNOWN_PROTOCOL) {
            ports(UNKNOWN_PORT, UNKNOWN_PORT);
        } else if (!Ipv4.hasPorts(protocol)) {
            ports(NO_PORT, NO_PORT);
        } else if (part == Part.LATER || totalLength < headers + 4) {
            ports(UNKNOWN_PORT, UNKNOWN_PORT);
        } else {
            long transport = offset + headers;
            ports(Octets.u16(packet, transport), Octets.u16(packet, transport + 2));
        }
    }

    /** Sets both ports, as another fragment of the same packet showed them. */
    public void ports(int source, int destination) {
        sourcePort = source;
        destinationPort = destination;
    }

    /** Sets the protocol, as another fragment of the same packet showed it. */
    public void protocol(int shown) {
        protocol = shown;
    }

    /** 4 or 6. */
    public int version() {
        return version;
    }

    /** First half of the source address; 0 for IPv4. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Second half of the source address, or all of an IPv4 one. */
    public long sourceLow() {
        return sourceLow;
    }

    /** First half of the destination address; 0 for IPv4. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Second half of the destination address, or all of an IPv4 one. */
    public long destinationLow() {
        return destinationLow;
    }

    /** Protocol of the payload, 0 to 255, or {@link #UNKNOWN_PROTOCOL}. */
    public int protocol() {
        return protocol;
    }

    /** 0 to 65535, {@link #UNKNOWN_PORT} or {@link #NO_PORT}. */
    public int sourcePort() {
        return sourcePort;
    }

    /** 0 to 65535, {@link #UNKNOWN_PORT} or {@link #NO_PORT}. */
    public int destinationPort() {
        return destinationPort;
    }

    /** Whether the packet is a fragment. */
    public Part part() {
        return part;
    }

    /** What, beside the addresses, fragments of one packet have in common; of a fragment alone. */
    public int identification() {
        return identification;
    }
}
