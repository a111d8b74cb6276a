// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.junit.jupiter.api.Test;

/** An end host that encrypts for itself; the site's side is its kernel. */
class HostPipelineTest {
    private final PipelineLab host = PipelineLab.at(Attachment.HOST).keyed();

    private static byte[] to(long mac, byte[] frame) {
        MemorySegment memory = MemorySegment.ofArray(frame);
        Octets.put16(memory, 0, (int) (mac >>> 32));
        Octets.put32(memory, 2, (int) mac);
        return frame;
    }

    @Test
    void whatComesForItsOwnAddressIsDecryptedForItsKernel() {
        byte[] inner = udp(HOST_1, HOST_2, 1, 2, 300, 0);
        byte[] esp = PipelineLab.gateway().keyed().fromSite(frame(inner)).getFirst();
        byte[] out = host.fromWan(to(Fixture.OWN_MAC + 1, esp)).getFirst();
        assertEquals(1, host.traffic(TrafficCounter.DECRYPTED_PACKETS));
        assertEquals(Ethernet.TYPE_IPV4, Octets.u16(MemorySegment.ofArray(out), 12));
        assertArrayEquals(inner, packet(out));
    }

    @Test
    void theReportThatAPacketIsTooLongComesFromWhereThePacketWasGoing() {
        assertTrue(host.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1500, Ipv4.DF))).isEmpty());
        byte[] report = packet(PipelineLab.sent(host.site).getFirst());
        MemorySegment memory = MemorySegment.ofArray(report);
        assertEquals(HOST_2, Ipv4.source(memory, 0));
        assertEquals(HOST_1, Ipv4.destination(memory, 0));
        assertEquals(Map.of(DropReason.TOO_BIG, 1L), host.dropsThatHappened());
    }

    @Test
    void aSignalOfTheLinkStaysOnIt() {
        byte[] solicitation = Ipv6PipelineTest.solicitation();
        assertTrue(host.fromSite(solicitation.clone()).isEmpty());
        assertTrue(host.fromWan(solicitation.clone()).isEmpty());
        assertEquals(2, host.traffic(TrafficCounter.FRAMES_FOR_KERNEL));
    }

    @Test
    void clearTextOfTheWanIsNeverGivenToTheKernelASecondTime() {
        List<byte[]> given = host.fromWan(frame(udp(HOST_2, HOST_1, 1, 2, 100, 0)));
        assertTrue(given.isEmpty());
        assertEquals(1, host.traffic(TrafficCounter.FRAMES_FOR_KERNEL));
    }
}
