// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.address;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.fragment6;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.frame6;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.sixToSix;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.TcpPackets;
import org.getvpn.gm.esp.EspFormat;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.packet.VirtioHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 from a site to the WAN and back, at a member port and at a gateway. */
class Ipv6PipelineTest {
    private static final int INNER_MTU = EspFormat.AES_GCM.innerMtu(Ipv6.HEADER, PipelineLab.MTU);
    private static final String ROUTER = "2001:db8::1";
    private static final String HOST6_3 = "fd00:3::3";

    private static PipelineLab lab(Attachment attachment) {
        return PipelineLab.at(attachment).keyedForBoth();
    }

    /** ICMPv6 with its checksum, as RFC 4443, section 2.3 adds it up. */
    private static byte[] icmp(String from, String to, int hops, String message) {
        byte[] text = HexFormat.of().parseHex(message.replace(" ", ""));
        byte[] packet = ipv6(from, to, 58, text);
        packet[7] = (byte) hops;
        int sum = TcpPackets.sum(packet, 8, 32, 58 + text.length);
        sum = ~TcpPackets.sum(packet, 40, text.length, sum);
        packet[42] = (byte) (sum >>> 8);
        packet[43] = (byte) sum;
        return packet;
    }

    private static TrafficRule noDns() {
        return rule(TrafficRule.Action.DROP, selector("fd00::/16", "fd00::/16", 17, 0, 53));
    }

