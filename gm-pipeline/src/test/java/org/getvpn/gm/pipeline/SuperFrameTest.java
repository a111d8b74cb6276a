// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.TcpPackets;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.packet.VirtioHeader;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Hosts that leave segmentation and checksums to their interfaces, between two gateways. */
class SuperFrameTest {
    private final PipelineLab sender = gateway(1);
    private final PipelineLab receiver = gateway(2);
    private final Random random = new Random(42);

    private static PipelineLab gateway(int senderId) {
        PipelineLab lab = PipelineLab.gateway();
        lab.database.install(tek(SPI, 1));
        lab.database.activate(SPI, new SenderId(senderId, 24));
        return lab;
    }

    private TcpPackets flow(int octets) {
        return new TcpPackets(random, octets);
    }

    /** ESP frames on the WAN for one frame with virtio header of the site's host. */
    private List<byte[]> protect(byte[] headerAndFrame) {
        sender.site.arriveWithHeader(headerAndFrame);
        sender.pipeline.turn(0);
        return PipelineLab.sent(sender.wan);
    }

    /** ESP frames for complete frames, one by one. */
    private List<byte[]> protectEach(List<byte[]> frames) {
        List<byte[]> esp = new ArrayList<>();
        frames.forEach(frame -> esp.addAll(sender.fromSite(frame)));
        return esp;
    }

    /** What the receiver's site gets, with virtio headers, for one batch from the WAN. */
    private List<byte[]> deliver(List<byte[]> esp) throws InterruptedException {
        esp.forEach(receiver.wan::arrive);
        receiver.pipeline.turn(0);
        List<byte[]> frames = new ArrayList<>();
        for (var frame = receiver.site.takeSentWithHeader(0);
                frame.isPresent();
                frame = receiver.site.takeSentWithHeader(0)) {
            frames.add(frame.get());
        }
        assertEquals(Map.of(), receiver.dropsThatHappened());
        return frames;
    }

    private static byte[] complete(byte[] frame) {
        byte[] all = new byte[VirtioHeader.LENGTH + frame.length];
        System.arraycopy(frame, 0, all, VirtioHeader.LENGTH, frame.length);
        return all;
    }

