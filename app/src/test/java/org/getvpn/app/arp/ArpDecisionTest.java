// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.arp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.getvpn.app.config.Samples;
import org.getvpn.app.forwarding.Neighbour;
import org.getvpn.app.forwarding.Neighbours;
import org.getvpn.app.forwarding.VirtualMac;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onlab.packet.ARP;
import org.onlab.packet.Ethernet;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.IpAddress;
import org.onlab.packet.MacAddress;
import org.onosproject.net.ConnectPoint;

class ArpDecisionTest {
    private static final MacAddress HOST = MacAddress.valueOf("00:00:00:00:00:09");
    private final Neighbours neighbours =
            new Neighbours(NetworkPolicy.of(Samples.read(Samples.json())));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a host asks for its gateway             | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.1     | REPLY",
                "the member asks for the gateway         | of:0000000000000002/2 | 10.2.0.2   | 10.2.0.1     | REPLY",
                "the key server asks for its gateway     | of:00000000000000c1/4 | 10.255.0.1 | 10.255.0.254 | REPLY",
                "a host asks for the member              | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.2     | ASK",
                "a host asks for another, port unknown   | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.10    | ASK",
                "… known on another port                 | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.50    | REPLY",
                "… known on the same port                | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.11    | IGNORE",
                "a host probes for its own address       | of:0000000000000002/1 | 0.0.0.0    | 10.2.0.10    | IGNORE",
                "a host announces itself                 | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.9     | IGNORE",
                "a request from the WAN                  | of:0000000000000002/3 | 10.2.0.9   | 10.2.0.1     | IGNORE",
                "a request on a core link                | of:00000000000000c1/1 | 10.2.0.9   | 10.2.0.1     | IGNORE",
                "a request for another site's host       | of:0000000000000002/1 | 10.2.0.9   | 10.1.0.9     | IGNORE",
            })
    void aRequestIsAnsweredOnlyWhereTheTargetMayBe(
            String what, String port, String sender, String target, String action) {
        ARP request =
                (ARP)
                        ARP.buildArpRequest(
                                        HOST.toBytes(),
                                        Ip4Address.valueOf(sender).toOctets(),
                                        Ip4Address.valueOf(target).toOctets(),
                                        Ethernet.VLAN_UNTAGGED)
                                .getPayload();
        assertEquals(
                ArpDecision.Action.valueOf(action),
                ArpDecision.on(
                        request,
                        ConnectPoint.deviceConnectPoint(port),
                        neighbours,
                        ArpDecisionTest::known),
                what);
    }

    @Test
    void theAnswerIsTheGatewaysVirtualMac() {
        Ethernet request =
                ARP.buildArpRequest(
                        HOST.toBytes(),
                        Ip4Address.valueOf("10.2.0.9").toOctets(),
                        Ip4Address.valueOf("10.2.0.1").toOctets(),
                        Ethernet.VLAN_UNTAGGED);
        Ethernet reply = ArpFrames.reply(request);
        ARP arp = (ARP) reply.getPayload();
        assertEquals(HOST, reply.getDestinationMAC());
        assertEquals(ARP.OP_REPLY, arp.getOpCode());
        assertArrayEquals(VirtualMac.GATEWAY.toBytes(), arp.getSenderHardwareAddress());
        assertEquals("10.2.0.1", Ip4Address.valueOf(arp.getSenderProtocolAddress()).toString());
    }

    @Test
    void anAddressBelongsBehindTheRolePortThatItIsConfiguredFor() {
        assertBelongs("10.2.0.9", "of:0000000000000002/1", true);
        assertBelongs("10.2.0.9", "of:0000000000000002/5", true);
        assertBelongs("10.2.0.9", "of:0000000000000002/2", false);
        assertBelongs("10.2.0.9", "of:0000000000000002/3", false);
        assertBelongs("10.2.0.2", "of:0000000000000002/2", true);
        assertBelongs("10.2.0.2", "of:0000000000000002/1", false);
        assertBelongs("10.2.0.1", "of:0000000000000002/1", false);
        assertBelongs("10.255.0.2", "of:00000000000000c1/4", true);
        assertBelongs("10.255.0.9", "of:00000000000000c1/4", false);
    }

    private void assertBelongs(String address, String port, boolean expected) {
        assertEquals(
                expected,
                neighbours.belongs(
                        IpAddress.valueOf(address), ConnectPoint.deviceConnectPoint(port)),
                address + " at " + port);
    }

    private static Optional<Neighbour> known(IpAddress address) {
        if (address.toString().equals("10.2.0.50")) {
            return Optional.of(at(address, "of:0000000000000002/5"));
        }
        return address.toString().equals("10.2.0.11")
                ? Optional.of(at(address, "of:0000000000000002/1"))
                : Optional.empty();
    }

    private static Neighbour at(IpAddress address, String port) {
        return new Neighbour(address, HOST, ConnectPoint.deviceConnectPoint(port));
    }
}
