// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.getvpn.gm.Fixture.GATEWAY_MAC;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.p4runtime.SwitchController;
import org.getvpn.gm.packet.DropReason;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;

/** Two sites, each one switch with its member inside, programmed over P4Runtime. */
class SoftwareSwitchTest {
    private static final int ESP = 50;
    private static final int UDP = 17;

    @AutoClose private final SiteSwitch first;
    @AutoClose private final SiteSwitch second;

    SoftwareSwitchTest() throws IOException, InterruptedException {
        first = new SiteSwitch(1);
        second = new SiteSwitch(2);
    }

    private static byte[] frame(int source, int destination, int protocol, byte[] payload) {
        byte[] packet = Fixture.ipv4(source, destination, protocol, payload);
        return ByteBuffer.allocate(14 + packet.length)
                .putShort((short) (GATEWAY_MAC >> 32))
                .putInt((int) GATEWAY_MAC)
                .putShort((short) (HOST_MAC >> 32))
                .putInt((int) HOST_MAC)
                .putShort((short) 0x0800)
                .put(packet)
                .array();
    }

    private static byte[] hello() {
        return frame(HOST_1, HOST_2, UDP, "........ from site 1 to site 2".getBytes());
    }

    private static byte[] packetOf(byte[] frame) {
        return Arrays.copyOfRange(frame, 14, frame.length);
    }

    @Test
    void aPacketOfTheGroupCrossesTheWanEncryptedAndArrivesAsItWasSent()
            throws InterruptedException {
        first.program(1).keyed(1);
        second.program(2).keyed(2);
        byte[] sent = hello();
        first.arrive(first.local, sent);
        List<byte[]> onTheWan = SiteSwitch.sent(first.wan);
        assertEquals(1, onTheWan.size());
        assertEquals(ESP, onTheWan.get(0)[14 + 9]);
        assertTrue(!new String(onTheWan.get(0)).contains("from site 1"), "clear text on the WAN");
        second.arrive(second.wan, onTheWan.get(0));
        List<byte[]> arrived = SiteSwitch.sent(second.local);
        assertEquals(1, arrived.size());
        byte[] expected = packetOf(sent);
        byte[] received = packetOf(arrived.get(0));
        expected[8] = received[8]; // hops and checksum: routers were on the way
        expected[10] = received[10];
        expected[11] = received[11];
        assertArrayEquals(expected, received);
        assertEquals(1, first.packets("outbound_policy"));
        assertEquals(1, second.packets("inbound_spi"));
        assertNull(first.forwarder.firstDefect());
    }

    @Test
    void withoutATableEntryNothingPassesAtAll() throws InterruptedException {
        first.keyed(1);
        for (int port = 0; port < 2; port++) {
            first.arrive(port == 0 ? first.local : first.wan, hello());
        }
        assertTrue(SiteSwitch.sent(first.local).isEmpty() && SiteSwitch.sent(first.wan).isEmpty());
        assertEquals(2, first.forwarder.drops().get(SwitchDrop.PORT_WITHOUT_ROLE));
    }

    @Test
    void withoutAKeyNothingOfTheGroupLeaves() throws InterruptedException {
        first.program(1);
        first.arrive(first.local, hello());
        assertTrue(SiteSwitch.sent(first.wan).isEmpty());
        assertEquals(1, first.member.drops().get(DropReason.NO_SA));
    }

    @Test
    void anSpiThatWasTakenOutOfTheTableIsDroppedAndCounted() throws InterruptedException {
        first.program(1).keyed(1);
        second.program(2).keyed(2);
        first.arrive(first.local, hello());
        byte[] esp = SiteSwitch.sent(first.wan).get(0);
        second.controller.write(
                List.of(
                        second.spi(2, Fixture.SPI.value()).toBuilder()
                                .setType(p4.v1.P4RuntimeOuterClass.Update.Type.DELETE)
                                .build()));
        second.arrive(second.wan, esp);
        assertTrue(SiteSwitch.sent(second.local).isEmpty());
        assertEquals(1, second.forwarder.drops().get(SwitchDrop.UNKNOWN_SPI));
        assertEquals(0, second.member.drops().get(DropReason.UNKNOWN_SPI));
    }

