// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.InternetChecksum;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What routers of the WAN report about the length of ESP packets, and what members make of it. */
class PathMtuTest {
    private static final int ROUTER = 0xc0000201;
    private static final int HOST_3 = 0x0a030303;

    /** A router's report on a packet that a member sent. */
    static byte[] report(byte[] espFrame, int mtu, int quoted) {
        byte[] icmp = new byte[8 + quoted];
        MemorySegment memory = MemorySegment.ofArray(icmp);
        Octets.put16(memory, 0, 0x0304);
        Octets.put32(memory, 4, mtu);
        System.arraycopy(packet(espFrame), 0, icmp, 8, quoted);
        Octets.put16(memory, 2, InternetChecksum.of(memory, 0, icmp.length));
        return frame(ipv4(ROUTER, Ipv4.source(MemorySegment.ofArray(espFrame), 14), 1, icmp));
    }

    private static PipelineLab lab(Attachment attachment) {
        return PipelineLab.at(attachment).keyed();
    }

    private static byte[] esp(PipelineLab lab, int to) {
        return lab.fromSite(frame(udp(HOST_1, to, 1, 2, 1000, Ipv4.DF))).getFirst();
    }

    private static int longestThatPasses(PipelineLab lab, int to) {
        for (int length = 1500; length > 28; length--) {
            List<byte[]> sent = lab.fromSite(frame(udp(HOST_1, to, 1, 2, length, Ipv4.DF)));
            if (!sent.isEmpty() && packet(sent.getFirst())[9] == Ipv4.ESP) {
                return packet(sent.getFirst()).length;
            }
        }
        throw new AssertionError("nothing passes");
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void aReportLowersTheMtuOfThePathToThatDestinationAlone(Attachment attachment) {
        PipelineLab lab = lab(attachment);
        assertTrue(lab.fromWan(report(esp(lab, HOST_2), 1400, 28)).isEmpty());
        byte[] tooBig = udp(HOST_1, HOST_2, 1, 2, 1347, Ipv4.DF);
        List<byte[]> sent = lab.fromSite(frame(tooBig));
        byte[] answer =
                attachment != Attachment.MEMBER_PORT
                        ? PipelineLab.sent(lab.site).getFirst()
                        : sent.getFirst();
        assertEquals(1346, Octets.i32(MemorySegment.ofArray(packet(answer)), 24));
        assertEquals(1, lab.traffic(TrafficCounter.ICMP_TOO_BIG_RECEIVED));
        assertEquals(1, lab.traffic(TrafficCounter.PATH_MTU_LOWERED));
        assertEquals(Map.of(DropReason.TOO_BIG, 1L), lab.dropsThatHappened());
        assertEquals(
                1500,
                packet(lab.fromSite(frame(udp(HOST_1, HOST_3, 1, 2, 1446, Ipv4.DF))).getFirst())
                        .length);
    }

    @Test
    void whatMayBeFragmentedIsCutToTheReportedLength() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        lab.fromWan(report(esp(lab, HOST_2), 1400, 28));
        List<byte[]> pieces = lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1446, 0)));
        assertEquals(2, pieces.size());
        pieces.forEach(piece -> assertTrue(packet(piece).length <= 1400));
    }

    @Test
    void aReportIsForgottenAfterTenMinutes() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        lab.now = TimeUnit.SECONDS.toNanos(30);
        lab.fromWan(report(esp(lab, HOST_2), 1400, 28));
        lab.now += TimeUnit.MINUTES.toNanos(9);
        assertTrue(lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1446, Ipv4.DF))).isEmpty());
        PipelineLab.sent(lab.site);
        lab.now += TimeUnit.MINUTES.toNanos(1);
        assertEquals(1, lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1446, Ipv4.DF))).size());
    }

    @Test
    void aLaterReportCanOnlyLower() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] esp = esp(lab, HOST_2);
        for (int mtu : new int[] {1400, 1500, 1450, 1400}) {
            lab.fromWan(report(esp, mtu, 28));
        }
        assertEquals(1400, longestThatPasses(lab, HOST_2));
        assertEquals(4, lab.traffic(TrafficCounter.ICMP_TOO_BIG_RECEIVED));
        assertEquals(1, lab.traffic(TrafficCounter.PATH_MTU_LOWERED));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 68, 551})
    void noReportMakesPacketsShorterThanTheLeast(int mtu) {
        PipelineLab lab = lab(Attachment.GATEWAY);
        lab.fromWan(report(esp(lab, HOST_2), mtu, 28));
        assertEquals(PathMtus.LEAST, longestThatPasses(lab, HOST_2));
    }

    @Test
    void aRouterThatNamesNoMtuMeansTheNextUsualOne() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        lab.fromWan(report(esp(lab, HOST_2), 0, 28)); // of a packet of 1056 octets
        assertEquals(1004, longestThatPasses(lab, HOST_2), "at most 1006, in steps of four");
    }

    @Test
    void aReportThatQuotesNoLiveSpiChangesNothing() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] unknown = esp(lab, HOST_2);
        unknown[14 + 20]++;
        byte[] damaged = report(esp(lab, HOST_2), 1400, 28);
        damaged[damaged.length - 1]++;
        byte[] foreign = esp(lab, HOST_2);
        byte[] aboutOthers = report(foreign, 1400, 28);
        MemorySegment memory = MemorySegment.ofArray(aboutOthers);
        Octets.put32(memory, 14 + 16, HOST_3); // to another host than the one that sent
        Ipv4.updateChecksum(memory, 14);
        for (byte[] frame : List.of(report(unknown, 1400, 28), damaged, aboutOthers)) {
            assertTrue(lab.fromWan(frame).isEmpty());
        }
        assertEquals(Map.of(DropReason.ICMP_UNVERIFIED, 3L), lab.dropsThatHappened());
        assertEquals(1500, longestThatPasses(lab, HOST_2));
    }

    @Test
    void anyOtherIcmpIsNoReport() {
        PipelineLab lab = lab(Attachment.MEMBER_PORT);
        byte[] esp = esp(lab, HOST_2);
        byte[] unreachable = report(esp, 1400, 28);
        unreachable[14 + 20 + 1] = 1; // host unreachable
        lab.fromWan(unreachable);
        byte[] short27 = report(esp, 1400, 23); // the quotation ends before the SPI does
        lab.fromWan(short27);
        lab.fromWan(report(frame(udp(HOST_1, HOST_2, 1, 2, 100, 0)), 1400, 28)); // not ESP
        assertEquals(Map.of(DropReason.NO_POLICY, 3L), lab.dropsThatHappened());
        assertEquals(0, lab.traffic(TrafficCounter.ICMP_TOO_BIG_RECEIVED));
    }

    @Test
    void noPrefixAndNoFlippedBitOfAReportEndsTheLoop() {
        PipelineLab lab = lab(Attachment.GATEWAY);
        byte[] report = report(esp(lab, HOST_2), 1400, 28);
        for (int length = 0; length < report.length; length++) {
            lab.fromWan(Arrays.copyOf(report, length));
        }
        for (int bit = 14 * 8; bit < report.length * 8; bit++) {
            byte[] flipped = report.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            lab.fromWan(flipped);
        }
        assertEquals(0, lab.pipeline.drops().get(DropReason.INTERNAL_ERROR));
        assertEquals(0, lab.traffic(TrafficCounter.PATH_MTU_LOWERED));
    }

    @Test
    void aFloodOfReportsIsBoundedAndNoDestinationGetsTheLimitOfAnother() {
        PathMtus paths = new PathMtus(1500, PathMtus.LEAST);
        Random random = new Random(1191);
        for (int i = 0; i < 100_000; i++) {
            int destination = random.nextInt();
            int mtu = 600 + (destination & 0xff);
            assertTrue(paths.lower(destination, mtu, 0) || paths.to(destination, 0) == mtu);
            assertEquals(mtu, paths.to(destination, 0));
        }
        for (int i = 0; i < 100_000; i++) {
            int destination = random.nextInt();
            int mtu = paths.to(destination, 0);
            assertTrue(mtu == 1500 || mtu == 600 + (destination & 0xff));
        }
    }

    @Test
    void aClockThatIsAMomentBehindForgetsNothing() {
        PathMtus paths = new PathMtus(1500, PathMtus.LEAST);
        long minute = TimeUnit.MINUTES.toNanos(1);
        paths.lower(HOST_2, 1400, 5 * minute);
        assertEquals(1400, paths.to(HOST_2, 5 * minute - 1));
        assertEquals(1400, paths.to(HOST_2, 5 * minute));
        assertFalse(paths.lower(HOST_2, 1400, 5 * minute - 1));
    }
}
