// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    private static final int LONGEST = 700;
    private final Random random = new Random(1071);

    @Test
    void theExampleOfRfc1071Section3() {
        byte[] octets = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertEquals(~0xddf2 & 0xffff, InternetChecksum.of(MemorySegment.ofArray(octets), 0, 8));
    }

    @Test
    void everyLengthAtEveryAlignmentHasTheSumOfItsHalfWords() {
        byte[] octets = new byte[LONGEST + 8];
        random.nextBytes(octets);
        for (int length = 0; length <= LONGEST; length++) {
            for (int offset = 0; offset < 8; offset++) {
                assertEquals(
                        halfWordByHalfWord(octets, offset, length),
                        InternetChecksum.of(MemorySegment.ofArray(octets), offset, length),
                        length + " octets at " + offset);
            }
        }
    }

    @Test
    void theGreatestSumDoesNotOverflow() {
        byte[] octets = new byte[65_535];
        Arrays.fill(octets, (byte) 0xff);
        assertEquals(
                halfWordByHalfWord(octets, 0, octets.length),
                InternetChecksum.of(MemorySegment.ofArray(octets), 0, octets.length));
    }

    /** As RFC 1071, section 4.1, does it. */
    private static int halfWordByHalfWord(byte[] octets, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            int octet = octets[offset + i] & 0xff;
            sum += i % 2 == 0 ? octet << 8 : octet;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }
}
