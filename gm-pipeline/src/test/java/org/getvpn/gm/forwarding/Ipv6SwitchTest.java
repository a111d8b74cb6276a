// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.pipeline.TrafficCounter;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Two sites with IPv6, each one switch with its member inside, programmed over P4Runtime. */
class Ipv6SwitchTest {
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final int ICMPV6 = 58;
    private static final int FRAGMENT = 44;
    private static final int NEXT_HEADER = 14 + 6;
    private static final int HOP_LIMIT = 14 + 7;

    @AutoClose private final SiteSwitch first;
    @AutoClose private final SiteSwitch second;

    Ipv6SwitchTest() throws IOException, InterruptedException {
        first = new SiteSwitch(1);
        second = new SiteSwitch(2);
    }

    private static byte[] hello() {
        return Fixture.frame6(
                Fixture.ipv6(HOST6_1, HOST6_2, UDP, "........ from site 1 to site 2".getBytes()));
    }

    private void program() {
        first.program(1).programIpv6(1).keyed(1);
        second.program(2).programIpv6(2).keyed(2);
    }

    private static byte[] esp() {
        byte[] payload = new byte[60];
        payload[0] = 0x11;
        payload[1] = 0x22;
        payload[2] = 0x33;
        payload[3] = 0x44; // the SPI of the fixture
        return Fixture.frame6(Fixture.ipv6(HOST6_2, HOST6_1, ESP, payload));
    }

    private static byte[] neighbourSolicitation(String source, String target) {
        byte[] message = new byte[24];
        message[0] = (byte) 135;
        System.arraycopy(Fixture.address(target), 0, message, 8, 16);
        byte[] frame = Fixture.frame6(Fixture.ipv6(source, target, ICMPV6, message));
        frame[HOP_LIMIT] = (byte) 255;
        return frame;
    }

    @Test
    void aPacketOfTheGroupCrossesTheWanEncryptedAndArrivesAsItWasSent()
            throws InterruptedException {
        program();
        byte[] sent = hello();
        first.arrive(first.local, sent);
        List<byte[]> onTheWan = SiteSwitch.sent(first.wan);
        assertEquals(1, onTheWan.size());
        byte[] esp = onTheWan.get(0);
        assertEquals(ESP, esp[NEXT_HEADER]);
        assertEquals(62, esp[HOP_LIMIT]);
        assertArrayEquals(
                Arrays.copyOfRange(sent, 22, 54),
                Arrays.copyOfRange(esp, 22, 54),
                "the hosts' addresses outside");
        assertTrue(!new String(esp).contains("from site 1"), "clear text on the WAN");
        second.arrive(second.wan, esp);
        List<byte[]> arrived = SiteSwitch.sent(second.local);
        assertEquals(1, arrived.size());
        byte[] expected = Fixture.packet(sent);
        byte[] received = Fixture.packet(arrived.get(0));
        expected[7] = received[7]; // hops: routers were on the way
        assertArrayEquals(expected, received);
        assertEquals(1, first.packets("outbound_policy_ipv6"));
        assertEquals(1, second.packets("inbound_spi"));
        assertEquals(0, first.packets("outbound_policy"));
        assertNull(first.forwarder.firstDefect());
    }

