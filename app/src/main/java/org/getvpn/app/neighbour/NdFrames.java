// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import org.getvpn.app.forwarding.VirtualMac;
import org.onlab.packet.Ethernet;
import org.onlab.packet.ICMP6;
import org.onlab.packet.IPacket;
import org.onlab.packet.IPv6;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.MacAddress;
import org.onlab.packet.ndp.NeighborAdvertisement;
import org.onlab.packet.ndp.NeighborDiscoveryOptions;
import org.onlab.packet.ndp.NeighborSolicitation;

/** Builds the frames of neighbour discovery that virtual gateways send (RFC 4861). */
final class NdFrames {
    private static final byte ON_LINK = (byte) 255;
    private static final Ip6Address ALL_NODES = Ip6Address.valueOf("ff02::1");

    private NdFrames() {}

    /**
     * The answer to a solicitation: what it asks for is at the gateway's MAC address. Only the
     * gateway is a router; for a neighbour on another port it answers as its proxy, who overrides
     * nothing (section 7.2.8).
     *
     * @param asked the frame of {@code solicitation}
     * @param gateway where it came in
     */
    static Ethernet advertisement(
            Ethernet asked, NeighbourSolicitation solicitation, Ip6Address gateway) {
        byte own = (byte) (solicitation.target().equals(gateway) ? 1 : 0);
        boolean probe = solicitation.source().isZero();
        NeighborAdvertisement advertisement =
                new NeighborAdvertisement()
                        .setTargetAddress(solicitation.target().toOctets())
                        .setRouterFlag(own)
                        .setOverrideFlag(own)
                        .setSolicitedFlag((byte) (probe ? 0 : 1))
                        .addOption(
                                NeighborDiscoveryOptions.TYPE_TARGET_LL_ADDRESS,
                                VirtualMac.GATEWAY.toBytes());
        Ip6Address to = probe ? ALL_NODES : solicitation.source();
        MacAddress mac = probe ? multicast(ALL_NODES) : asked.getSourceMAC();
        return frame(gateway, to, mac, ICMP6.NEIGHBOR_ADVERTISEMENT, advertisement)
                .setVlanID(asked.getVlanID());
    }

    /** Asks who has {@code target}, in the name of {@code gateway}. */
    static Ethernet solicitation(Ip6Address gateway, Ip6Address target) {
        Ip6Address to = Ip6Address.valueOf(IPv6.getSolicitNodeAddress(target.toOctets()));
        NeighborSolicitation solicitation =
                new NeighborSolicitation()
                        .setTargetAddress(target.toOctets())
                        .addOption(
                                NeighborDiscoveryOptions.TYPE_SOURCE_LL_ADDRESS,
                                VirtualMac.GATEWAY.toBytes());
        return frame(gateway, to, multicast(to), ICMP6.NEIGHBOR_SOLICITATION, solicitation);
    }

    private static Ethernet frame(
            Ip6Address from, Ip6Address to, MacAddress mac, byte type, IPacket message) {
        ICMP6 icmp = new ICMP6().setIcmpType(type).setIcmpCode((byte) 0);
        icmp.setPayload(message);
        IPv6 packet =
                new IPv6()
                        .setSourceAddress(from.toOctets())
                        .setDestinationAddress(to.toOctets())
                        .setNextHeader(IPv6.PROTOCOL_ICMP6)
                        .setHopLimit(ON_LINK);
        packet.setPayload(icmp);
        Ethernet frame =
                new Ethernet()
                        .setSourceMACAddress(VirtualMac.GATEWAY)
                        .setDestinationMACAddress(mac)
                        .setEtherType(Ethernet.TYPE_IPV6);
        frame.setPayload(packet);
        return frame;
    }

    private static MacAddress multicast(Ip6Address address) {
        return MacAddress.valueOf(IPv6.getMCastMacAddress(address.toOctets()));
    }
}
