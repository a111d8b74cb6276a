// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.GATEWAY_MAC;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.OWN_MAC;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.hasRightChecksum;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.keyAndSalt;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.InternetChecksum;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.CounterReplay;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.StrictReplay;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private static final TrafficRule PROTECT = rule(TrafficRule.Action.PROTECT, tenToTen());
    private static final TrafficRule BYPASS_NTP =
            rule(TrafficRule.Action.BYPASS, selector("10.0.0.0/8", "10.0.0.0/8", 17, 0, 123));

    @Test
    void whatOneMemberPortEncryptsTheOtherDecrypts() {
        byte[] original = frame(udp(100));
        // h1 --clear--> [member 1] --ESP--> [member 2] --clear--> h2
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(original).getFirst();
        byte[] clear = PipelineLab.memberPort().keyed().fromSite(esp).getFirst();
        assertEquals(Ipv4.ESP, packet(esp)[9]);
        assertArrayEquals(packet(original), packet(clear));
    }

    @Test
    void aCapturePlayedBackUnderStrictReplayProtectionIsDroppedWholeInAnyOrder() {
        SaDatabase strict = new SaDatabase(new JdkAead(), SequenceWatch.NONE, StrictReplay::of);
        PipelineLab receiver = PipelineLab.memberPort(strict).keyed();
        PipelineLab sender = PipelineLab.memberPort().keyed();
        List<byte[]> capture = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            capture.add(sender.fromSite(frame(udp(100))).getFirst());
        }
        Collections.shuffle(capture, new Random(4303)); // the network reorders, nothing is lost
        for (byte[] esp : capture) {
            assertEquals(1, receiver.fromSite(esp).size());
        }
        Collections.shuffle(capture, new Random(6479));
        for (byte[] esp : capture) {
            assertTrue(receiver.fromSite(esp).isEmpty());
        }
        assertEquals(Map.of(DropReason.REPLAYED, 300L), receiver.dropsThatHappened());
    }

    @Test
    void aCapturePlayedBackToTheOnlyOtherMemberIsDroppedWholeUnderEveryTransform() {
        for (EspTransform transform : EspTransform.known()) {
            PipelineLab receiver = PipelineLab.memberPort(counting(transform));
            PipelineLab sender = PipelineLab.memberPort(counting(transform));
            List<byte[]> capture = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                capture.add(sender.fromSite(frame(udp(100))).getFirst());
            }
            Collections.shuffle(capture, new Random(4303));
            for (byte[] esp : capture) {
                assertEquals(1, receiver.fromSite(esp).size(), transform.name());
            }
            for (byte[] esp : capture) {
                assertTrue(receiver.fromSite(esp).isEmpty(), transform.name());
            }
            assertEquals(Map.of(DropReason.REPLAYED, 50L), receiver.dropsThatHappened());
        }
    }

    private static SaDatabase counting(EspTransform transform) {
        SaDatabase database =
                new SaDatabase(new JdkAead(), SequenceWatch.NONE, any -> new CounterReplay());
        database.install(
                new Tek(
                        SPI,
                        transform,
                        SecretBytes.wrap(
                                keyAndSalt(transform.keyOctets() + transform.saltOctets(), 1)),
                        SecretBytes.wrap(keyAndSalt(transform.integrityKeyOctets(), 2)),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        List.of(tenToTen())));
        database.activate(SPI, transform.counterMode() ? SENDER : null);
        return database;
    }

    @Test
    void aForgedPacketMovesNoWindowOfStrictReplayProtection() {
        SaDatabase strict = new SaDatabase(new JdkAead(), SequenceWatch.NONE, StrictReplay::of);
        PipelineLab receiver = PipelineLab.memberPort(strict).keyed();
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(frame(udp(100))).getFirst();
        byte[] forged = esp.clone();
        int iv = Ethernet.HEADER + Ipv4.HEADER + 8;
        Arrays.fill(forged, iv + 4, iv + 8, (byte) 0xff); // far ahead of its sender's counter
        assertTrue(receiver.fromSite(forged).isEmpty());
        assertEquals(1, receiver.fromSite(esp).size());
        assertEquals(Map.of(DropReason.ICV_MISMATCH, 1L), receiver.dropsThatHappened());
    }

    @Test
    void atAMemberPortFramesGoBackToTheGatewaysMacFromOurs() {
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(frame(udp(100))).getFirst();
        assertEquals(GATEWAY_MAC, Ethernet.destination(MemorySegment.ofArray(esp), 0));
        assertEquals(OWN_MAC, Ethernet.source(MemorySegment.ofArray(esp), 0));
    }

    @Test
    void aGatewayLeavesMacAddressesAsTheyAre() {
        byte[] esp = PipelineLab.gateway().keyed().fromSite(frame(udp(100))).getFirst();
        assertArrayEquals(Arrays.copyOf(frame(udp(100)), 14), Arrays.copyOf(esp, 14));
        byte[] clear = PipelineLab.gateway().keyed().fromWan(esp).getFirst();
        assertArrayEquals(frame(udp(100)), clear);
    }

    @Test
    void framesForTheInterfaceItselfAreTheKernelsAndNoDrop() {
        PipelineLab lab = PipelineLab.memberPort().keyed();
        byte[] toUs = frame(OWN_MAC, HOST_MAC, Ethernet.TYPE_IPV4, udp(60));
        byte[] toAll = frame(Ethernet.BROADCAST, HOST_MAC, Ethernet.TYPE_IPV4, udp(60));
        byte[] arp = frame(Ethernet.BROADCAST, HOST_MAC, Ethernet.TYPE_ARP, new byte[46]);
        for (byte[] frame : List.of(toUs, toAll, arp)) {
            assertTrue(lab.fromSite(frame).isEmpty());
        }
        assertEquals(3, lab.traffic(TrafficCounter.FRAMES_FOR_KERNEL));
        assertEquals(0, lab.drops());
    }

    @Test
    void aGatewayPassesArpBothWaysAndNothingElseThatIsNotIpv4() {
        PipelineLab lab = PipelineLab.gateway();
        byte[] arp = frame(Ethernet.BROADCAST, HOST_MAC, Ethernet.TYPE_ARP, new byte[46]);
        assertArrayEquals(arp, lab.fromSite(arp).getFirst());
        assertArrayEquals(arp, lab.fromWan(arp).getFirst());
        for (int type : new int[] {0x86dd, 0x8100, 0x88cc, 0x8847, 0x0801}) {
            byte[] other = frame(GATEWAY_MAC, HOST_MAC, type, new byte[46]);
            assertTrue(lab.fromSite(other).isEmpty());
            assertTrue(lab.fromWan(other).isEmpty());
        }
    }

    @Test
    void failsClosedInEveryStateOfTheKeys() {
        PipelineLab lab = PipelineLab.gateway().policy(PROTECT);
        assertDropped(lab, DropReason.NO_SA, 1); // before registration
        lab.database.install(tek(SPI, 1));
        assertDropped(lab, DropReason.NO_SA, 2); // received, not yet sent with
        lab.database.activate(SPI, SENDER);
        assertEquals(1, lab.fromSite(frame(udp(60))).size());
        lab.database.retire(SPI);
        assertDropped(lab, DropReason.NO_SA, 3);
        lab.database.removeAll();
        assertDropped(lab, DropReason.NO_SA, 4); // expired or evicted
        lab.database.policy(List.of());
        assertDropped(lab, DropReason.NO_SA, 5); // and forgotten
    }

    private static void assertDropped(PipelineLab lab, DropReason reason, long times) {
        assertTrue(lab.fromSite(frame(udp(60))).isEmpty());
        assertEquals(Map.of(reason, times), lab.dropsThatHappened());
    }

    @Test
    void theFirstLineThatMatchesDecides() {
        PipelineLab lab = PipelineLab.gateway().keyed().policy(BYPASS_NTP, PROTECT);
        byte[] ntp = frame(udp(HOST_1, HOST_2, 5000, 123, 76, 0));
        assertArrayEquals(ntp, lab.fromSite(ntp).getFirst());
        assertEquals(Ipv4.ESP, packet(lab.fromSite(frame(udp(76))).getFirst())[9]);
        lab.policy(PROTECT, BYPASS_NTP);
        assertEquals(Ipv4.ESP, packet(lab.fromSite(ntp).getFirst())[9]);
    }

    @Test
    void clearTextFromTheWanPassesAGatewayOnlyIfBypassed() {
        PipelineLab lab = PipelineLab.gateway().keyed().policy(BYPASS_NTP, PROTECT);
        byte[] ntp = frame(udp(HOST_2, HOST_1, 5000, 123, 76, 0));
        assertArrayEquals(ntp, lab.fromWan(ntp).getFirst());
        assertTrue(lab.fromWan(frame(udp(HOST_2, HOST_1, 5000, 124, 76, 0))).isEmpty());
        assertEquals(Map.of(DropReason.CLEARTEXT_FROM_WAN, 1L), lab.dropsThatHappened());
    }

    @Test
    void aSenderThatForbidsFragmentsIsToldTheInnerMtu() {
        PipelineLab lab = PipelineLab.gateway().keyed();
        byte[] tooBig = udp(HOST_1, HOST_2, 1, 2, 1447, Ipv4.DF);
        assertTrue(lab.fromSite(frame(tooBig)).isEmpty());
        byte[] answer = PipelineLab.sent(lab.site).getFirst();
        MemorySegment icmp = MemorySegment.ofArray(packet(answer));
        assertEquals(HOST_MAC, Ethernet.destination(MemorySegment.ofArray(answer), 0));
        assertEquals(PipelineLab.ADDRESS, Ipv4.source(icmp, 0));
        assertEquals(HOST_1, Ipv4.destination(icmp, 0));
        assertTrue(hasRightChecksum(packet(answer)));
        assertEquals(0x0304, Octets.u16(icmp, 20));
        assertEquals(1446, Octets.i32(icmp, 24));
        assertEquals(0, InternetChecksum.of(icmp, 20, (int) icmp.byteSize() - 20));
        assertEquals(-1, icmp.asSlice(28).mismatch(MemorySegment.ofArray(tooBig).asSlice(0, 548)));
        // the MTU named is not too small either
        assertEquals(1, lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1446, Ipv4.DF))).size());
    }

    @Test
    void icmpIsNotSentAboutIcmpErrorsNorToManyNorWithoutEnd() {
        PipelineLab lab = PipelineLab.gateway().keyed();
        byte[] error = new byte[1480];
        error[0] = 3;
        lab.fromSite(frame(ipv4(HOST_1, HOST_2, Ipv4.ICMP, error, 0, Ipv4.DF)));
        lab.database.policy(
                List.of(
                        rule(
                                TrafficRule.Action.PROTECT,
                                selector("0.0.0.0/0", "0.0.0.0/0", 0, 0, 0))));
        lab.database.install(tek(SPI, 1, List.of(selector("0.0.0.0/0", "0.0.0.0/0", 0, 0, 0))));
        lab.fromSite(frame(udp(HOST_1, 0xe0000105, 1, 2, 1500, Ipv4.DF)));
        assertEquals(0, lab.traffic(TrafficCounter.ICMP_TOO_BIG_SENT));
        for (int i = 0; i < 1000; i++) {
            lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1500, Ipv4.DF)));
        }
        assertEquals(100, lab.traffic(TrafficCounter.ICMP_TOO_BIG_SENT));
        lab.now += TimeUnit.SECONDS.toNanos(1);
        lab.fromSite(frame(udp(HOST_1, HOST_2, 1, 2, 1500, Ipv4.DF)));
        assertEquals(101, lab.traffic(TrafficCounter.ICMP_TOO_BIG_SENT));
        assertEquals(1003, lab.pipeline.drops().get(DropReason.TOO_BIG));
    }

    @Test
    void aLongPacketIsCutBeforeEncryptionAndItsPiecesMakeTheWhole() {
        PipelineLab sender = PipelineLab.gateway().keyed();
        PipelineLab receiver = PipelineLab.gateway().keyed();
        byte[] original = udp(1500);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        List<byte[]> pieces = sender.fromSite(frame(original));
        assertEquals(2, pieces.size());
        for (byte[] esp : pieces) {
            assertTrue(packet(esp).length <= PipelineLab.MTU);
            byte[] fragment = packet(receiver.fromWan(esp).getFirst());
            assertTrue(hasRightChecksum(fragment));
            MemorySegment header = MemorySegment.ofArray(fragment);
            int flags = Ipv4.flagsAndOffset(header, 0);
            assertEquals(payload.size(), (flags & Ipv4.OFFSET) * 8);
            assertEquals(esp != pieces.getLast(), (flags & Ipv4.MF) != 0);
            assertEquals(0x1234, Ipv4.identification(header, 0));
            payload.write(fragment, 20, fragment.length - 20);
        }
        assertArrayEquals(Arrays.copyOfRange(original, 20, original.length), payload.toByteArray());
        assertEquals(1, sender.traffic(TrafficCounter.FRAGMENTED_PACKETS));
    }

    @Test
    void aLaterFragmentMeetsThePolicyThatItsFirstMet() {
        PipelineLab lab = PipelineLab.gateway().keyed().policy(BYPASS_NTP, PROTECT);
        byte[] first = frame(udp(HOST_1, HOST_2, 5000, 123, 76, Ipv4.MF));
        byte[] later = frame(udp(HOST_1, HOST_2, 0, 0, 76, 7));
        assertTrue(lab.fromSite(later).isEmpty(), "its first has not been seen");
        assertArrayEquals(first, lab.fromSite(first).getFirst());
        assertArrayEquals(later, lab.fromSite(later).getFirst());
        lab.now += TimeUnit.SECONDS.toNanos(31);
        assertTrue(lab.fromSite(later).isEmpty(), "it is too long ago");
        assertEquals(Map.of(DropReason.FRAGMENT_UNRESOLVED, 2L), lab.dropsThatHappened());
    }

    @Test
    void whatPadsAnEthernetFrameDoesNotTravel() {
        byte[] padded = Arrays.copyOf(frame(udp(30)), 60);
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(padded).getFirst();
        byte[] clear = PipelineLab.memberPort().keyed().fromSite(esp).getFirst();
        assertArrayEquals(frame(udp(30)), withMacsOf(clear, frame(udp(30))));
    }

    private static byte[] withMacsOf(byte[] frame, byte[] macs) {
        byte[] copy = frame.clone();
        System.arraycopy(macs, 0, copy, 0, 12);
        return copy;
    }

    @Test
    void multicastIsEncryptedOnceToItsGroup() {
        PipelineLab lab = PipelineLab.memberPort().keyed();
        lab.database.install(tek(SPI, 1, List.of(selector("10.0.0.0/8", "224.0.0.0/4", 0, 0, 0))));
        byte[] toGroup =
                frame(
                        0x01005e010101L,
                        HOST_MAC,
                        Ethernet.TYPE_IPV4,
                        udp(HOST_1, 0xe1010101, 1, 2, 100, 0));
        List<byte[]> esp = lab.fromSite(toGroup);
        assertEquals(1, esp.size());
        assertEquals(0xe1010101, Ipv4.destination(MemorySegment.ofArray(packet(esp.get(0))), 0));
    }

    @Test
    void threadsCarryFramesAndEndWhenToldTo() throws InterruptedException {
        InMemoryIo wire = new InMemoryIo("wire", OWN_MAC, 1500);
        PipelineLab keys = PipelineLab.memberPort().keyed();
        Pipeline pipeline = Pipeline.memberPort(wire, keys.database, new PipelineSettings(0, 0));
        pipeline.start(
                failure -> {
                    throw new AssertionError(failure);
                });
        wire.arrive(frame(udp(60)));
        assertEquals(Ipv4.ESP, packet(wire.takeSent(10_000).orElseThrow())[9]);
        pipeline.close();
        pipeline.close();
    }

    @Test
    void settingsOutOfRangeAreRefusedWithAnExample() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> new PipelineSettings(0, 100))
                        .getMessage();
        assertTrue(message.contains("pathMtu 100") && message.contains("1400"), message);
        InMemoryIo narrow = new InMemoryIo("narrow", OWN_MAC, 100);
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        Pipeline.memberPort(
                                narrow, PipelineLab.emptyDatabase(), new PipelineSettings(0, 0)));
    }
}
