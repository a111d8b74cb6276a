// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.onlab.packet.DeserializationException;
import org.onlab.packet.Ethernet;
import org.onlab.packet.Ip6Address;

/** What a virtual gateway says, octet by octet (RFC 4861, sections 4.3 and 4.4). */
class NdFramesTest {
    private static final Ip6Address GATEWAY = Ip6Address.valueOf("2001:db8:2::1");
    private static final int ICMP = 14 + 40;

    @Test
    void theGatewayAnswersAsARouterThatOverrides() throws Exception {
        byte[] answer = answer(new DiscoveryFrame());
        assertHeader(answer, "000000000009", "20010db8000200000000000000000009");
        assertEquals(136, answer[ICMP] & 0xff);
        assertEquals(0xe0, answer[ICMP + 4] & 0xff, "router, solicited, override");
        assertTarget(answer, "20010db8000200000000000000000001");
    }

    @Test
    void aProxyIsNoRouterAndOverridesNothing() throws Exception {
        DiscoveryFrame asked = new DiscoveryFrame();
        asked.target = "2001:db8:2::50";
        byte[] answer = answer(asked);
        assertHeader(answer, "000000000009", "20010db8000200000000000000000009");
        assertEquals(0x40, answer[ICMP + 4] & 0xff, "solicited");
        assertTarget(answer, "20010db8000200000000000000000050");
    }

    @Test
    void whoProbesForTheGatewaysAddressIsToldWithAllOthersThatItIsTaken() throws Exception {
        DiscoveryFrame probe = new DiscoveryFrame();
        probe.source = "::";
        probe.options = new int[0];
        byte[] answer = answer(probe);
        assertHeader(answer, "333300000001", "ff020000000000000000000000000001");
        assertEquals(0xa0, answer[ICMP + 4] & 0xff, "router, override; nobody can be answered");
    }

    @Test
    void anAnswerHasTheVlanOfItsQuestion() throws Exception {
        DiscoveryFrame tagged = new DiscoveryFrame();
        tagged.tag = 7;
        byte[] answer = answer(tagged);
        assertEquals("81000007", hex(answer, 12, 4));
        assertTrue(Ipv6Octets.of(answer).orElseThrow().hasRightChecksum());
    }

    @Test
    void aQuestionIsOneThatWeWouldTake() {
        byte[] question =
                NdFrames.solicitation(GATEWAY, Ip6Address.valueOf("2001:db8:2::12:3456"))
                        .serialize();
        assertEquals("3333ff123456", hex(question, 0, 6), "to the solicited nodes");
        assertEquals("026776000001", hex(question, 6, 6), "from the gateway");
        NeighbourSolicitation read = NeighbourSolicitation.read(question).orElseThrow();
        assertEquals(GATEWAY, read.source());
        assertEquals("2001:db8:2::12:3456", read.target().toString());
        assertEquals("ff0200000000000000000001ff123456", hex(question, 14 + 24, 16));
        assertEquals("0101026776000001", hex(question, ICMP + 24, 8), "source link-layer address");
    }

    private static byte[] answer(DiscoveryFrame asked) throws DeserializationException {
        byte[] octets = asked.octets();
        return NdFrames.advertisement(
                        Ethernet.deserializer().deserialize(octets, 0, octets.length),
                        NeighbourSolicitation.read(octets).orElseThrow(),
                        GATEWAY)
                .serialize();
    }

    private static void assertHeader(byte[] frame, String mac, String destination) {
        assertEquals(mac, hex(frame, 0, 6));
        assertEquals("026776000001", hex(frame, 6, 6));
        assertEquals("86dd", hex(frame, 12, 2));
        assertEquals("3aff", hex(frame, 14 + 6, 2), "ICMPv6, hop limit 255");
        assertEquals("20010db8000200000000000000000001", hex(frame, 14 + 8, 16));
        assertEquals(destination, hex(frame, 14 + 24, 16));
        assertEquals(0, frame[ICMP + 1], "code");
        assertTrue(Ipv6Octets.of(frame).orElseThrow().hasRightChecksum());
    }

    private static void assertTarget(byte[] frame, String target) {
        assertEquals(target, hex(frame, ICMP + 8, 16));
        assertEquals("0201026776000001", hex(frame, ICMP + 24, 8), "target link-layer address");
        assertEquals(ICMP + 32, frame.length);
    }

    private static String hex(byte[] octets, int from, int length) {
        StringBuilder hex = new StringBuilder();
        for (int i = from; i < from + length; i++) {
            hex.append(String.format("%02x", octets[i]));
        }
        return hex.toString();
    }
}
