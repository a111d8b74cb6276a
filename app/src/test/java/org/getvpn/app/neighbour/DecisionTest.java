// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class DecisionTest {
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
                "… which another port had, maybe the same host | of:0000000000000002/1 | 0.0.0.0 | 10.2.0.50 | IGNORE",
                "a host probes for the gateway's address | of:0000000000000002/1 | 0.0.0.0    | 10.2.0.1     | REPLY",
                "a host announces itself                 | of:0000000000000002/1 | 10.2.0.9   | 10.2.0.9     | IGNORE",
                "a request from the WAN                  | of:0000000000000002/3 | 10.2.0.9   | 10.2.0.1     | IGNORE",
                "a request on a core link                | of:00000000000000c1/1 | 10.2.0.9   | 10.2.0.1     | IGNORE",
                "a request for another site's host       | of:0000000000000002/1 | 10.2.0.9   | 10.1.0.9     | IGNORE",
                "IPv6: a host asks for its gateway       | of:0000000000000002/1 | 2001:db8:2::9 | 2001:db8:2::1  | REPLY",
                "… from its address on the link          | of:0000000000000002/1 | fe80::9       | 2001:db8:2::1  | REPLY",
                "… by another port                       | of:0000000000000002/5 | fe80::9       | 2001:db8:2::1  | REPLY",
                "… of its own address on the link        | of:0000000000000002/1 | fe80::9       | fe80::1        | IGNORE",
                "… for another, port unknown             | of:0000000000000002/1 | 2001:db8:2::9 | 2001:db8:2::10 | ASK",
                "… known on another port                 | of:0000000000000002/1 | 2001:db8:2::9 | 2001:db8:2::50 | REPLY",
                "… known on the same port                | of:0000000000000002/1 | 2001:db8:2::9 | 2001:db8:2::11 | IGNORE",
                "… probes for its own address            | of:0000000000000002/1 | ::            | 2001:db8:2::50 | IGNORE",
                "… probes for the gateway's              | of:0000000000000002/1 | ::            | 2001:db8:2::1  | REPLY",
                "… from the WAN                          | of:0000000000000002/3 | 2001:db8:2::9 | 2001:db8:2::1  | IGNORE",
                "… at a site without IPv6                | of:0000000000000001/1 | 2001:db8:2::9 | 2001:db8:2::1  | IGNORE",
                "… at the key server's port, IPv4 only   | of:00000000000000c1/4 | 2001:db8:2::9 | 2001:db8:2::1  | IGNORE",
            })
    void aQuestionIsAnsweredOnlyWhereTheTargetMayBe(
            String what, String port, String sender, String target, String action) {
        assertEquals(
                Decision.Action.valueOf(action),
                Decision.on(
                        new Question(IpAddress.valueOf(sender), IpAddress.valueOf(target)),
                        ConnectPoint.deviceConnectPoint(port),
                        neighbours,
                        DecisionTest::known),
                what);
    }

    @Test
    void anArpAnswerIsNoQuestion() {
        Ethernet request =
                ARP.buildArpRequest(
                        HOST.toBytes(),
                        Ip4Address.valueOf("10.2.0.9").toOctets(),
                        Ip4Address.valueOf("10.2.0.1").toOctets(),
                        Ethernet.VLAN_UNTAGGED);
        Question question = Question.of((ARP) request.getPayload()).orElseThrow();
        assertEquals("10.2.0.9", question.asker().toString());
        assertEquals("10.2.0.1", question.target().toString());
        assertTrue(Question.of((ARP) ArpFrames.reply(request).getPayload()).isEmpty());
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
        assertBelongs("2001:db8:2::9", "of:0000000000000002/1", true);
        assertBelongs("2001:db8:2::9", "of:0000000000000002/2", false);
        assertBelongs("2001:db8:2::9", "of:0000000000000001/1", false);
        assertBelongs("2001:db8:2::1", "of:0000000000000002/1", false);
        assertBelongs("fe80::9", "of:0000000000000002/1", false);
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
        if (address.toString().endsWith("50")) {
            return Optional.of(at(address, "of:0000000000000002/5"));
        }
        return address.toString().endsWith("11")
                ? Optional.of(at(address, "of:0000000000000002/1"))
                : Optional.empty();
    }

    private static Neighbour at(IpAddress address, String port) {
        return new Neighbour(address, HOST, ConnectPoint.deviceConnectPoint(port));
    }
}
