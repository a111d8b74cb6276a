// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.TcpPackets;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Against packets that {@link TcpPackets} writes without the code under test. */
class SegmenterTest {
    private static final int FRAME = VirtioHeader.LENGTH;

    private final Segmenter segmenter = new Segmenter();

    /** The packets that come out. */
    private List<byte[]> cut(byte[] headerAndFrame) {
        MemorySegment in = memory(headerAndFrame, 0);
        assertTrue(segmenter.begin(in, FRAME));
        List<byte[]> packets = new ArrayList<>();
        MemorySegment out = memory(new byte[0], segmenter.longest());
        int expected = segmenter.remaining();
        while (segmenter.remaining() > 0) {
            packets.add(octets(out, segmenter.next(out, 0)));
        }
        assertEquals(expected, packets.size());
        return packets;
    }

    private static void assertSame(List<byte[]> frames, List<byte[]> packets) {
        assertEquals(frames.size(), packets.size());
        for (int i = 0; i < frames.size(); i++) {
            assertArrayEquals(Fixture.packet(frames.get(i)), packets.get(i), "packet " + i);
        }
    }

    @RepeatedTest(50)
    void tcpIsCutIntoThePacketsThatTheHostWouldHaveSent(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        TcpPackets flow = new TcpPackets(random, 1 + random.nextInt(65_535 - 52));
        flow.size = Segmenter.MIN_SIZE + random.nextInt(3000);
        flow.sequence = random.nextInt();
        flow.identification = random.nextInt(0x10000);
        flow.flagsAndOffset = random.nextBoolean() ? 0x4000 : 0;
        flow.trafficClass = random.nextInt(256);
        flow.flags = TcpPackets.ACK | random.nextInt(256) & ~0x26; // neither SYN, RST nor URG

        assertSame(flow.frames(), cut(flow.superFrame()));
    }

    @Test
    void cwrStaysOnTheFirstSegmentAndFinAndPshOnTheLast() {
        TcpPackets flow = new TcpPackets(new Random(1), 3 * 1348);
        flow.flags = TcpPackets.ACK | TcpPackets.CWR | TcpPackets.ECE | TcpPackets.PSH | 1;

        List<Integer> flags = cut(flow.superFrame()).stream().map(p -> p[33] & 0xff).toList();

        assertEquals(List.of(0xd0, 0x50, 0x59), flags);
    }

    @Test
    void udpIsCutIntoDatagramsWithTheirOwnLengthAndChecksum() {
        byte[] packet = Fixture.udp(28 + 2500);
        byte[] whole = new byte[FRAME + 14 + packet.length];
        System.arraycopy(Fixture.frame(packet), 0, whole, FRAME, 14 + packet.length);
        VirtioHeader.writeSuperFrame(
                MemorySegment.ofArray(whole), FRAME, VirtioHeader.GSO_UDP_L4, 42, 1200, 34, 6);

        List<byte[]> packets = cut(whole);

        assertEquals(List.of(1228, 1228, 128), packets.stream().map(p -> p.length).toList());
        for (int i = 0; i < 3; i++) {
            byte[] one = packets.get(i);
            int length = one.length - 20;
            assertEquals(length, (one[24] & 0xff) << 8 | one[25] & 0xff);
            int pseudo = TcpPackets.sum(one, 12, 8, 17 + length);
            assertEquals(0xffff, TcpPackets.sum(one, 20, length, pseudo), "UDP checksum");
            assertEquals(0xffff, TcpPackets.sum(one, 0, 20, 0), "IP checksum");
            assertEquals(0x1234 + i, (one[4] & 0xff) << 8 | one[5] & 0xff);
            assertArrayEquals(
                    Arrays.copyOfRange(packet, 28 + 1200 * i, 28 + 1200 * i + length - 8),
                    Arrays.copyOfRange(one, 28, one.length));
        }
    }

    @Test
    void whatContradictsThePacketIsRefused() {
        TcpPackets flow = new TcpPackets(new Random(2), 3000);
        byte[] good = flow.superFrame();
        assertRefused(good, 1, 3); // cut by IP fragments: no longer sent by any kernel
        assertRefused(good, 1, 4); // TCP over IPv6
        assertRefused(good, 1, 5); // UDP, in a TCP packet
        assertRefused(good, FRAME + 14 + 32, 0x40); // a TCP header of 16 octets
        flow.size = Segmenter.MIN_SIZE - 1;
        assertFalse(segmenter.begin(memory(flow.superFrame(), 0), FRAME));
        flow.size = 1000;
        flow.flagsAndOffset = 0x2000; // a fragment
        assertFalse(segmenter.begin(memory(flow.superFrame(), 0), FRAME));
        flow.flagsAndOffset = 0;
        flow.payload = new byte[0];
        assertFalse(segmenter.begin(memory(flow.superFrame(), 0), FRAME));
    }