    private static void assertFrames(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(
                expected.stream().map(f -> f.length).toList(),
                actual.stream().map(f -> f.length).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "frame " + i);
        }
    }

    @RepeatedTest(30)
    void aSuperFrameCrossesTheWanInPacketsAndArrivesAsItWas(RepetitionInfo info)
            throws InterruptedException {
        Random own = new Random(info.getCurrentRepetition());
        TcpPackets flow = new TcpPackets(own, 2000 + own.nextInt(40_000));
        flow.size = 1300 + own.nextInt(90);
        flow.sequence = own.nextInt();
        flow.flagsAndOffset = own.nextBoolean() ? 0x4000 : 0;
        flow.flags = TcpPackets.ACK | own.nextInt(256) & ~0x26;

        List<byte[]> esp = protect(flow.superFrame());

        assertEquals(flow.frames().size(), esp.size());
        assertFrames(List.of(flow.superFrame()), deliver(esp));
        assertEquals(1, sender.traffic(TrafficCounter.SEGMENTED_FRAMES));
        assertEquals(esp.size() - 1, receiver.traffic(TrafficCounter.COALESCED_PACKETS));
        assertEquals(esp.size(), receiver.traffic(TrafficCounter.DECRYPTED_PACKETS));
    }

    @Test
    void segmentsOfTwoFlowsAreJoinedWithTheirOwn() throws InterruptedException {
        TcpPackets one = flow(4000);
        TcpPackets other = flow(4000);
        other.sourcePort++;
        List<byte[]> mixed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            mixed.add(one.frames().get(i));
            mixed.add(other.frames().get(i));
        }
        assertFrames(List.of(one.superFrame(), other.superFrame()), deliver(protectEach(mixed)));
    }

    @Test
    void whatDoesNotFollowIsNotJoinedAndStaysInOrder() throws InterruptedException {
        List<byte[]> frames = flow(4 * 1348).frames();
        List<byte[]> shuffled = List.of(frames.get(0), frames.get(2), frames.get(1), frames.get(3));
        assertFrames(
                shuffled.stream().map(SuperFrameTest::complete).toList(),
                deliver(protectEach(shuffled)));
    }

    @Test
    void anAcknowledgementBetweenSegmentsEndsTheSuperFrame() throws InterruptedException {
        List<byte[]> frames = new ArrayList<>(flow(3 * 1348).frames());
        TcpPackets pure = flow(1);
        byte[] withOctet = pure.frames().getFirst();
        byte[] packet = Arrays.copyOf(Fixture.packet(withOctet), 52);
        byte[] ack = Fixture.frame(Fixture.edit(packet, (h, at) -> Octets.put16(h, 2, 52)));
        frames.add(1, ack);
        List<byte[]> delivered = deliver(protectEach(frames));
        assertEquals(3, delivered.size());
        assertArrayEquals(complete(frames.get(0)), delivered.get(0));
        assertArrayEquals(complete(ack), delivered.get(1));
        assertEquals(VirtioHeader.LENGTH + 14 + 52 + 2 * 1348, delivered.get(2).length);
    }

    @Test
    void segmentsThatDifferInTheirHeadersAreNotJoined() throws InterruptedException {
        List<Consumer<TcpPackets>> differences =
                List.of(
                        f -> f.acknowledgement++,
                        f -> f.trafficClass = 0xbb, // a congestion mark
                        f -> f.flagsAndOffset = 0,
                        f -> f.flags |= TcpPackets.ECE,
                        f -> f.flags |= TcpPackets.CWR,
                        f -> f.flags |= 0x20); // urgent
        for (var difference : differences) {
            TcpPackets one = flow(2 * 1348);
            one.flags = TcpPackets.ACK;
            TcpPackets other = flow(1000);
            other.flags = TcpPackets.ACK;
            other.sequence = one.sequence + 2 * 1348;
            other.identification = one.identification + 2;
            difference.accept(other);
            List<byte[]> esp = protectEach(one.frames());
            esp.addAll(protectEach(other.frames()));
            assertFrames(
                    List.of(one.superFrame(), complete(other.frames().getFirst())), deliver(esp));
        }
    }

    @Test
    void aWrongChecksumIsHandedOnAsItIsForTheHostToSee() throws InterruptedException {
        TcpPackets flow = flow(3 * 1348);
        flow.checksumsAreRight = false;
        assertFrames(
                flow.frames().stream().map(SuperFrameTest::complete).toList(),
                deliver(protectEach(flow.frames())));
    }

    @Test
    void identificationsThatDoNotCountUpAreKeptUnlessDfMakesThemMeaningless()
            throws InterruptedException {
        TcpPackets one = flow(1348);
        TcpPackets other = flow(1348);
        other.sequence = one.sequence + 1348;
        one.flags = TcpPackets.ACK;
        for (TcpPackets each : List.of(one, other)) {
            each.flagsAndOffset = 0;
        }
        List<byte[]> both = List.of(one.frames().getFirst(), other.frames().getFirst());
        assertEquals(2, deliver(protectEach(both)).size());
        for (TcpPackets each : List.of(one, other)) {
            each.flagsAndOffset = 0x4000;
        }
        both = List.of(one.frames().getFirst(), other.frames().getFirst());
        assertEquals(1, deliver(protectEach(both)).size());
    }

    @Test
    void noSuperFrameIsLongerThanAnIpPacketMayBe() throws InterruptedException {
        TcpPackets flow = flow(32 * 2100);
        flow.size = 1348;
        List<byte[]> esp = protectEach(flow.frames());
        List<byte[]> delivered = new ArrayList<>();
        for (int i = 0; i < esp.size(); i += 32) {
            delivered.addAll(deliver(esp.subList(i, Math.min(i + 32, esp.size()))));
        }
        int payload = 0;
        for (byte[] frame : delivered) {
            assertTrue(frame.length <= VirtioHeader.LENGTH + 14 + 65535);
            payload += frame.length - VirtioHeader.LENGTH - 14 - 52;
        }
        assertEquals(flow.payload.length, payload);
    }

    @Test
    void segmentsTooBigForThePathAreDroppedOneByOneAndTheSenderIsToldOnce() {
        TcpPackets flow = flow(4000);
        flow.size = 1448; // 1500 octets, more than fits into ESP
        assertTrue(protect(flow.superFrame()).isEmpty());
        assertEquals(Map.of(DropReason.TOO_BIG, 3L), sender.dropsThatHappened());
        List<byte[]> answers = PipelineLab.sent(sender.site);
        assertEquals(1, answers.size());
        byte[] quoted = Arrays.copyOfRange(answers.getFirst(), 14 + 28, 14 + 28 + 20);
        assertEquals(1500, (quoted[2] & 0xff) << 8 | quoted[3] & 0xff, "the first packet's length");
    }

    @Test
    void segmentsTooBigForThePathAreFragmentedWithoutDf() {
        TcpPackets flow = flow(2 * 1448);
        flow.size = 1448;
        flow.flagsAndOffset = 0;
        assertEquals(4, protect(flow.superFrame()).size());
        assertEquals(2, sender.traffic(TrafficCounter.FRAGMENTED_PACKETS));
        assertEquals(4, sender.traffic(TrafficCounter.ENCRYPTED_PACKETS));
    }

    @Test
    void policyDropsEveryPacketOfASuperFrame() {
        sender.policy(rule(TrafficRule.Action.DROP, tenToTen()));
        TcpPackets flow = flow(4000);
        assertTrue(protect(flow.superFrame()).isEmpty());
        assertEquals(Map.of(DropReason.POLICY_DROP, 3L), sender.dropsThatHappened());
    }

    @Test
    void aBypassedSuperFrameLeavesInPacketsAndArrivesJoined() throws InterruptedException {
        for (PipelineLab lab : List.of(sender, receiver)) {
            lab.policy(rule(TrafficRule.Action.BYPASS, tenToTen()));
        }
        TcpPackets flow = flow(20_000);
        List<byte[]> clear = protect(flow.superFrame());
        assertFrames(flow.frames(), clear);
        assertFrames(List.of(flow.superFrame()), deliver(clear));
    }

    @Test
    void aSuperFrameOfTheWanItselfPassesWholeIfItIsBypassed() throws InterruptedException {
        receiver.policy(rule(TrafficRule.Action.BYPASS, tenToTen()));
        TcpPackets flow = flow(1400); // as long as the slots of this wire
        flow.size = 700;
        receiver.wan.arriveWithHeader(flow.superFrame());
        assertFrames(List.of(flow.superFrame()), deliver(List.of()));
    }

    @Test
    void aPartialChecksumIsCompletedBeforeEncryption() throws InterruptedException {
        TcpPackets flow = flow(900);
        byte[] partial = flow.superFrame();
        VirtioHeader.writePartialChecksum(
                MemorySegment.ofArray(partial), VirtioHeader.LENGTH, 34, 16);
        assertFrames(List.of(complete(flow.frames().getFirst())), deliver(protect(partial)));
    }

    @Test
    void otherProtocolsPassSingly() throws InterruptedException {
        List<byte[]> frames = List.of(Fixture.frame(udp(1000)), Fixture.frame(udp(1000)));
        assertFrames(
                frames.stream().map(SuperFrameTest::complete).toList(),
                deliver(protectEach(frames)));
    }
}