    @Test
    void aSwitchWithIpv4EntriesAloneLetsNoIpv6Leave() throws InterruptedException {
        first.program(1).keyed(1);
        int sent = 0;
        for (int nextHeader : new int[] {UDP, ESP, ICMPV6, 0, FRAGMENT}) {
            for (String destination : List.of(HOST6_2, "ff02::1", "fe80::1")) {
                for (InMemoryIo port : List.of(first.local, first.control, first.wan)) {
                    byte[] payload = Fixture.datagram(60, 848, 848);
                    payload[0] = nextHeader == ICMPV6 ? (byte) 135 : payload[0];
                    first.arrive(
                            port,
                            Fixture.frame6(
                                    Fixture.ipv6(HOST6_1, destination, nextHeader, payload)));
                    sent++;
                }
            }
        }
        for (InMemoryIo port : List.of(first.local, first.control, first.wan)) {
            assertTrue(SiteSwitch.sent(port).isEmpty());
        }
        long dropped =
                first.forwarder.drops().get(SwitchDrop.FOREIGN_SOURCE)
                        + first.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_MEMBER)
                        + first.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_WAN)
                        + first.forwarder.drops().get(SwitchDrop.UNKNOWN_SPI);
        assertEquals(sent, dropped);
        assertEquals(0, first.punts.drain(first.service::packetIn), "nor does the controller");
        assertTrue(first.member.drops().values().stream().allMatch(count -> count == 0));
    }

    @Test
    void neighbourDiscoveryOfAHostReachesTheControllerAndNobodyElse() throws InterruptedException {
        program();
        byte[] solicitation = neighbourSolicitation(HOST6_1, "fd00:1::fe");
        first.arrive(first.local, solicitation);
        assertEquals(1, first.punts.drain(first.service::packetIn));
        assertArrayEquals(
                solicitation, first.controller.hear().getPacket().getPayload().toByteArray());
        first.arrive(first.wan, solicitation);
        solicitation[HOP_LIMIT] = (byte) 254; // somebody forwarded it
        first.arrive(first.local, solicitation);
        assertEquals(0, first.punts.drain(first.service::packetIn));
        assertTrue(SiteSwitch.sent(first.wan).isEmpty());
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_WAN));
    }

    @Test
    void neighbourDiscoveryThatReachesTheMemberGoesNoFurther() throws InterruptedException {
        first.program(1).keyed(1);
        first.programIpv6(1);
        first.controller.write(
                List.of(
                        first
                                .controller
                                .entry("punt")
                                .exact("role", 1)
                                .exact("ether_type", 0x86dd)
                                .exact("nd", 1)
                                .action("send_to_controller")
                                .insert()
                                .toBuilder()
                                .setType(p4.v1.P4RuntimeOuterClass.Update.Type.DELETE)
                                .build()));
        first.arrive(first.local, neighbourSolicitation(HOST6_1, HOST6_2));
        assertTrue(SiteSwitch.sent(first.wan).isEmpty());
        assertEquals(1, first.member.drops().get(DropReason.NO_POLICY));
    }

    @Test
    void anUnknownSpiIsDroppedBeforeTheMemberAndAKnownOneIsItsBusiness()
            throws InterruptedException {
        program();
        byte[] foreign = esp();
        foreign[54] = 0x77;
        first.arrive(first.wan, foreign);
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.UNKNOWN_SPI));
        first.arrive(first.wan, esp());
        assertEquals(1, first.member.drops().get(DropReason.ICV_MISMATCH));
    }

    @Test
    void espBehindAnExtensionHeaderShowsNoSpi() throws InterruptedException {
        program();
        byte[] behind = Fixture.fragment6(ESP, 0, false, Fixture.packet(esp()));
        first.arrive(first.wan, Fixture.frame6(Fixture.ipv6(HOST6_2, HOST6_1, FRAGMENT, behind)));
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_WAN));
        assertEquals(0, first.packets("inbound_spi"));
    }

    @Test
    void aFragmentOfAHostIsEncryptedLikeAnyOther() throws InterruptedException {
        program();
        byte[] behind = Fixture.fragment6(UDP, 0, true, Fixture.datagram(64, 1, 2));
        first.arrive(first.local, Fixture.frame6(Fixture.ipv6(HOST6_1, HOST6_2, FRAGMENT, behind)));
        List<byte[]> onTheWan = SiteSwitch.sent(first.wan);
        assertEquals(1, onTheWan.size());
        assertEquals(ESP, onTheWan.get(0)[NEXT_HEADER]);
    }

    @Test
    void aRoutersReportReachesTheMemberOfTheSite() throws InterruptedException {
        program();
        byte[] report = new byte[8 + 40 + 8];
        report[0] = 2;
        System.arraycopy(Fixture.ipv6(HOST6_1, HOST6_2, ESP, new byte[8]), 0, report, 8, 48);
        first.arrive(
                first.wan, Fixture.frame6(Fixture.ipv6("fd00:ff::1", HOST6_1, ICMPV6, report)));
        assertEquals(1, first.member.drops().get(DropReason.ICMP_UNVERIFIED));
        assertTrue(SiteSwitch.sent(first.local).isEmpty());
    }

    @Test
    void aPacketThatIsTooLongIsAnsweredToItsSender() throws InterruptedException {
        program();
        first.arrive(first.local, Fixture.frame6(Fixture.udp6(1500)));
        List<byte[]> answers = SiteSwitch.sent(first.local);
        assertEquals(1, answers.size());
        assertEquals(ICMPV6, answers.get(0)[NEXT_HEADER]);
        assertEquals(2, answers.get(0)[54], "packet too big");
        assertArrayEquals(Fixture.address(HOST6_1), Arrays.copyOfRange(answers.get(0), 38, 54));
        assertEquals(1, first.member.traffic().get(TrafficCounter.ICMP_TOO_BIG_SENT));
        assertTrue(SiteSwitch.sent(first.wan).isEmpty());
    }

    @Test
    void nothingOfAMemberWithoutHopsIsForwarded() throws InterruptedException {
        program();
        byte[] last = hello();
        last[HOP_LIMIT] = 1;
        first.arrive(first.local, last);
        last[HOP_LIMIT] = 0;
        first.arrive(first.local, last);
        assertEquals(2, first.forwarder.drops().get(SwitchDrop.TTL_EXPIRED));
    }
}
