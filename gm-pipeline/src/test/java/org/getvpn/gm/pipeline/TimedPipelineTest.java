// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.udp;
import static org.getvpn.gm.pipeline.PipelineLab.clock;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.getvpn.gm.TcpPackets;
import org.getvpn.gm.esp.EspFormat;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.PacketTime;
import org.junit.jupiter.api.Test;

/** Packets that carry a time, through the whole pipeline. */
class TimedPipelineTest {
    private static final long SECOND = 1_000_000;
    private static final int INNER_MTU =
            EspFormat.AES_GCM.withTime().innerMtu(Ipv4.HEADER, PipelineLab.MTU);

    @Test
    void aPacketComesOutAsItWentInAtBothAttachments() {
        for (PipelineLab lab : List.of(PipelineLab.memberPort(), PipelineLab.gateway())) {
            lab.keyed(clock(100 * SECOND));
            for (int octets = 28; octets < 80; octets++) {
                byte[] sent = frame(udp(octets));
                byte[] esp = lab.fromSite(sent).getFirst();
                assertEquals(
                        EspFormat.AES_GCM.withTime().outerLength(Ipv4.HEADER, octets),
                        packet(esp).length);
                byte[] received = lab.fromWan(esp).getFirst();
                assertArrayEquals(packet(sent), packet(received));
            }
            assertEquals(0, lab.drops());
        }
    }

    @Test
    void macAddressesOfAGatewayStayAlthoughTheTimeIsWrittenWhereTheyAre() {
        PipelineLab lab = PipelineLab.gateway().keyed(clock(100 * SECOND));
        byte[] sent = frame(udp(100));
        byte[] esp = lab.fromSite(sent).getFirst();
        assertArrayEquals(Arrays.copyOf(sent, 14), Arrays.copyOf(esp, 14));
        assertArrayEquals(sent, lab.fromWan(esp).getFirst());
    }

    @Test
    void aPacketPlayedBackWithinTheWindowPassesAndBehindItDoesNot() {
        PipelineLab lab = PipelineLab.memberPort().keyed(clock(100 * SECOND));
        byte[] esp = lab.fromSite(frame(udp(60))).getFirst();
        lab.now = 500_000_000; // half a second, the tolerance
        assertEquals(1, lab.fromWan(esp.clone()).size());
        lab.now = 500_002_000;
        assertEquals(0, lab.fromWan(esp.clone()).size());
        assertEquals(Map.of(DropReason.TIME_OLD, 1L), lab.dropsThatHappened());
        assertEquals(1, lab.database.timed().getFirst().timeRefusals().count());
    }

    @Test
    void withoutASynchronisedClockNothingIsSent() {
        PacketTime time = clock(100 * SECOND);
        PipelineLab lab = PipelineLab.memberPort().keyed(time);
        time.forget();
        assertEquals(0, lab.fromSite(frame(udp(60))).size());
        assertEquals(Map.of(DropReason.TIME_UNKNOWN, 1L), lab.dropsThatHappened());
        time.set(100 * SECOND);
        assertEquals(1, lab.fromSite(frame(udp(60))).size());
    }

    @Test
    void theSenderIsToldOfTheRoomThatTheTimeLeaves() {
        PipelineLab lab = PipelineLab.memberPort().keyed(clock(100 * SECOND));
        byte[] longest = udp(HOST_1, HOST_2, 1, 2, INNER_MTU, Ipv4.DF);
        assertTrue(packet(lab.fromSite(frame(longest)).getFirst()).length <= PipelineLab.MTU);
        byte[] longer = udp(HOST_1, HOST_2, 1, 2, INNER_MTU + 1, Ipv4.DF);
        byte[] icmp = packet(lab.fromSite(frame(longer)).getFirst());
        assertEquals(Ipv4.ICMP, icmp[9]);
        assertEquals(INNER_MTU, Octets.u16(MemorySegment.ofArray(icmp), 26));
    }

    @Test
    void whatMayBeFragmentedLeavesInFragmentsThatEachCarryTheTime() {
        PipelineLab lab = PipelineLab.memberPort().keyed(clock(100 * SECOND));
        List<byte[]> esp = lab.fromSite(frame(udp(INNER_MTU + 1)));
        assertEquals(2, esp.size());
        for (byte[] each : esp) {
            assertTrue(packet(each).length <= PipelineLab.MTU);
            assertEquals(1, lab.fromWan(each).size());
        }
        assertEquals(0, lab.drops());
    }

    @Test
    void superFramesAreCutIntoPacketsThatEachCarryTheTimeAndAreJoinedAgain() throws Exception {
        PipelineLab lab = PipelineLab.gateway().keyed(clock(100 * SECOND));
        Random random = new Random(3);
        TcpPackets flow = new TcpPackets(random, 5000);
        List<byte[]> expected = new ArrayList<>();
        flow.frames().forEach(each -> expected.addAll(lab.fromSite(each)));
        lab.site.arriveWithHeader(flow.superFrame());
        lab.pipeline.turn(0);
        List<byte[]> esp = PipelineLab.sent(lab.wan);
        assertEquals(expected.size(), esp.size());
        for (int i = 0; i < esp.size(); i++) {
            byte[] alone = lab.fromWan(expected.get(i)).getFirst();
            assertArrayEquals(alone, lab.fromWan(esp.get(i)).getFirst());
            assertArrayEquals(flow.frames().get(i), alone);
        }
        esp.forEach(lab.wan::arrive);
        lab.pipeline.turn(0);
        assertTrue(PipelineLab.sent(lab.site).size() < esp.size(), "joined");
        assertEquals(0, lab.drops());
    }
}
