// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.onlab.packet.Ip6Address;

/**
 * The IPv6 packet of a frame, in place (RFC 8200, section 3). Read here and not by ONOS, whose
 * parser keeps no octets to check a sum over.
 */
final class Ipv6Octets {
    static final int HEADER = 40;
    static final int ICMPV6 = 58;

    private static final int ETHERNET = 14;
    private static final int TAG = 4;
    private static final int TYPE_TAGGED = 0x8100;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;
    private static final int ADDRESS = 16;

    /** Router solicitation to redirect (RFC 4861, section 4). */
    private static final int FIRST_OF_DISCOVERY = 133;

    private static final int LAST_OF_DISCOVERY = 137;

    /** What may stand before the payload (IANA: IPv6 extension header types). */
    private static final Set<Integer> EXTENSIONS =
            Set.of(0, 43, 44, 51, 60, 135, 139, 140, 253, 254);

    private final byte[] octets;
    private final int start;

    private Ipv6Octets(byte[] octets, int start) {
        this.octets = octets;
        this.start = start;
    }

    /** The packet of a frame with at most one VLAN tag; empty if it is no whole IPv6 packet. */
    static Optional<Ipv6Octets> of(byte[] frame) {
        int start = start(frame);
        if (frame.length < start + HEADER
                || u16(frame, start - 2) != TYPE_IPV6
                || (frame[start] & 0xf0) != 0x60
                || frame.length < start + HEADER + u16(frame, start + 4)) {
            return Optional.empty();
        }
        return Optional.of(new Ipv6Octets(frame, start));
    }

    /** Where the payload of a frame begins, one VLAN tag skipped. */
    static int start(byte[] frame) {
        return frame.length >= ETHERNET && u16(frame, ETHERNET - 2) == TYPE_TAGGED
                ? ETHERNET + TAG
                : ETHERNET;
    }

    /** Octets after the header. */
    int payloadLength() {
        return u16(octets, start + 4);
    }

    int nextHeader() {
        return octets[start + 6] & 0xff;
    }

    int hopLimit() {
        return octets[start + 7] & 0xff;
    }

    Ip6Address source() {
        return address(SOURCE);
    }

    Ip6Address destination() {
        return address(DESTINATION);
    }

    /** The octet at a place of the payload. */
    int payload(int at) {
        return octets[start + HEADER + at] & 0xff;
    }

    /** The address at a place of the payload. */
    Ip6Address payloadAddress(int at) {
        return address(HEADER + at);
    }

    /** Whether extension headers stand before its protocol. */
    boolean hidesItsProtocol() {
        return EXTENSIONS.contains(nextHeader());
    }

    /** Whether it is a message of neighbour discovery, well-formed or not. */
    boolean isDiscovery() {
        return nextHeader() == ICMPV6
                && payloadLength() > 0
                && payload(0) >= FIRST_OF_DISCOVERY
                && payload(0) <= LAST_OF_DISCOVERY;
    }

    /** Whether the checksum of ICMPv6 is right (RFC 4443, section 2.3). */
    boolean hasRightChecksum() {
        long sum = payloadLength() + ICMPV6;
        for (int at = SOURCE; at < HEADER; at += 2) {
            sum += u16(octets, start + at);
        }
        int end = start + HEADER + payloadLength();
        for (int at = start + HEADER; at < end; at += 2) {
            sum += at + 1 < end ? u16(octets, at) : (octets[at] & 0xff) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum == 0xffff;
    }

    private Ip6Address address(int at) {
        return Ip6Address.valueOf(Arrays.copyOfRange(octets, start + at, start + at + ADDRESS));
    }

    static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }
}
