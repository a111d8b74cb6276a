// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Packets to a multicast group (RFC 5374, section 3.1): encrypted once, and to the same group
 * outside, so that the WAN replicates what is encrypted already.
 */
class MulticastTest {
    private static final byte[] TO_GROUP =
            frame(
                    0x0100_5e01_0203L,
                    HOST_MAC,
                    Ethernet.TYPE_IPV4,
                    udp(HOST_1, 0xef01_0203, 1, 2, 100, 0));
    private static final byte[] TO_GROUP6 =
            frame(
                    0x3333_0000_0007L,
                    HOST_MAC,
                    Ethernet.TYPE_IPV6,
                    ipv6(HOST6_1, "ff15::7", 17, datagram(60, 1, 2)));

    private static PipelineLab lab(Attachment attachment) {
        PipelineLab lab = PipelineLab.at(attachment);
        lab.database.install(
                tek(
                        SPI,
                        1,
                        List.of(
                                selector("10.0.0.0/8", "239.0.0.0/8", 0, 0, 0),
                                selector("fd00::/16", "ff15::/16", 0, 0, 0))));
        lab.database.activate(SPI, SENDER);
        return lab;
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void isEncryptedOnceToTheSameGroupAndEachReceiverOpensTheSamePacket(Attachment attachment) {
        PipelineLab sender = lab(attachment);
        byte[] esp = sender.fromSite(TO_GROUP).getFirst();
        byte[] esp6 = sender.fromSite(TO_GROUP6).getFirst();
        assertEquals(2, sender.traffic(TrafficCounter.ENCRYPTED_PACKETS));
        assertEquals(0xef01_0203, Ipv4.destination(MemorySegment.ofArray(esp), 14));
        assertArrayEquals(
                Arrays.copyOfRange(TO_GROUP6, 14 + 24, 14 + 40),
                Arrays.copyOfRange(esp6, 14 + 24, 14 + 40));
        for (byte[] frame : List.of(esp, esp6)) {
            assertArrayEquals(
                    Arrays.copyOf(frame == esp ? TO_GROUP : TO_GROUP6, 6),
                    Arrays.copyOf(frame, 6),
                    "to the group's stations");
        }
        for (int receiver = 0; receiver < 3; receiver++) {
            PipelineLab lab = lab(attachment);
            assertArrayEquals(packet(TO_GROUP), packet(lab.fromWan(esp).getFirst()));
            assertArrayEquals(packet(TO_GROUP6), packet(lab.fromWan(esp6).getFirst()));
        }
    }

    @ParameterizedTest
    @EnumSource(Attachment.class)
    void aPacketToAGroupThatIsTooLongIsAnsweredByNobody(Attachment attachment) {
        PipelineLab lab = lab(attachment);
        byte[] packet = ipv6(HOST6_1, "ff15::7", 17, datagram(1450, 1, 2));
        byte[] frame = frame(0x3333_0000_0007L, HOST_MAC, Ethernet.TYPE_IPV6, packet);
        assertTrue(lab.fromSite(frame).isEmpty());
        assertTrue(PipelineLab.sent(lab.site).isEmpty());
        assertEquals(Map.of(DropReason.TOO_BIG, 1L), lab.dropsThatHappened());
    }
}
