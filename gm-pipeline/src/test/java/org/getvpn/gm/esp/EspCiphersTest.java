// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.keyAndSalt;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EspCiphersTest {
    private static final int HEADER = EspFormat.HEADER;

    static Stream<Arguments> everyTransform() {
        return ForeignEspTest.providers()
                .flatMap(
                        provider ->
                                EspTransform.known().stream()
                                        .map(transform -> Arguments.of(provider, transform)));
    }

    private static AeadCipher cipher(AeadProvider provider, EspTransform transform) {
        return EspCiphers.cipher(
                provider,
                transform,
                SecretBytes.wrap(keyAndSalt(transform.keyOctets() + transform.saltOctets(), 5)),
                SecretBytes.wrap(keyAndSalt(transform.integrityKeyOctets(), 9)));
    }

    /** An ESP header, the IV, the sealed text and the ICV. */
    private static MemorySegment sealed(
            AeadCipher cipher, EspTransform transform, byte[] text, long iv) {
        int head = HEADER + transform.ivOctets();
        MemorySegment packet =
                NativeMemory.of(new byte[head + text.length + transform.icvOctets()]);
        packet.asSlice(0, HEADER).fill((byte) 0x5a);
        cipher.seal(NativeMemory.of(text), 0, text.length, iv, packet, 0, head);
        return packet;
    }

    private static boolean opens(
            AeadCipher cipher,
            EspTransform transform,
            MemorySegment packet,
            long iv,
            MemorySegment text) {
        int head = HEADER + transform.ivOctets();
        int length = (int) packet.byteSize() - head - transform.icvOctets();
        return cipher.open(packet, 0, head, length, iv, text, 0);
    }

    @ParameterizedTest
    @MethodSource("everyTransform")
    void opensWhatItSealedAndNothingThatWasAltered(AeadProvider provider, EspTransform transform) {
        AeadCipher sender = cipher(provider, transform);
        AeadCipher receiver = cipher(provider, transform);
        for (int length : new int[] {16, 48, 1456, 9008}) {
            byte[] text = new byte[length];
            new Random(length).nextBytes(text);
            MemorySegment packet = sealed(sender, transform, text, length);
            MemorySegment opened = NativeMemory.of(new byte[length]);
            assertTrue(opens(receiver, transform, packet, length, opened));
            assertArrayEquals(text, NativeMemory.octets(opened));
            boolean isReadable =
                    packet.asSlice(HEADER + transform.ivOctets(), length)
                                    .mismatch(NativeMemory.of(text))
                            == -1;
            assertEquals(
                    transform.mode() == EspTransform.Mode.NULL
                            || transform.mode() == EspTransform.Mode.GMAC,
                    isReadable);
            assertTrue(opens(receiver, transform, packet, length, opened), "once more");
            for (int bit = 0; bit < Math.min(100, packet.byteSize()) * 8; bit++) {
                if (isUncovered(transform, bit / 8)) {
                    continue;
                }
                byte[] altered = NativeMemory.octets(packet);
                altered[bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(opens(receiver, transform, NativeMemory.of(altered), length, opened));
            }
            byte[] altered = NativeMemory.octets(packet);
            altered[altered.length - 1] ^= 1;
            assertFalse(opens(receiver, transform, NativeMemory.of(altered), length, opened));
        }
        sender.destroy();
        receiver.destroy();
    }

    /** The IV of AES-GCM goes into the nonce, which is given apart here. */
    private static boolean isUncovered(EspTransform transform, int octet) {
        return transform.mode() == EspTransform.Mode.GCM
                && octet >= HEADER
                && octet < HEADER + transform.ivOctets();
    }

    @ParameterizedTest
    @MethodSource("everyTransform")
    void keysOfAnotherLengthAreRefused(AeadProvider provider, EspTransform transform) {
        SecretBytes none = SecretBytes.wrap(new byte[1]);
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EspCiphers.cipher(provider, transform, none, none));
        assertTrue(refused.getMessage().startsWith(transform.name()), refused.getMessage());
    }

    @Test
    void bothImplementationsMakeTheSameOctets() {
        List<AeadProvider> providers = ForeignEspTest.providers().toList();
        assumeTrue(providers.size() == 2, "libipsec-mb1 is not installed");
        for (EspTransform transform : EspTransform.known()) {
            if (transform.saltOctets() == 0) {
                continue; // by the JDK alone
            }
            AeadCipher java = cipher(providers.get(0), transform);
            AeadCipher library = cipher(providers.get(1), transform);
            for (int length = 0; length < 400; length++) {
                byte[] text = new byte[length];
                Arrays.fill(text, (byte) length);
                MemorySegment one = sealed(java, transform, text, 77L * length);
                MemorySegment other = sealed(library, transform, text, 77L * length);
                int from = HEADER + transform.ivOctets();
                assertEquals(-1, one.asSlice(from).mismatch(other.asSlice(from)), transform.name());
                MemorySegment opened = NativeMemory.of(new byte[length]);
                assertTrue(opens(java, transform, other, 77L * length, opened));
            }
        }
    }

    /** RFC 3602, section 4, cases 1 and 2, with an HMAC of our own behind them. */
    @ParameterizedTest
    @CsvSource({
        "06a9214036b8a15b512e03d534120006, 3dafba429d9eb430b422da802c9fac41,"
                + " 53696e676c6520626c6f636b206d7367, e353779c1079aeb82708942dbe77181a",
        "c286696d887c9aa0611bbb3e2025a45a, 562e17996d093d28ddb3ba695a2e6f58,"
                + " 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f,"
                + " d296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1",
    })
    void opensTheVectorsOfTheRfcOfAesCbc(String key, String iv, String text, String sealed) {
        SecretBytes integrityKey = SecretBytes.wrap(keyAndSalt(32, 1));
        byte[] body = hex("5a5a5a5a5a5a5a5a" + iv + sealed);
        MemorySegment packet = NativeMemory.of(Arrays.copyOf(body, body.length + 16));
        new TruncatedHmac(5, integrityKey, 16).append(packet, 0, body.length);
        EspTransform transform = EspTransform.named("aes-cbc-128-hmac-sha256").orElseThrow();
        AeadCipher cipher =
                EspCiphers.cipher(
                        new JdkAead(), transform, SecretBytes.wrap(hex(key)), integrityKey);
        MemorySegment opened = NativeMemory.of(new byte[hex(text).length]);
        assertTrue(opens(cipher, transform, packet, 0, opened));
        assertArrayEquals(hex(text), NativeMemory.octets(opened));
    }

    @Test
    void noTwoPacketsHaveTheSameIvOfCbcNorDoTwoMembersWithTheSameNumbers() {
        EspTransform transform = EspTransform.named("aes-cbc-256-hmac-sha256").orElseThrow();
        Set<String> ivs = new HashSet<>();
        for (int member = 0; member < 4; member++) {
            AeadCipher cipher = cipher(new JdkAead(), transform);
            for (int number = 1; number <= 500; number++) {
                MemorySegment packet = sealed(cipher, transform, new byte[16], number);
                byte[] iv = NativeMemory.octets(packet.asSlice(HEADER, 16));
                assertTrue(ivs.add(HexFormat.of().formatHex(iv)));
            }
        }
    }

    @Test
    void whatIsNoWholeNumberOfBlocksIsWrongEvenFromOneWhoHasTheKey() {
        EspTransform transform = EspTransform.named("aes-cbc-128-hmac-sha256").orElseThrow();
        SecretBytes integrityKey = SecretBytes.wrap(keyAndSalt(32, 9));
        for (int length = 0; length < 33; length++) {
            int body = HEADER + 16 + length;
            MemorySegment packet = NativeMemory.of(new byte[body + 16]);
            new TruncatedHmac(5, integrityKey, 16).append(packet, 0, body);
            MemorySegment opened = NativeMemory.of(new byte[64]);
            assertEquals(
                    length % 16 == 0,
                    opens(cipher(new JdkAead(), transform), transform, packet, 0, opened));
        }
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