    /** A neighbour solicitation for the gateway (RFC 4861, section 4.3). */
    static byte[] solicitation() {
        return frame(
                0x3333_ff00_00feL,
                HOST_MAC,
                Ethernet.TYPE_IPV6,
                icmp(
                        "fe80::1",
                        "ff02::1:ff00:fe",
                        255,
                        "87000000 00000000 fe80000000000000 00000000000000fe 0101020000000001"));
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void goesEncryptedInItsOwnFrameAndComesOutAsItWent(Attachment attachment) {
        PipelineLab sender = lab(attachment);
        byte[] esp = sender.fromSite(frame6(udp6(200))).getFirst();
        assertEquals(Ethernet.TYPE_IPV6, Octets.u16(MemorySegment.ofArray(esp), 12));
        assertEquals(50, packet(esp)[6]);
        byte[] clear = lab(attachment).fromWan(esp).getFirst();
        assertEquals(Ethernet.TYPE_IPV6, Octets.u16(MemorySegment.ofArray(clear), 12));
        assertArrayEquals(udp6(200), packet(clear));
        assertEquals(1, sender.traffic(TrafficCounter.ENCRYPTED_PACKETS));
        assertEquals(200, sender.traffic(TrafficCounter.ENCRYPTED_OCTETS));
    }

    @Test
    void whatPadsAFrameIsNotPartOfThePacket() {
        byte[] padded = Arrays.copyOf(frame6(udp6(48)), 100);
        byte[] esp = lab(Attachment.MEMBER_PORT).fromSite(padded).getFirst();
        assertEquals(EspFormat.AES_GCM.outerLength(Ipv6.HEADER, 48), packet(esp).length);
    }

    @Test
    void thePolicyDecidesByItsIpv6Lines() {
        PipelineLab lab =
                lab(Attachment.GATEWAY)
                        .policy(
                                noDns(),
                                rule(
                                        TrafficRule.Action.BYPASS,
                                        selector("fd00::/16", "fd00:3::/32", 0, 0, 0)),
                                rule(TrafficRule.Action.PROTECT, sixToSix()));
        assertTrue(lab.fromSite(frame6(ipv6(HOST6_1, HOST6_2, 17, datagram(20, 1, 53)))).isEmpty());
        byte[] bypassed = frame6(ipv6(HOST6_1, HOST6_3, 17, datagram(20, 1, 2)));
        assertArrayEquals(bypassed, lab.fromSite(bypassed).getFirst());
        assertEquals(50, packet(lab.fromSite(frame6(udp6(60))).getFirst())[6]);
        assertTrue(lab.fromSite(frame6(ipv6(HOST6_1, ROUTER, 59, new byte[0]))).isEmpty());
        assertTrue(lab.fromWan(frame6(udp6(60))).isEmpty());
        assertEquals(
                Map.of(
                        DropReason.POLICY_DROP, 1L,
                        DropReason.NO_POLICY, 1L,
                        DropReason.CLEARTEXT_FROM_WAN, 1L),
                lab.dropsThatHappened());
    }

    @Test
    void anIpv4PolicyLetsNoIpv6Out() {
        PipelineLab lab = PipelineLab.gateway().keyed();
        assertTrue(lab.fromSite(frame6(udp6(60))).isEmpty());
        assertEquals(Map.of(DropReason.NO_POLICY, 1L), lab.dropsThatHappened());
    }

    @Test
    void laterFragmentsMeetThePolicyOfTheirFirstEvenBehindOptions() {
        PipelineLab lab =
                lab(Attachment.MEMBER_PORT)
                        .policy(noDns(), rule(TrafficRule.Action.PROTECT, sixToSix()));
        byte[] options = new byte[8 + 24];
        options[0] = 17;
        System.arraycopy(datagram(24, 1, 2222), 0, options, 8, 24);
        byte[] first = frame6(ipv6(HOST6_1, HOST6_2, 44, fragment6(60, 0, true, options)));
        byte[] later = frame6(ipv6(HOST6_1, HOST6_2, 44, fragment6(60, 4, false, new byte[32])));
        assertTrue(lab.fromSite(later).isEmpty());
        assertEquals(Map.of(DropReason.FRAGMENT_UNRESOLVED, 1L), lab.dropsThatHappened());
        assertEquals(1, lab.fromSite(first).size());
        assertEquals(1, lab.fromSite(later).size());
        byte[] other = later.clone();
        other[14 + 40 + 7]++; // of another packet
        assertTrue(lab.fromSite(other).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void theSenderOfAPacketTooLongIsToldWhatFits(Attachment attachment) {
        PipelineLab lab = lab(attachment);
        assertEquals(1, lab.fromSite(frame6(udp6(INNER_MTU))).size());
        List<byte[]> sent = lab.fromSite(frame6(udp6(INNER_MTU + 1)));
        byte[] frame =
                attachment != Attachment.MEMBER_PORT
                        ? PipelineLab.sent(lab.site).getFirst()
                        : sent.getFirst();
        byte[] answer = packet(frame);
        assertEquals(1280, answer.length);
        assertArrayEquals(address(HOST6_2), Arrays.copyOfRange(answer, 8, 24));
        assertArrayEquals(address(HOST6_1), Arrays.copyOfRange(answer, 24, 40));
        assertEquals(58, answer[6]);
        assertEquals(2, answer[40]);
        assertEquals(INNER_MTU, Octets.i32(MemorySegment.ofArray(answer), 44));
        assertArrayEquals(
                Arrays.copyOf(udp6(INNER_MTU + 1), 1280 - 48),
                Arrays.copyOfRange(answer, 48, 1280));
        int sum = TcpPackets.sum(answer, 8, 32, 58 + answer.length - 40);
        assertEquals(0xffff, TcpPackets.sum(answer, 40, answer.length - 40, sum));
        if (attachment != Attachment.MEMBER_PORT) {
            assertEquals(HOST_MAC, Ethernet.destination(MemorySegment.ofArray(frame), 0));
        }
        assertEquals(Map.of(DropReason.TOO_BIG, 1L), lab.dropsThatHappened());
        assertEquals(1, lab.traffic(TrafficCounter.ICMP_TOO_BIG_SENT));
    }

    @Test
    void nobodyIsToldToSendLessThanEveryLinkCarries() {
        PipelineLab lab = lab(Attachment.MEMBER_PORT);
        lab.fromWan(report(esp(lab, HOST6_2), 1280, 48));
        byte[] answer = packet(lab.fromSite(frame6(udp6(1281))).getFirst());
        assertEquals(1280, Octets.i32(MemorySegment.ofArray(answer), 44));
        assertTrue(lab.fromSite(frame6(udp6(1280))).isEmpty());
        assertEquals(Map.of(DropReason.TOO_BIG, 2L), lab.dropsThatHappened());
    }

    @ParameterizedTest
    @CsvSource({
        "::, fd00:2::2, 17", // no source
        "fd00:1::1, ff05::1, 17", // to many
        "ff05::1, fd00:2::2, 17",
        "::1, fd00:2::2, 17",
    })
    void noErrorAnswersASenderThatIsNoHostOrAPacketToMany(String from, String to, int next) {
        PipelineLab lab = PipelineLab.memberPort();
        lab.database.install(org.getvpn.gm.Fixture.tek(org.getvpn.gm.Fixture.SPI, 1, List.of()));
        lab.database.activate(org.getvpn.gm.Fixture.SPI, org.getvpn.gm.Fixture.SENDER);
        assertTrue(lab.fromSite(frame6(ipv6(from, to, next, new byte[1450]))).isEmpty());
        assertEquals(Map.of(DropReason.TOO_BIG, 1L), lab.dropsThatHappened());
    }

    @Test
    void noErrorAnswersAnErrorButAQueryIsAnswered() {
        PipelineLab lab = lab(Attachment.MEMBER_PORT);
        for (int type : new int[] {1, 2, 3, 4, 127, 137}) {
            byte[] message = new byte[1450];
            message[0] = (byte) type;
            assertTrue(lab.fromSite(frame6(ipv6(HOST6_1, HOST6_2, 58, message))).isEmpty());
        }
        byte[] echo = new byte[1450];
        echo[0] = (byte) 128;
        assertEquals(1, lab.fromSite(frame6(ipv6(HOST6_1, HOST6_2, 58, echo))).size());
        assertEquals(Map.of(DropReason.TOO_BIG, 7L), lab.dropsThatHappened());
    }

    private static byte[] esp(PipelineLab lab, String to) {
        byte[] packet = ipv6(HOST6_1, to, 17, datagram(1000, 1, 2));
        return lab.fromSite(frame6(packet)).getFirst();
    }

    /** A router's report on a packet that a member sent. */
    private static byte[] report(byte[] espFrame, int mtu, int quoted) {
        String quotation = HexFormat.of().formatHex(packet(espFrame), 0, quoted);
        return frame6(icmp(ROUTER, HOST6_1, 60, String.format("02000000%08x", mtu) + quotation));
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void aReportFromTheWanLowersThePathToThatDestinationAlone(Attachment attachment) {
        PipelineLab lab = lab(attachment);
        assertTrue(lab.fromWan(report(esp(lab, HOST6_2), 1400, 48)).isEmpty());
        int fits = EspFormat.AES_GCM.innerMtu(Ipv6.HEADER, 1400);
        assertEquals(1, lab.fromSite(frame6(udp6(fits))).size());
        List<byte[]> sent = lab.fromSite(frame6(udp6(fits + 1)));
        byte[] answer =
                packet(
                        attachment != Attachment.MEMBER_PORT
                                ? PipelineLab.sent(lab.site).getFirst()
                                : sent.getFirst());
        assertEquals(fits, Octets.i32(MemorySegment.ofArray(answer), 44));
        byte[] elsewhere = ipv6(HOST6_1, HOST6_3, 17, datagram(INNER_MTU - 40, 1, 2));
        assertEquals(1, lab.fromSite(frame6(elsewhere)).size());
        assertEquals(1, lab.traffic(TrafficCounter.PATH_MTU_LOWERED));
        assertEquals(1, lab.traffic(TrafficCounter.ICMP_TOO_BIG_RECEIVED));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 576, 1279})
    void noRouterIsBelievedBelowWhatEveryLinkCarries(int mtu) {
        PipelineLab lab = lab(Attachment.MEMBER_PORT);
        lab.fromWan(report(esp(lab, HOST6_2), mtu, 48));
        int fits = EspFormat.AES_GCM.innerMtu(Ipv6.HEADER, 1280);
        assertEquals(50, packet(lab.fromSite(frame6(udp6(fits))).getFirst())[6]);
        assertTrue(lab.fromSite(frame6(udp6(fits + 1))).isEmpty());
    }

    @Test
    void aReportThatQuotesNoLiveSpiChangesNothing() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] unknown = esp(lab, HOST6_2);
        unknown[14 + 40]++;
        byte[] damaged = report(esp(lab, HOST6_2), 1400, 48);
        damaged[damaged.length - 1]++;
        byte[] ofAnother = esp(lab, HOST6_2);
        ofAnother[14 + 8 + 15]++;
        for (byte[] frame :
                List.of(report(unknown, 1400, 48), damaged, report(ofAnother, 1400, 48))) {
            assertTrue(lab.fromWan(frame).isEmpty());
        }
        assertEquals(Map.of(DropReason.ICMP_UNVERIFIED, 3L), lab.dropsThatHappened());
        assertEquals(1, lab.fromSite(frame6(udp6(INNER_MTU))).size());
    }

    @Test
    void noPrefixAndNoFlippedBitOfAReportEndsTheLoopOrLowersAPath() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] report = report(esp(lab, HOST6_2), 1400, 48);
        for (int length = 0; length < report.length; length++) {
            lab.fromWan(Arrays.copyOf(report, length));
        }
        for (int bit = (14 + 6) * 8; bit < report.length * 8; bit++) {
            if (bit / 8 != 14 + 7) { // the hop limit is under no checksum
                byte[] flipped = report.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                lab.fromWan(flipped);
            }
        }
        assertEquals(0, lab.pipeline.drops().get(DropReason.INTERNAL_ERROR));
        assertEquals(0, lab.traffic(TrafficCounter.PATH_MTU_LOWERED));
    }

    @ParameterizedTest
    @CsvSource({
        "fe80::1, ff02::2, 255, 85000000 00000000", // router solicitation
        "fe80::fe, fe80::1, 255, 86000000 40000708 00000000 00000000", // router advertisement
        "::, ff02::1:ff00:1, 255, 87000000 00000000 fe80000000000000 0000000000000001",
        // unreachability of a global address is found out by unicast
        "fd00:1::1, fd00:1::fe, 255, 87000000 00000000 fd00000100000000 00000000000000fe",
        "fd00:1::fe, fd00:1::1, 255, 88000000 60000000 fd00000100000000 00000000000000fe",
        "fe80::1, ff02::16, 1, 8f000000 00000001 04000000 ff020000000000000000000000000005",
        "::, ff02::16, 1, 8f000000 00000001 04000000 ff020000000000000000000000000005",
    })
    void aLinkWorksThroughAGatewayInBothDirections(String from, String to, int hops, String icmp) {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] frame = frame6(icmp(from, to, hops, icmp));
        assertArrayEquals(frame, lab.fromSite(frame).getFirst());
        assertArrayEquals(frame, lab.fromWan(frame).getFirst());
        assertEquals(0, lab.drops());
        assertEquals(2, lab.traffic(TrafficCounter.IPV6_LINK_FRAMES));
        assertEquals(0, lab.traffic(TrafficCounter.ENCRYPTED_PACKETS));
    }

    @ParameterizedTest
    @CsvSource({
        "fd00:1::1, fd00:2::2, 254, 87000000 00000000 fd00000200000000 0000000000000002", // routed
        "fd00:1::1, fd00:2::2, 255, 80000000 00010001", // an echo request of a careless host
        "fd00:1::1, fd00:2::2, 255, 87010000 00000000 fd00000200000000 0000000000000002", // a code
        "fd00:1::1, fd00:2::2, 1, 8f000000 00000000", // a listener of no link
    })
    void whatOnlyLooksLikeItMeetsThePolicy(String from, String to, int hops, String icmp) {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] out = packet(lab.fromSite(frame6(icmp(from, to, hops, icmp))).getFirst());
        assertEquals(50, out[6]);
        assertTrue(lab.fromWan(frame6(icmp(from, to, hops, icmp))).isEmpty());
        assertEquals(Map.of(DropReason.CLEARTEXT_FROM_WAN, 1L), lab.dropsThatHappened());
    }

    @Test
    void discoveryAtAMemberPortIsTheKernels() {
        PipelineLab lab = lab(Attachment.MEMBER_PORT);
        assertTrue(lab.fromSite(solicitation()).isEmpty());
        assertEquals(0, lab.drops());
        assertEquals(1, lab.traffic(TrafficCounter.FRAMES_FOR_KERNEL));
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void tcpIsToldASegmentThatFitsInBothDirections(Attachment attachment) {
        int fits = INNER_MTU - 60;
        byte[] tcp =
                HexFormat.of()
                        .parseHex(
                                "0457 08ae 00000001 00000000 6002 ffff 0000 0000 020405a0"
                                        .replace(" ", ""));
        byte[] syn = ipv6(HOST6_1, HOST6_2, 6, tcp);
        int sum = ~TcpPackets.sum(syn, 40, 24, TcpPackets.sum(syn, 8, 32, 6 + 24));
        Octets.put16(MemorySegment.ofArray(syn), 40 + 16, sum & 0xffff);
        PipelineLab sender = PipelineLab.clamping(attachment).keyedForBoth();
        byte[] clamped =
                packet(lab(attachment).fromWan(sender.fromSite(frame6(syn)).getFirst()).getFirst());
        assertEquals(1, sender.traffic(TrafficCounter.MSS_CLAMPED));
        PipelineLab receiver = PipelineLab.clamping(attachment).keyedForBoth();
        byte[] onArrival =
                packet(
                        receiver.fromWan(lab(attachment).fromSite(frame6(syn)).getFirst())
                                .getFirst());
        assertEquals(1, receiver.traffic(TrafficCounter.MSS_CLAMPED));
        for (byte[] packet : List.of(clamped, onArrival)) {
            assertEquals(fits, Octets.u16(MemorySegment.ofArray(packet), 62));
            assertEquals(
                    0xffff, TcpPackets.sum(packet, 40, 24, TcpPackets.sum(packet, 8, 32, 6 + 24)));
        }
    }

    @Test
    void aChecksumLeftToTheInterfaceIsCompletedAlsoBehindOptions() {
        byte[] udp = datagram(20, 1, 2);
        byte[] options = new byte[8 + udp.length];
        options[0] = 17;
        System.arraycopy(udp, 0, options, 8, udp.length);
        byte[] packet = ipv6(HOST6_1, HOST6_2, 60, options);
        int pseudo = TcpPackets.sum(packet, 8, 32, 17 + udp.length);
        Octets.put16(MemorySegment.ofArray(packet), 40 + 8 + 6, pseudo);
        byte[] frame = new byte[10 + 14 + packet.length];
        System.arraycopy(frame6(packet), 0, frame, 10, 14 + packet.length);
        VirtioHeader.writePartialChecksum(MemorySegment.ofArray(frame), 10, 14 + 48, 6);
        PipelineLab sender = lab(Attachment.GATEWAY);
        sender.site.arriveWithHeader(frame);
        sender.pipeline.turn(0);
        byte[] esp = PipelineLab.sent(sender.wan).getFirst();
        byte[] out = packet(lab(Attachment.GATEWAY).fromWan(esp).getFirst());
        assertEquals(0xffff, TcpPackets.sum(out, 48, udp.length, TcpPackets.sum(out, 8, 32, 37)));
    }
}
