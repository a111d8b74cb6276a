// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.Arrays;
import java.util.Optional;
import org.getvpn.app.forwarding.VirtualMac;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.IpAddress;
import org.onlab.packet.MacAddress;

/**
 * Routes one frame to a host as its flow rule would. The octets are rewritten here, because ONOS's
 * packet-out carries nothing but the port. A VLAN tag stays.
 */
final class LastHop {
    private static final int TYPE_IPV4 = 0x0800;
    private static final int IPV4_HEADER = 20;
    private static final int TTL = 8;
    private static final int CHECKSUM = 10;
    private static final int IPV4_DESTINATION = 16;
    private static final int HOP_LIMIT = 7;

    private LastHop() {}

    /**
     * Where a packet goes to that may wait for its host. Neighbour discovery goes nowhere, and what
     * may hide it behind extension headers does not either: a switch may bring both here before its
     * policy.
     *
     * @return empty for what is neither IPv4 nor such IPv6
     */
    static Optional<IpAddress> destination(byte[] frame) {
        if (isIpv4(frame)) {
            int at = Ipv6Octets.start(frame) + IPV4_DESTINATION;
            return Optional.of(Ip4Address.valueOf(Arrays.copyOfRange(frame, at, at + 4)));
        }
        return Ipv6Octets.of(frame)
                .filter(packet -> !packet.isDiscovery() && !packet.hidesItsProtocol())
                .map(Ipv6Octets::destination);
    }

    /**
     * The frame with MAC addresses rewritten and the TTL or hop limit decremented (checksum by RFC
     * 1624).
     *
     * @param frame not changed
     * @return empty if its TTL or hop limit is used up, or it is too short to be IP
     */
    static Optional<byte[]> route(byte[] frame, MacAddress to) {
        int start = Ipv6Octets.start(frame);
        if (isIpv4(frame)) {
            return hop(frame, start + TTL, to).map(routed -> correctChecksum(routed, start));
        }
        return Ipv6Octets.of(frame).flatMap(packet -> hop(frame, start + HOP_LIMIT, to));
    }

    private static Optional<byte[]> hop(byte[] frame, int hops, MacAddress to) {
        if ((frame[hops] & 0xff) <= 1) {
            return Optional.empty();
        }
        byte[] routed = frame.clone();
        System.arraycopy(to.toBytes(), 0, routed, 0, 6);
        System.arraycopy(VirtualMac.GATEWAY.toBytes(), 0, routed, 6, 6);
        routed[hops]--;
        return Optional.of(routed);
    }

    private static byte[] correctChecksum(byte[] routed, int start) {
        int sum = Ipv6Octets.u16(routed, start + CHECKSUM) + 0x0100;
        sum = (sum & 0xffff) + (sum >>> 16);
        routed[start + CHECKSUM] = (byte) (sum >>> 8);
        routed[start + CHECKSUM + 1] = (byte) sum;
        return routed;
    }

    private static boolean isIpv4(byte[] frame) {
        int start = Ipv6Octets.start(frame);
        return frame.length >= start + IPV4_HEADER && Ipv6Octets.u16(frame, start - 2) == TYPE_IPV4;
    }
}