    private void assertRefused(byte[] good, int at, int octet) {
        byte[] bad = good.clone();
        bad[at] = (byte) octet;
        assertFalse(segmenter.begin(memory(bad, 0), FRAME));
    }

    @RepeatedTest(20)
    void aPartialChecksumIsCompleted(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        TcpPackets flow = new TcpPackets(random, 1 + random.nextInt(1300));
        byte[] complete = flow.frames().getFirst();
        byte[] partial = flow.superFrame(); // one segment: differs in the checksum alone
        MemorySegment memory = memory(partial, 0);
        VirtioHeader.writePartialChecksum(memory, FRAME, 34, 16);

        assertTrue(PartialChecksum.complete(memory, FRAME));

        byte[] all = octets(memory, partial.length);
        assertArrayEquals(complete, Arrays.copyOfRange(all, FRAME, all.length));
        assertArrayEquals(new byte[FRAME], Arrays.copyOf(all, FRAME));
    }

    @Test
    void aChecksumOutsideThePayloadIsNotWritten() {
        byte[] frame = new TcpPackets(new Random(3), 100).superFrame();
        int end = frame.length - FRAME;
        int[][] wrong = {{33, 16}, {0, 0}, {34, end - 34 - 1}, {34, 65535}, {65535, 65535}};
        for (int[] places : wrong) {
            MemorySegment memory = memory(frame, 0);
            VirtioHeader.writePartialChecksum(memory, FRAME, places[0], places[1]);
            byte[] before = octets(memory, frame.length);
            assertFalse(PartialChecksum.complete(memory, FRAME), Arrays.toString(places));
            assertArrayEquals(before, octets(memory, frame.length));
        }
    }

    @RepeatedTest(20)
    void theChecksumIsThatOfRfc1071AtAnyLengthAndAlignment(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        byte[] octets = new byte[random.nextInt(200)];
        random.nextBytes(octets);
        for (int from = 0; from < Math.min(9, octets.length); from++) {
            int length = octets.length - from;
            int expected = ~TcpPackets.sum(octets, from, length, 0) & 0xffff;
            assertEquals(expected, InternetChecksum.of(memory(octets, 0), from, length));
        }
    }

    @RepeatedTest(20)
    void tcpOverIpv6IsCutTheSameWay(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        TcpPackets flow = new TcpPackets(random, 1 + random.nextInt(60_000));
        flow.size = Segmenter.MIN_SIZE + random.nextInt(3000);
        flow.sequence = random.nextInt();
        List<byte[]> expected = new ArrayList<>();
        for (byte[] frame : flow.frames()) {
            expected.add(Fixture.frame6(overIpv6(Fixture.packet(frame))));
        }
        assertSame(expected, cut(superFrame6(flow)));
    }

    /** The super-frame of a flow over IPv4, with the other IP header. */
    private static byte[] superFrame6(TcpPackets flow) {
        byte[] four = flow.superFrame();
        byte[] frame = Fixture.frame6(overIpv6(Arrays.copyOfRange(four, FRAME + 14, four.length)));
        byte[] six = new byte[FRAME + frame.length];
        System.arraycopy(frame, 0, six, FRAME, frame.length);
        VirtioHeader.writeSuperFrame(
                MemorySegment.ofArray(six),
                FRAME,
                VirtioHeader.GSO_TCPV6,
                14 + 40 + 32,
                flow.size,
                14 + 40,
                16);
        return six;
    }

    /** The same segment in an IPv6 packet, with the checksum of RFC 8200, section 8.1. */
    private static byte[] overIpv6(byte[] fourPacket) {
        byte[] tcp = Arrays.copyOfRange(fourPacket, 20, fourPacket.length);
        tcp[16] = 0;
        tcp[17] = 0;
        byte[] packet = Fixture.ipv6(Fixture.HOST6_1, Fixture.HOST6_2, 6, tcp);
        int addresses = TcpPackets.sum(packet, 8, 32, 0);
        int pseudoHeader = TcpPackets.sum(new byte[] {0, 0, 0, 6}, 0, 4, addresses) + tcp.length;
        int sum =
                TcpPackets.sum(
                        packet, 40, tcp.length, (pseudoHeader & 0xffff) + (pseudoHeader >>> 16));
        packet[40 + 16] = (byte) (~sum >>> 8);
        packet[40 + 17] = (byte) ~sum;
        return packet;
    }

    @Test
    void aFrameOfAnotherVersionThanItsHeaderSaysIsRefused() {
        TcpPackets flow = new TcpPackets(new Random(6), 5000);
        byte[] six = superFrame6(flow);
        six[1] = VirtioHeader.GSO_TCPV4;
        assertFalse(segmenter.begin(memory(six, 0), FRAME));
        byte[] four = flow.superFrame();
        four[1] = VirtioHeader.GSO_TCPV6;
        assertFalse(segmenter.begin(memory(four, 0), FRAME));
    }
}
