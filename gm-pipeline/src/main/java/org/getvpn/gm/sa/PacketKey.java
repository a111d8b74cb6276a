// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;

/**
 * What selectors look at in one IPv4 packet. Filled again for each packet, by one thread; a packet
 * costs no object.
 */
public final class PacketKey {
    /** A port that the packet does not show: a later fragment, or a header cut off. */
    public static final int UNKNOWN_PORT = -1;

    /** A port of a protocol that has none. */
    public static final int NO_PORT = -2;

    private int source;
    private int destination;
    private int protocol;
    private int sourcePort;
    private int destinationPort;

    /** Reads a packet that {@link Ipv4#check} accepted. */
    public void read(MemorySegment packet, long offset) {
        source = Ipv4.source(packet, offset);
        destination = Ipv4.destination(packet, offset);
        protocol = Ipv4.protocol(packet, offset);
        if (!Ipv4.hasPorts(protocol)) {
            ports(NO_PORT, NO_PORT);
            return;
        }
        int headerLength = Ipv4.headerLength(packet, offset);
        if (Ipv4.isLaterFragment(packet, offset)
                || Ipv4.totalLength(packet, offset) < headerLength + 4) {
            ports(UNKNOWN_PORT, UNKNOWN_PORT);
            return;
        }
        long transport = offset + headerLength;
        ports(Octets.u16(packet, transport), Octets.u16(packet, transport + 2));
    }

    /** Sets both ports, as another fragment of the same packet showed them. */
    public void ports(int source, int destination) {
        sourcePort = source;
        destinationPort = destination;
    }

    /** Source address. */
    public int source() {
        return source;
    }

    /** Destination address. */
    public int destination() {
        return destination;
    }

    /** Protocol of the payload. */
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
}
