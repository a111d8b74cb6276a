// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.Optional;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.Ip6Prefix;

/**
 * A neighbour solicitation (RFC 4861, section 4.3) that is as section 7.1.1 wants it; any other is
 * none.
 *
 * <pre>
 *  0  type 135, code 0, checksum, reserved
 *  8  target address
 * 24  options: type, length in units of eight octets, value
 * </pre>
 */
final class NeighbourSolicitation {
    private static final int TYPE = 135;
    private static final int OPTIONS = 24;
    private static final int SOURCE_LINK_ADDRESS = 1;

    /** What no router forwarded: so it comes from this link. */
    private static final int ON_LINK = 255;

    private static final Ip6Prefix SOLICITED_NODES = Ip6Prefix.valueOf("ff02::1:ff00:0/104");

    private final Ip6Address source;
    private final Ip6Address target;

    private NeighbourSolicitation(Ip6Address source, Ip6Address target) {
        this.source = source;
        this.target = target;
    }

    /** The solicitation in a frame; empty for anything else, and for one that is not valid. */
    static Optional<NeighbourSolicitation> read(byte[] frame) {
        return Ipv6Octets.of(frame)
                .filter(NeighbourSolicitation::isValid)
                .map(
                        packet ->
                                new NeighbourSolicitation(
                                        packet.source(), packet.payloadAddress(8)));
    }

    private static boolean isValid(Ipv6Octets packet) {
        return packet.nextHeader() == Ipv6Octets.ICMPV6
                && packet.payloadLength() >= OPTIONS
                && packet.payload(0) == TYPE
                && packet.payload(1) == 0
                && packet.hopLimit() == ON_LINK
                && !packet.payloadAddress(8).isMulticast()
                && !packet.source().isMulticast()
                && optionsAreWhole(packet)
                && (!packet.source().isZero() || isProbe(packet))
                && packet.hasRightChecksum();
    }

    private static boolean optionsAreWhole(Ipv6Octets packet) {
        int at = OPTIONS;
        while (at + 1 < packet.payloadLength() && packet.payload(at + 1) > 0) {
            at += 8 * packet.payload(at + 1);
        }
        return at == packet.payloadLength();
    }

    /** Who has no address yet asks all who may have it, and names no link-layer address. */
    private static boolean isProbe(Ipv6Octets packet) {
        for (int at = OPTIONS; at < packet.payloadLength(); at += 8 * packet.payload(at + 1)) {
            if (packet.payload(at) == SOURCE_LINK_ADDRESS) {
                return false;
            }
        }
        return SOLICITED_NODES.contains(packet.destination());
    }

    /** Who asks; zero if it wants to know whether it may take the address (RFC 4862). */
    Ip6Address source() {
        return source;
    }

    /** What it asks for; no multicast address. */
    Ip6Address target() {
        return target;
    }
}
