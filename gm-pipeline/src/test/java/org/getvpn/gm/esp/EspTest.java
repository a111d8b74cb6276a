// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.edit;
import static org.getvpn.gm.Fixture.hasRightChecksum;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.SequenceWatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EspTest {
    private static final int DSCP_EF = 0xb8;

    private final EspDecapsulator decapsulator = new EspDecapsulator();
    private SaSnapshot sas;
    private OutboundSa outbound;

    @BeforeEach
    void oneKey() {
        SaDatabase database = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        sas = database.reader().refresh();
        PacketKey key = new PacketKey();
        key.read(memory(udp(28), 0), 0);
        outbound = sas.outbound(key);
    }

    private byte[] seal(byte[] inner) {
        MemorySegment in = memory(inner, EspFormat.MAX_OVERHEAD);
        MemorySegment out = memory(new byte[0], inner.length + EspFormat.MAX_OVERHEAD);
        return octets(out, new EspEncapsulator().encapsulate(outbound, in, 0, out, 0, 0));
    }

    private byte[] open(byte[] outer) {
        MemorySegment out = memory(new byte[0], outer.length);
        int length = decapsulator.decapsulate(sas, memory(outer, 0), 0, out, 0, 0);
        return length == EspDecapsulator.DROPPED ? null : octets(out, length);
    }

    /** Seals what is no well-formed inner packet, with its trailer, as an authentic sender. */
    private byte[] sealRaw(byte[] outerLike, byte[] text) {
        int length = (20 + EspFormat.AES_GCM.head()) + text.length + AeadCipher.ICV;
        MemorySegment out = memory(new byte[0], length);
        MemorySegment like = memory(outerLike, 0);
        Ipv4.write(out, 0, 0, length, 0, 0, 64, Ipv4.ESP, Ipv4.addresses(like, 0));
        long number = outbound.nextNumber();
        Octets.put32(out, 20, SPI.value());
        Octets.put32(out, 24, (int) number);
        Octets.put64(out, 28, outbound.iv(number));
        outbound.cipher(0).seal(memory(text, 0), 0, text.length, outbound.iv(number), out, 20, 36);
        return octets(out, length);
    }

    @Test
    void everyLengthComesBackAsItWentAndTheOverheadIsAsPredicted() {
        for (int length = 28; length <= 1500; length++) {
            byte[] inner = udp(length);
            byte[] outer = seal(inner);
            assertEquals(EspFormat.AES_GCM.outerLength(Ipv4.HEADER, length), outer.length);
            assertTrue(outer.length - length <= EspFormat.MAX_OVERHEAD);
            assertEquals(0, (outer.length - (20 + EspFormat.AES_GCM.head()) - AeadCipher.ICV) % 4);
            assertArrayEquals(inner, open(outer));
        }
    }

    @Test
    void theInnerMtuIsTheLongestThatFitsAndNotOneLess() {
        for (int mtu = 128; mtu <= 9000; mtu++) {
            int inner = EspFormat.AES_GCM.innerMtu(Ipv4.HEADER, mtu);
            assertTrue(EspFormat.AES_GCM.outerLength(Ipv4.HEADER, inner) <= mtu, "MTU " + mtu);
            assertTrue(EspFormat.AES_GCM.outerLength(Ipv4.HEADER, inner + 1) > mtu, "MTU " + mtu);
        }
    }

    @Test
    void theOuterHeaderKeepsAddressesDscpEcnAndTimeToLiveAndForbidsFragments() {
        byte[] inner = edit(udp(100), (header, at) -> Octets.put8(header, 1, DSCP_EF | 2));
        MemorySegment outer = memory(seal(inner), 0);
        MemorySegment original = memory(inner, 0);
        assertEquals(Ipv4.addresses(original, 0), Ipv4.addresses(outer, 0));
        assertEquals(DSCP_EF | 2, Ipv4.trafficClass(outer, 0));
        assertEquals(Ipv4.DF, Ipv4.flagsAndOffset(outer, 0));
        assertEquals(Ipv4.timeToLive(original, 0), Ipv4.timeToLive(outer, 0));
        assertEquals(Ipv4.ESP, Ipv4.protocol(outer, 0));
        assertTrue(hasRightChecksum(octets(outer, 20)));
    }

    @Test
    void theIvIsTheSenderIdThenTheCounterAndTheSequenceNumberCountsToo() {
        seal(udp(40));
        MemorySegment second = memory(seal(udp(40)), 0);
        assertEquals(SPI.value(), Octets.i32(second, 20));
        assertEquals(2, Octets.i32(second, 24));
        assertEquals(0x0000_0700_0000_0002L, Octets.i64(second, 28)); // 7 in 24 bits, 2 in 40
    }

    @Test
    void aFragmentTravelsInsideAWholeEspPacket() {
        byte[] fragment = udp(HOST_1, HOST_2, 1, 2, 100, Ipv4.MF | 3);
        byte[] outer = seal(fragment);
        assertEquals(Ipv4.DF, Ipv4.flagsAndOffset(memory(outer, 0), 0));
        assertArrayEquals(fragment, open(outer));
    }

    @Test
    void congestionMarkedOnTheWayReachesAReceiverThatUnderstandsIt() {
        byte[] marked = mark(seal(edit(udp(60), (h, at) -> Octets.put8(h, 1, 2))), 3);
        byte[] inner = open(marked);
        assertEquals(3, inner[1] & 3);
        assertTrue(hasRightChecksum(inner));
    }

    @Test
    void congestionMarkedOnAPacketThatCannotSayItIsALoss() {
        assertDropped(DropReason.CONGESTION_MARK_NOT_ECT, mark(seal(udp(60)), 3));
    }

    @Test
    void dscpChangedOnTheWayDoesNotReachTheInnerPacket() {
        byte[] inner = udp(60);
        assertArrayEquals(inner, open(edit(seal(inner), (h, at) -> Octets.put8(h, 1, 0x28))));
    }

    private static byte[] mark(byte[] outer, int ecn) {
        return edit(outer, (h, at) -> Octets.put8(h, 1, Octets.u8(h, 1) & ~3 | ecn));
    }

    @Test
    void whatTheSwitchOnTheWayMayChangeDoesNotMatterToTheIcv() {
        byte[] inner = udp(60);
        assertArrayEquals(inner, open(edit(seal(inner), (h, at) -> Octets.put8(h, 8, 5))));
    }

    @Test
    void aReaddressedPacketIsDropped() {
        byte[] moved = edit(seal(udp(60)), (h, at) -> Octets.put32(h, 16, 0x0a030303));
        assertDropped(DropReason.ADDRESS_MISMATCH, moved);
    }

    @Test
    void anotherSpiIsUnknownAndAnAlteredOctetIsNoticed() {
        byte[] outer = seal(udp(60));
        byte[] other = outer.clone();
        other[23] ^= 1;
        assertDropped(DropReason.UNKNOWN_SPI, other);
        for (int i = 24; i < outer.length; i++) {
            byte[] altered = outer.clone();
            altered[i] ^= 0x10;
            assertDropped(DropReason.ICV_MISMATCH, altered);
        }
    }

    @Test
    void aFragmentOfEspIsDropped() {
        assertDropped(
                DropReason.ESP_FRAGMENT,
                edit(seal(udp(60)), (h, at) -> Octets.put16(h, 6, Ipv4.MF)));
    }

    @Test
    void tooShortForEspIsARunt() {
        byte[] outer = seal(udp(60));
        for (int length = 20; length < 20 + 34; length++) {
            byte[] runt = Arrays.copyOf(outer, length);
            int total = length;
            assertDropped(DropReason.RUNT_ESP, edit(runt, (h, at) -> Octets.put16(h, 2, total)));
        }
    }

    @Test
    void anAuthenticSenderWithWrongContentsIsStillRefused() {
        byte[] like = udp(28);
        assertDropped(DropReason.BAD_PADDING, sealRaw(like, new byte[] {0, 0, 200 - 256, 4}));
        assertDropped(DropReason.BAD_PADDING, sealRaw(like, new byte[] {9, 9, 2, 4}));
        assertDropped(DropReason.DUMMY_PACKET, sealRaw(like, new byte[] {0, 0, 0, 59}));
        assertDropped(DropReason.NOT_TUNNEL_MODE, sealRaw(like, new byte[] {0, 0, 0, 17}));
        assertDropped(DropReason.INNER_MALFORMED, sealRaw(like, new byte[] {0, 0, 0, 4}));
        byte[] outside = udp(0x0b000001, 0x0b000002, 1, 2, 28, 0);
        byte[] text = Arrays.copyOf(outside, 30 + 2);
        text[28] = 1;
        text[29] = 2;
        text[30] = 2;
        text[31] = 4;
        assertDropped(DropReason.SELECTOR_MISMATCH, sealRaw(outside, text));
    }

    @Test
    void paddingBehindTheInnerPacketIsCutOff() {
        byte[] inner = udp(40);
        byte[] text = Arrays.copyOf(inner, 40 + 6 + 2); // 6 octets that hide the length
        text[47] = 4;
        assertArrayEquals(inner, open(sealRaw(inner, text)));
    }

    private void assertDropped(DropReason reason, byte[] outer) {
        assertEquals(null, open(outer), () -> "opened, although " + reason);
        assertEquals(reason, decapsulator.reason());
    }
}
