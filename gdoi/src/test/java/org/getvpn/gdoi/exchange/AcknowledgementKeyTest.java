// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Acknowledgements octet by octet against vectors/derived/rfc8263_ack_vectors.json. */
class AcknowledgementKeyTest {
    private static final String SHA256 =
            "00112233445566778899aabbccddeeff081023000000000000000054120000248314a802b049f07d6ff3a6"
                    + "2aaf2cc44c3b78b54eb1920ab3e1eb7bc98f2ecdf505000008000000070000000c01000000"
                    + "0a540802";

    @ParameterizedTest
    @CsvSource({
        "1, " + SHA256,
        "3, 00112233445566778899aabbccddeeff081023000000000000000074120000442c03b3ab75c6f994abe183"
                + "d57953a9bef44139c3512922806206a05b1e1d3ab17e19ceb6828cf5a1d8e8c171b313983f93f9a2"
                + "76eb62c8978f81ed5111ed0e8d05000008000000070000000c010000000a540802"
    })
    void theDatagramIsTheOneOfTheVector(int requested, String datagram) throws Exception {
        AcknowledgementKey key = AcknowledgementKey.of(kek(requested)).orElseThrow();
        byte[] sealed = key.seal(7, InetAddress.getByName("10.84.8.2"));
        assertArrayEquals(octets(datagram), sealed);
        assertTrue(GroupKeyPushAck.recognises(sealed));
        GroupKeyPushAck ack = GroupKeyPushAck.read(sealed);
        assertEquals(7, ack.sequence());
        assertEquals(InetAddress.getByName("10.84.8.2"), ack.member());
        assertArrayEquals(kek(requested).spi(), ack.spi());
        assertTrue(key.made(ack));
    }

    @Test
    void aKekThatAsksForNoneOrForAnUnknownKindGetsNone() {
        for (int requested : new int[] {0, 2, 4, 77}) {
            assertTrue(AcknowledgementKey.of(kek(requested)).isEmpty());
        }
    }

    @Test
    void anAlteredBitMakesItMalformedOrForged() {
        AcknowledgementKey key = AcknowledgementKey.of(kek(1)).orElseThrow();
        for (int bit = 0; bit < SHA256.length() * 4; bit++) {
            byte[] altered = octets(SHA256);
            altered[bit / 8] ^= (byte) (0x80 >> bit % 8);
            boolean headerSaysNothing = bit / 8 >= 16 && bit / 8 < 28;
            try {
                assertTrue(
                        headerSaysNothing || !key.made(GroupKeyPushAck.read(altered)),
                        "bit " + bit);
            } catch (MalformedPayload expected) {
                // that is an answer too
            }
        }
    }

    @Test
    void aProperPrefixIsMalformed() {
        byte[] whole = octets(SHA256);
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            assertThrows(MalformedPayload.class, () -> GroupKeyPushAck.read(prefix));
            assertFalse(GroupKeyPushAck.recognises(prefix));
        }
    }

    private static Kek kek(int requested) {
        return new Kek(
                octets("00112233445566778899aabbccddeeff"),
                Kek.ALGORITHM_AES_CBC,
                SecretBytes.wrap(
                        octets(
                                "ffffffffffffffffffffffffffffffff"
                                        + "000102030405060708090a0b0c0d0e0f")),
                60,
                Kek.SIGNATURE_HASH_SHA256,
                Kek.SIGNATURE_RSA,
                new byte[1],
                requested);
    }

    private static byte[] octets(String digits) {
        byte[] octets = new byte[digits.length() / 2];
        byte[] number = new BigInteger("01" + digits, 16).toByteArray();
        System.arraycopy(number, 1, octets, 0, octets.length);
        return octets;
    }
}
