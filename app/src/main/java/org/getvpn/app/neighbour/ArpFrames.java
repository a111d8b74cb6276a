// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import org.getvpn.app.forwarding.VirtualMac;
import org.onlab.packet.ARP;
import org.onlab.packet.Ethernet;
import org.onlab.packet.Ip4Address;

/** Builds the ARP frames that virtual gateways send (RFC 826). */
final class ArpFrames {
    private ArpFrames() {}

    /** The answer to {@code request}: what it asks for is at the gateway's MAC address. */
    static Ethernet reply(Ethernet request) {
        ARP asked = (ARP) request.getPayload();
        Ip4Address target = Ip4Address.valueOf(asked.getTargetProtocolAddress());
        return ARP.buildArpReply(target, VirtualMac.GATEWAY, request);
    }

    /** Asks who has {@code target}, in the name of {@code gateway}. */
    static Ethernet request(Ip4Address gateway, Ip4Address target) {
        return ARP.buildArpRequest(
                VirtualMac.GATEWAY.toBytes(),
                gateway.toOctets(),
                target.toOctets(),
                Ethernet.VLAN_UNTAGGED);
    }
}