    @Test
    void clearTextFromTheWanDoesNotReachTheSite() throws InterruptedException {
        second.program(2).keyed(2);
        second.arrive(second.wan, hello());
        assertTrue(SiteSwitch.sent(second.local).isEmpty());
        assertEquals(1, second.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_WAN));
    }

    @Test
    void aForeignSourceIsDropped() throws InterruptedException {
        first.program(1).keyed(1);
        first.arrive(first.local, frame(HOST_2, HOST_1, UDP, new byte[20]));
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.FOREIGN_SOURCE));
    }

    @Test
    void noMalformedFrameCrossesFromTheSiteToTheWanInClear() throws InterruptedException {
        first.program(1).keyed(1);
        RandomPackets packets = new RandomPackets(new java.util.Random(6));
        int crossed = 0;
        for (int i = 0; i < 8_000; i++) {
            first.arrive(first.local, packets.next());
            for (byte[] frame : SiteSwitch.sent(first.wan)) {
                assertEquals(ESP, frame[14 + 9]);
                assertEquals(Fixture.SPI.value(), ByteBuffer.wrap(frame).getInt(34));
                crossed++;
            }
        }
        assertTrue(crossed > 100, "only " + crossed + " crossed: the test shows nothing");
        assertNull(first.forwarder.firstDefect());
    }

    @Test
    void arpOfAHostReachesTheController() throws InterruptedException {
        first.program(1);
        byte[] arp = new byte[60];
        arp[12] = 8;
        arp[13] = 6;
        first.arrive(first.local, arp);
        assertEquals(1, first.punts.drain(first.service::packetIn));
        StreamMessageResponse packetIn = first.controller.hear();
        assertArrayEquals(arp, packetIn.getPacket().getPayload().toByteArray());
        assertEquals(1, packetIn.getPacket().getMetadata(0).getValue().byteAt(0));
        first.arrive(first.wan, arp);
        assertEquals(0, first.punts.drain(first.service::packetIn));
    }

    private static final int KEY_SERVER = 0x0aff_0001;

    private static byte[] gdoi(int source, int destination) {
        byte[] payload = new byte[40]; // UDP, both ports 848
        payload[0] = payload[2] = 3;
        payload[1] = payload[3] = 0x50;
        return frame(source, destination, UDP, payload);
    }

    /** GDOI between key server and member, as the controller permits it. */
    private void permitGdoi() {
        SwitchController c = first.controller;
        long member = SiteSwitch.memberAddress(1);
        c.write(
                List.of(
                        c.entry("member_guard")
                                .exact("site", 1)
                                .exact("esp", 0)
                                .exact("gdoi", 1)
                                .ternary("ipv4_src", member, 0xffff_ffffL)
                                .ternary("ipv4_dst", KEY_SERVER, 0xffff_ffffL)
                                .priority(20)
                                .action("to_wan")
                                .insert(),
                        c.entry("wan_guard")
                                .exact("site", 1)
                                .ternary("ipv4_src", KEY_SERVER, 0xffff_ffffL)
                                .ternary("ipv4_dst", member, 0xffff_ffffL)
                                .priority(20)
                                .action("to_local")
                                .insert(),
                        c.entry("route")
                                .prefix("ipv4_dst", KEY_SERVER, 32)
                                .action(
                                        "deliver",
                                        SiteSwitch.WAN,
                                        SiteSwitch.ROUTER_MAC,
                                        Fixture.GATEWAY_MAC)
                                .insert(),
                        c.entry("route")
                                .prefix("ipv4_dst", member, 32)
                                .action(
                                        "deliver",
                                        SiteSwitch.MEMBER,
                                        SiteSwitch.ROUTER_MAC,
                                        Fixture.OWN_MAC)
                                .insert(),
                        c.entry("egress_guard")
                                .exact("only_to", 1)
                                .exact("port", SiteSwitch.MEMBER)
                                .action("permit")
                                .insert()));
    }

    @Test
    void registrationsOfTheMemberInsideLeaveByTheProgramAsFromAMemberPort()
            throws InterruptedException {
        first.program(1);
        first.arrive(first.control, gdoi(SiteSwitch.memberAddress(1), KEY_SERVER));
        assertTrue(SiteSwitch.sent(first.wan).isEmpty());
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_MEMBER));
        permitGdoi();
        first.arrive(first.control, gdoi(SiteSwitch.memberAddress(1), KEY_SERVER));
        assertEquals(1, SiteSwitch.sent(first.wan).size());
    }

    @Test
    void whatIsAddressedToTheMemberGoesToItsInterfaceAndNotToTheEspEngine()
            throws InterruptedException {
        first.program(1).keyed(1);
        permitGdoi();
        first.arrive(first.wan, gdoi(KEY_SERVER, SiteSwitch.memberAddress(1)));
        assertEquals(1, SiteSwitch.sent(first.control).size());
        assertTrue(first.member.drops().values().stream().allMatch(count -> count == 0));
    }

    private static final int REKEYS = 0xef01_0203; // 239.1.2.3

    /** Rekeys by multicast to the member, as the controller permits them. */
    private void permitRekeys(int group) {
        SwitchController c = first.controller;
        c.write(
                List.of(
                        SwitchController.insertGroup(group, SiteSwitch.MEMBER),
                        c.entry("wan_guard")
                                .exact("site", 1)
                                .ternary("ipv4_src", KEY_SERVER, 0xffff_ffffL)
                                .ternary("ipv4_dst", REKEYS & 0xffff_ffffL, 0xffff_ffffL)
                                .priority(20)
                                .action("copy", group)
                                .insert(),
                        c.entry("copy_guard")
                                .exact("only_to", 2)
                                .exact("port", SiteSwitch.MEMBER)
                                .action("permit_copy")
                                .insert()));
    }

    @Test
    void aRekeyByMulticastComesToTheMembersInterfaceAsItWasSent() throws InterruptedException {
        first.program(1).keyed(1);
        permitRekeys(7);
        byte[] rekey = gdoi(KEY_SERVER, REKEYS);
        first.arrive(first.wan, rekey);
        List<byte[]> heard = SiteSwitch.sent(first.control);
        assertEquals(1, heard.size());
        assertArrayEquals(rekey, heard.get(0));
        assertTrue(first.member.drops().values().stream().allMatch(count -> count == 0));
    }

    @Test
    void aRekeyToAGroupWithoutPortsIsDroppedAndCounted() throws InterruptedException {
        first.program(1).keyed(1);
        permitRekeys(7);
        SwitchController c = first.controller;
        c.write(
                List.of(
                        SwitchController.insertGroup(7, SiteSwitch.MEMBER).toBuilder()
                                .setType(p4.v1.P4RuntimeOuterClass.Update.Type.DELETE)
                                .build()));
        first.arrive(first.wan, gdoi(KEY_SERVER, REKEYS));
        assertTrue(SiteSwitch.sent(first.control).isEmpty());
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.NO_REPLICA));
    }

    @Test
    void aHostsMulticastIsNeverTakenForARekey() throws InterruptedException {
        first.program(1).keyed(1);
        permitRekeys(7);
        SwitchController c = first.controller;
        c.write(
                List.of(
                        c.entry("outbound_policy")
                                .exact("site", 1)
                                .priority(20)
                                .action("protect", SiteSwitch.MEMBER)
                                .insert()));
        first.arrive(first.local, gdoi(HOST_1, REKEYS));
        assertTrue(SiteSwitch.sent(first.control).isEmpty());
        assertEquals(1, first.packets("outbound_policy"));
    }

    @Test
    void espIsNeverGivenToTheKernelWhateverItsAddress() throws InterruptedException {
        first.program(1).keyed(1);
        permitGdoi();
        byte[] payload = ByteBuffer.allocate(60).putInt(Fixture.SPI.value()).array();
        first.arrive(first.wan, frame(HOST_2, SiteSwitch.memberAddress(1), ESP, payload));
        first.arrive(first.wan, frame(HOST_2, REKEYS, ESP, payload));
        assertTrue(SiteSwitch.sent(first.control).isEmpty());
        assertEquals(2, first.member.drops().get(DropReason.ICV_MISMATCH));
    }

    @Test
    void aControllersPacketAtTheMembersPortComesOutAtItsInterface() throws Exception {
        first.program(1).keyed(1);
        byte[] answer = new byte[60];
        answer[12] = 8;
        answer[13] = 6;
        try (PacketOutPorts ports =
                new PacketOutPorts(List.of(new SwitchPort(SiteSwitch.MEMBER, first.control)))) {
            ports.send(SiteSwitch.MEMBER, answer);
        }
        assertArrayEquals(answer, SiteSwitch.sent(first.control).get(0));
    }

    @Test
    void clearTextOfTheMembersOwnHostDoesNotReachTheWan() throws InterruptedException {
        first.program(1).keyed(1);
        permitGdoi();
        first.arrive(first.control, frame(SiteSwitch.memberAddress(1), HOST_2, UDP, new byte[40]));
        assertTrue(SiteSwitch.sent(first.wan).isEmpty());
        assertEquals(1, first.forwarder.drops().get(SwitchDrop.CLEARTEXT_FROM_MEMBER));
    }

    @Test
    void aPuntedFrameWakesWhoWaitsForIt() throws InterruptedException {
        first.program(1);
        CountDownLatch heard = new CountDownLatch(1);
        Thread reader =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (heard.getCount() > 0) {
                                        first.punts.await(Long.MAX_VALUE);
                                        first.punts.drain((port, frame) -> heard.countDown());
                                    }
                                });
        byte[] arp = new byte[60];
        arp[12] = 8;
        arp[13] = 6;
        first.arrive(first.local, arp);
        assertTrue(heard.await(10, TimeUnit.SECONDS));
        reader.join(10_000);
        assertTrue(!reader.isAlive());
    }
}
