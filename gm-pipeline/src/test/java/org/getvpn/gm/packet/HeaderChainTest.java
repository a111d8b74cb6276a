// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.fragment6;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderChainTest {
    private static final HexFormat HEX = HexFormat.of();

    private static byte[] octets(String hex) {
        return HEX.parseHex(hex.replace(" ", ""));
    }

    private static long chain(byte[] packet) {
        return HeaderChain.of(memory(packet, 0), 0);
    }

    private static DropReason check(byte[] packet) {
        return Ipv6.check(memory(packet, 0), 0, packet.length);
    }

    @ParameterizedTest
    @CsvSource({
        // next header, what follows the IPv6 header, protocol, octets up to the payload
        "17, 0457 08ae 0008 0000, 17, 40",
        "59, '', 59, 40",
        // router alert (RFC 2711) before an MLD report: hop-by-hop options
        "0, 3a00 05020000 0100 8f00 0000, 58, 48",
        // destination options of 16 octets, then TCP
        "60, 0601 010c 00000000 00000000 00000000 0050, 6, 56",
        // routing header of type 4 with one segment (RFC 8754)
        "43, 1102 0401 0000 0000 fd00000000000000 0000000000000001 0457 08ae, 17, 64",
        // hop-by-hop, destination options, routing, fragment (whole), destination options, ESP
        "0, 3c00 0104 00000000 2b00 0104 00000000 2c00 0401 00000000"
                + " 3c00 0000 01020304 3200 0104 00000000, 50, 80",
        // AH and ESP are what the packet carries, as in IPv4
        "51, 1104 0000 00000001, 51, 40",
        "50, 00000001 00000002, 50, 40",
    })
    void endsAtWhatThePacketCarries(int next, String rest, int protocol, int length) {
        byte[] packet = ipv6(HOST6_1, HOST6_2, next, octets(rest));
        assertNull(check(packet));
        assertEquals(protocol, HeaderChain.protocol(chain(packet)));
        assertEquals(length, HeaderChain.length(chain(packet)));
        assertEquals(rest.contains("0401 0000"), HeaderChain.hasRouting(chain(packet)));
        assertFalse(HeaderChain.isFragment(chain(packet)));
    }

    @Test
    void aFirstFragmentShowsItsProtocolALaterOneOnlyIfNoMoreHeadersFollow() {
        byte[] first = ipv6(HOST6_1, HOST6_2, 44, fragment6(17, 0, true, new byte[16]));
        byte[] later = ipv6(HOST6_1, HOST6_2, 44, fragment6(17, 2, true, new byte[16]));
        byte[] hidden = ipv6(HOST6_1, HOST6_2, 44, fragment6(60, 2, false, new byte[16]));
        for (byte[] packet : new byte[][] {first, later, hidden}) {
            assertNull(check(packet));
            assertTrue(HeaderChain.isFragment(chain(packet)));
            assertEquals(48, HeaderChain.length(chain(packet)));
            assertEquals(
                    0x01020304, HeaderChain.identification(memory(packet, 0), 0, chain(packet)));
        }
        assertFalse(HeaderChain.isLaterFragment(chain(first)));
        assertTrue(HeaderChain.isLaterFragment(chain(later)));
        assertEquals(17, HeaderChain.protocol(chain(first)));
        assertEquals(17, HeaderChain.protocol(chain(later)));
        assertEquals(HeaderChain.UNKNOWN_PROTOCOL, HeaderChain.protocol(chain(hidden)));
    }

    @Test
    void aFirstFragmentThatEndsWithinItsHeadersShowsNoProtocol() {
        byte[] data = octets("1103 0104 00000000"); // options of 32 octets, of which 8 are here
        byte[] packet = ipv6(HOST6_1, HOST6_2, 44, fragment6(60, 0, true, data));
        assertNull(check(packet));
        assertEquals(HeaderChain.UNKNOWN_PROTOCOL, HeaderChain.protocol(chain(packet)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3a", // cut off
        "60, 1101 0104 00000000", // longer than the packet
        "60, 0000 0104 00000000 3a00 0104 00000000", // hop-by-hop options come first or never
        "44, 2c00 0001 00000001 1100 0001 00000002", // a fragment of a fragment
    })
    void whatNoSourceSendsIsMalformed(int next, String rest) {
        byte[] packet = ipv6(HOST6_1, HOST6_2, next, octets(rest));
        assertEquals(DropReason.MALFORMED_IP, check(packet));
    }

    @Test
    void eightExtensionHeadersAreReadAndNoMore() {
        String option = "3c00 0104 00000000".repeat(7);
        byte[] eight = ipv6(HOST6_1, HOST6_2, 60, octets(option + "1100 0104 00000000"));
        byte[] nine =
                ipv6(
                        HOST6_1,
                        HOST6_2,
                        60,
                        octets("3c00 0104 00000000" + option + "1100 0104 00000000"));
        assertNull(check(eight));
        assertEquals(17, HeaderChain.protocol(chain(eight)));
        assertEquals(DropReason.TOO_MANY_HEADERS, check(nine));
    }

    @Test
    void everyPrefixOfAPacketIsRefused() {
        byte[] packet = udp6(100);
        for (int length = 0; length < packet.length; length++) {
            assertEquals(
                    length < Ipv6.HEADER ? DropReason.RUNT_FRAME : DropReason.MALFORMED_IP,
                    Ipv6.check(memory(packet, 0), 0, length));
        }
        assertNull(check(packet));
    }

    @Test
    void whateverIsReadLiesWithinThePacket() {
        Random random = new Random(8200);
        int[] kinds = {0, 43, 44, 60, 17};
        int whole = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] rest = new byte[random.nextInt(120)];
            random.nextBytes(rest);
            for (int at = 0; at + 1 < rest.length; at += 8) { // likely headers
                rest[at] = (byte) kinds[random.nextInt(kinds.length)];
                rest[at + 1] = (byte) random.nextInt(3);
            }
            byte[] packet = ipv6(HOST6_1, HOST6_2, kinds[random.nextInt(kinds.length)], rest);
            // a segment that ends with the packet: a read behind it is an error
            MemorySegment memory = MemorySegment.ofArray(packet);
            if (Ipv6.check(memory, 0, packet.length) == null) {
                long chain = HeaderChain.of(memory, 0);
                assertTrue(HeaderChain.length(chain) <= packet.length);
                if (HeaderChain.isFragment(chain)) {
                    HeaderChain.identification(memory, 0, chain);
                }
                whole++;
            }
        }
        assertTrue(whole > 10_000, "the fuzz makes whole packets: " + whole);
    }

    @Test
    void trafficClassAndFlowLabelDoNotTouchEachOther() {
        byte[] packet = udp6(60);
        MemorySegment memory = MemorySegment.ofArray(packet);
        assertEquals(0xb8, Ipv6.trafficClass(memory, 0));
        Ipv6.putTrafficClass(memory, 0, 0x41);
        assertEquals(0x41, Ipv6.trafficClass(memory, 0));
        assertEquals(0x641a_bcde, Ipv6.firstWord(memory, 0));
    }
}
