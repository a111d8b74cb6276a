// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.hasRightChecksum;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HeadersTest {
    @Test
    void theChecksumIsThatOfTheExampleInRfc1071() {
        // RFC 1071, section 3: 00 01 f2 03 f4 f5 f6 f7 sum up to ddf2
        MemorySegment example = memory(HexFormat.of().parseHex("0001f203f4f5f6f7"), 0);
        assertEquals(~0xddf2 & 0xffff, InternetChecksum.of(example, 0, 8));
    }

    @Test
    void theChecksumCountsAnOddOctetAsTheUpperHalfOfAWord() {
        assertEquals(~0x0100 & 0xffff, InternetChecksum.of(memory(new byte[] {1}, 0), 0, 1));
        assertEquals(~0x0402 & 0xffff, InternetChecksum.of(memory(new byte[] {1, 2, 3}, 0), 0, 3));
    }

    @Test
    void anEthernetHeaderKeepsBothAddressesAndTheType() {
        MemorySegment frame = memory(new byte[14], 0);
        Ethernet.write(frame, 0, 0x0200000000feL, 0xfedcba987654L, 0x0800);
        assertArrayEquals(
                HexFormat.of().parseHex("0200000000fefedcba9876540800"), octets(frame, 14));
        assertEquals(0x0200000000feL, Ethernet.destination(frame, 0));
        assertEquals(0xfedcba987654L, Ethernet.source(frame, 0));
        assertEquals(0x0800, Ethernet.type(frame, 0));
    }

    @Test
    void everyPrefixOfAPacketIsRefused() {
        byte[] packet = udp(60);
        for (int length = 0; length < packet.length; length++) {
            DropReason expected =
                    length < Ipv4.HEADER ? DropReason.RUNT_FRAME : DropReason.MALFORMED_IP;
            assertEquals(expected, Ipv4.check(memory(packet, 0), 0, length));
        }
        assertNull(Ipv4.check(memory(packet, 0), 0, packet.length));
    }

    @Test
    void everyFlippedBitOfAHeaderIsNoticed() {
        byte[] packet = udp(60);
        for (int bit = 0; bit < Ipv4.HEADER * 8; bit++) {
            byte[] altered = packet.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            DropReason reason = Ipv4.check(memory(altered, 0), 0, altered.length);
            assertTrue(
                    reason == DropReason.BAD_IP_CHECKSUM || reason == DropReason.MALFORMED_IP,
                    "bit " + bit);
        }
    }

    @Test
    void fragmentsMakeTheWholeForEveryMtuAlsoCutTwice() {
        byte[] packet = udp(1400);
        for (int mtu = 68; mtu < 1400; mtu += 13) {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            cut(packet, mtu, payload, Math.max(68, mtu - 50));
            assertArrayEquals(Arrays.copyOfRange(packet, 20, packet.length), payload.toByteArray());
        }
    }

    /** Cuts, and each piece again by {@code secondMtu} unless that is 0. */
    private static void cut(byte[] packet, int mtu, ByteArrayOutputStream payload, int secondMtu) {
        Fragmenter fragmenter = new Fragmenter();
        fragmenter.begin(memory(packet, 0), 0, mtu);
        while (fragmenter.hasNext()) {
            MemorySegment piece = memory(new byte[0], mtu);
            int length = fragmenter.next(piece, 0);
            byte[] fragment = octets(piece, length);
            assertTrue(length <= mtu && hasRightChecksum(fragment));
            if (secondMtu > 0 && length > secondMtu) {
                cut(fragment, secondMtu, payload, 0);
            } else {
                assertEquals(payload.size(), (Ipv4.flagsAndOffset(piece, 0) & Ipv4.OFFSET) * 8);
                payload.write(fragment, 20, length - 20);
            }
        }
    }

    @Test
    void onlyOptionsToBeCopiedTravelInLaterFragments() {
        // header of 32 octets: record route (7, not copied, 3 octets), NOP, router alert (148,
        // copied, 4 octets), end of list and 3 octets of padding
        byte[] packet = new byte[32 + 64];
        HexFormat hex = HexFormat.of();
        System.arraycopy(
                hex.parseHex("48000060123400003f110000" + "0a0101010a020202"), 0, packet, 0, 20);
        System.arraycopy(
                hex.parseHex("070304" + "01" + "94040000" + "00000000"), 0, packet, 20, 12);
        MemorySegment memory = memory(packet, 0);
        Ipv4.updateChecksum(memory, 0);
        assertNull(Ipv4.check(memory, 0, packet.length));
        Fragmenter fragmenter = new Fragmenter();
        fragmenter.begin(memory, 0, 68);
        MemorySegment out = memory(new byte[0], 68);
        assertEquals(32 + 32, fragmenter.next(out, 0));
        assertEquals(24 + 32, fragmenter.next(out, 0));
        assertArrayEquals(hex.parseHex("94040000"), Arrays.copyOfRange(octets(out, 24), 20, 24));
        assertTrue(hasRightChecksum(octets(out, 56)));
        assertEquals(HOST_1, Ipv4.source(out, 0));
        assertEquals(HOST_2, Ipv4.destination(out, 0));
    }

    @Test
    void anErrorAnswersNoErrorNoFragmentAndNoCrowd() {
        assertTrue(IcmpTooBig.mayAnswer(memory(udp(60), 0), 0));
        assertTrue(IcmpTooBig.mayAnswer(icmp(8), 0));
        for (int type : new int[] {3, 4, 5, 11, 12}) {
            assertEquals(false, IcmpTooBig.mayAnswer(icmp(type), 0));
        }
        int[][] pairs = {
            {0, HOST_2},
            {0xe0000001, HOST_2},
            {0x7f000001, HOST_2},
            {-1, HOST_2},
            {HOST_1, 0xe0000001},
            {HOST_1, -1}
        };
        for (int[] pair : pairs) {
            MemorySegment packet = memory(udp(pair[0], pair[1], 1, 2, 60, 0), 0);
            assertEquals(false, IcmpTooBig.mayAnswer(packet, 0));
        }
        MemorySegment later = memory(udp(HOST_1, HOST_2, 1, 2, 60, 4), 0);
        assertEquals(false, IcmpTooBig.mayAnswer(later, 0));
    }

    private static MemorySegment icmp(int type) {
        return memory(
                org.getvpn.gm.Fixture.ipv4(
                        HOST_1, HOST_2, Ipv4.ICMP, new byte[] {(byte) type, 0, 0, 0}),
                0);
    }
}
