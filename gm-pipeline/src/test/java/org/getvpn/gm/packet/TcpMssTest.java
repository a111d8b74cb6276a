// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.ipv4;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpMssTest {
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int ACK = 0x10;
    private static final String MSS_1460 = "020405b4";

    private static byte[] segment(int flags, String options) {
        byte[] listed = HexFormat.of().parseHex(options);
        byte[] tcp = new byte[20 + listed.length];
        MemorySegment memory = MemorySegment.ofArray(tcp);
        Octets.put16(memory, 0, 40000);
        Octets.put16(memory, 2, 443);
        Octets.put16(memory, 12, tcp.length / 4 << 12 | flags);
        System.arraycopy(listed, 0, tcp, 20, listed.length);
        byte[] packet = ipv4(HOST_1, HOST_2, 6, tcp);
        MemorySegment whole = MemorySegment.ofArray(packet);
        Octets.put16(whole, 20 + 16, checksum(packet));
        return packet;
    }

    private static int checksum(byte[] packet) {
        MemorySegment memory = MemorySegment.ofArray(packet);
        return InternetChecksum.ofTransport(
                memory, 20, packet.length - 20, Ipv4.addresses(memory, 0), 6);
    }

    private static boolean clamp(byte[] packet, int most) {
        return TcpMss.clamp(MemorySegment.ofArray(packet), 0, most);
    }

    @ParameterizedTest
    @CsvSource({
        "020405b4, 22", // alone
        "01020405b4010000, 23", // across two words of the checksum
        "0402080a0000000100000000020405b4, 34", // behind SACK permitted and timestamps
        "01030307020405b4, 26",
    })
    void aSynAnnouncesNoMoreThanFitsAndItsChecksumIsRight(String options, int at) {
        for (int flags : new int[] {SYN, SYN_ACK}) {
            byte[] packet = segment(flags, options);
            assertTrue(clamp(packet, 1306));
            assertEquals(1306, Octets.u16(MemorySegment.ofArray(packet), 20 + at));
            assertEquals(0, checksum(packet));
        }
    }

    @Test
    void aWrongChecksumStaysWrong() {
        byte[] packet = segment(SYN, MSS_1460);
        packet[20 + 17]++;
        assertTrue(clamp(packet, 1306));
        assertTrue(checksum(packet) != 0);
    }

    @Test
    void whatFitsAlreadyAndWhatIsNoSynStaysAsItIs() {
        for (byte[] packet :
                new byte[][] {
                    segment(SYN, "02040218"), segment(ACK, MSS_1460), segment(SYN, ""),
                }) {
            byte[] before = packet.clone();
            assertFalse(clamp(packet, 1306));
            assertArrayEquals(before, packet);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000020405b4", // behind the end of the list
                "0200000001010101", // no length
                "0201000001010101", // shorter than itself
                "01010102", // cut off behind its kind
                "0101010204", // data offset is rounded down: cut off behind its length
                "020605b401010101", // another length than the option has
                "fffe0000", // beyond the header
            })
    void malformedOptionsStayAsTheyAre(String options) {
        byte[] packet = segment(SYN, options);
        byte[] before = packet.clone();
        assertFalse(clamp(packet, 1306));
        assertArrayEquals(before, packet);
    }

    @Test
    void noOctetBehindThePacketIsTouchedWhateverItHolds() {
        Random random = new Random(879);
        for (int round = 0; round < 20_000; round++) {
            byte[] packet = segment(SYN, MSS_1460);
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                packet[20 + random.nextInt(packet.length - 20)] = (byte) random.nextInt();
            }
            clamp(packet, 1 + random.nextInt(1460)); // an access outside would throw
        }
    }
}
