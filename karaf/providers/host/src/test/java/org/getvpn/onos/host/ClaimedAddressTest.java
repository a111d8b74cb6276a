// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.onlab.packet.ARP;
import org.onlab.packet.Ethernet;
import org.onlab.packet.ICMP6;
import org.onlab.packet.IPacket;
import org.onlab.packet.IPv6;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.MacAddress;
import org.onlab.packet.ndp.NeighborAdvertisement;
import org.onlab.packet.ndp.NeighborSolicitation;
import org.onlab.packet.ndp.RouterSolicitation;

/** Frames as hosts send them, through ONOS's own reader. */
class ClaimedAddressTest {
    private static final MacAddress HOST = MacAddress.valueOf("00:00:00:00:00:09");
    private static final String ADDRESS = "2001:db8::9";
    private static final String GATEWAY = "2001:db8::1";

    @Test
    void anArpRequestTellsItsSender() throws Exception {
        Ethernet request =
                ARP.buildArpRequest(
                        HOST.toBytes(),
                        Ip4Address.valueOf("10.1.0.9").toOctets(),
                        Ip4Address.valueOf("10.1.0.1").toOctets(),
                        Ethernet.VLAN_UNTAGGED);
        assertEquals("10.1.0.9", claimed(request));
    }

    @Test
    void aSolicitationTellsItsSource() throws Exception {
        assertEquals(ADDRESS, claimed(solicitation(ADDRESS, 255, 0)));
    }

    @Test
    void aProbeClaimsNothingYet() throws Exception {
        assertEquals("::", claimed(solicitation("::", 255, 0)));
    }

    @Test
    void anAdvertisementTellsItsTarget() throws Exception {
        assertEquals(ADDRESS, claimed(advertisement(GATEWAY, ADDRESS, 1, 255, 0)));
        assertEquals(ADDRESS, claimed(advertisement("ff02::1", ADDRESS, 0, 255, 0)));
    }

    @Test
    void whatARouterForwardedAndWhatIsNotValidTellsNothing() throws Exception {
        assertEquals("nothing", claimed(solicitation(ADDRESS, 254, 0)));
        assertEquals("nothing", claimed(solicitation(ADDRESS, 255, 1)));
        assertEquals("nothing", claimed(solicitation("ff02::9", 255, 0)));
        assertEquals("nothing", claimed(advertisement(GATEWAY, ADDRESS, 1, 64, 0)));
        assertEquals("nothing", claimed(advertisement(GATEWAY, ADDRESS, 1, 255, 1)));
        assertEquals("nothing", claimed(advertisement(GATEWAY, "ff02::9", 1, 255, 0)));
        assertEquals("nothing", claimed(advertisement("ff02::1", ADDRESS, 1, 255, 0)));
    }

    @Test
    void otherMessagesTellNothing() throws Exception {
        assertEquals(
                "nothing",
                claimed(
                        frame(
                                ADDRESS,
                                "ff02::2",
                                255,
                                0,
                                ICMP6.ROUTER_SOLICITATION,
                                new RouterSolicitation())));
        Ethernet empty = new Ethernet();
        empty.setSourceMACAddress(HOST).setDestinationMACAddress(HOST).setEtherType((short) 0x9000);
        assertEquals("nothing", claimed(empty));
    }

    private static Ethernet solicitation(String source, int hopLimit, int code) {
        return frame(
                source,
                "ff02::1:ff00:1",
                hopLimit,
                code,
                ICMP6.NEIGHBOR_SOLICITATION,
                new NeighborSolicitation()
                        .setTargetAddress(Ip6Address.valueOf(GATEWAY).toOctets()));
    }

    private static Ethernet advertisement(
            String destination, String target, int solicited, int hopLimit, int code) {
        return frame(
                "fe80::9",
                destination,
                hopLimit,
                code,
                ICMP6.NEIGHBOR_ADVERTISEMENT,
                new NeighborAdvertisement()
                        .setTargetAddress(Ip6Address.valueOf(target).toOctets())
                        .setSolicitedFlag((byte) solicited));
    }

    private static Ethernet frame(
            String source, String destination, int hopLimit, int code, byte type, IPacket message) {
        ICMP6 icmp = new ICMP6().setIcmpType(type).setIcmpCode((byte) code);
        icmp.setPayload(message);
        IPv6 packet =
                new IPv6()
                        .setSourceAddress(Ip6Address.valueOf(source).toOctets())
                        .setDestinationAddress(Ip6Address.valueOf(destination).toOctets())
                        .setNextHeader(IPv6.PROTOCOL_ICMP6)
                        .setHopLimit((byte) hopLimit);
        packet.setPayload(icmp);
        Ethernet frame = new Ethernet();
        frame.setSourceMACAddress(HOST)
                .setDestinationMACAddress(MacAddress.valueOf("33:33:ff:00:00:01"))
                .setEtherType(Ethernet.TYPE_IPV6);
        frame.setPayload(packet);
        return frame;
    }

    private static String claimed(Ethernet frame) throws Exception {
        byte[] octets = frame.serialize();
        return Optional.of(Ethernet.deserializer().deserialize(octets, 0, octets.length))
                .flatMap(ClaimedAddress::in)
                .map(Object::toString)
                .orElse("nothing");
    }
}
