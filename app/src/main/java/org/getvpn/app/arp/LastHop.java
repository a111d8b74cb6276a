// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.arp;

import java.util.Optional;
import org.getvpn.app.forwarding.VirtualMac;
import org.onlab.packet.MacAddress;

/**
 * Routes one frame to a host as its flow rule would. The octets are rewritten here, because ONOS's
 * packet-out carries nothing but the port.
 */
final class LastHop {
    private static final int ETHERNET = 14;
    private static final int IPV4_HEADER = 20;
    private static final int TTL = ETHERNET + 8;
    private static final int CHECKSUM = ETHERNET + 10;

    private LastHop() {}

    /**
     * The frame with MAC addresses rewritten and the TTL decremented (checksum by RFC 1624).
     *
     * @param frame untagged Ethernet with IPv4; not changed
     * @return empty if its TTL is used up, or it is too short to be IPv4
     */
    static Optional<byte[]> route(byte[] frame, MacAddress to) {
        if (frame.length < ETHERNET + IPV4_HEADER || (frame[TTL] & 0xff) <= 1) {
            return Optional.empty();
        }
        byte[] routed = frame.clone();
        System.arraycopy(to.toBytes(), 0, routed, 0, 6);
        System.arraycopy(VirtualMac.GATEWAY.toBytes(), 0, routed, 6, 6);
        routed[TTL]--;
        int sum = ((routed[CHECKSUM] & 0xff) << 8 | routed[CHECKSUM + 1] & 0xff) + 0x0100;
        sum = (sum & 0xffff) + (sum >>> 16);
        routed[CHECKSUM] = (byte) (sum >>> 8);
        routed[CHECKSUM + 1] = (byte) sum;
        return Optional.of(routed);
    }
}
