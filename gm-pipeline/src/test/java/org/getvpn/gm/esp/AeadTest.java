// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.keyAndSalt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AeadTest {
    private static final int AAD = 8;

    static Stream<AeadProvider> providers() {
        return ForeignEspTest.providers();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void agreesWithNistsVectors(AeadProvider provider) {
        AeadSelfTest.run(provider);
    }

    @Test
    void aWrongCipherFailsTheSelfTest() {
        AeadProvider wrong =
                new AeadProvider() {
                    @Override
                    public String name() {
                        return "ignores the key";
                    }

                    @Override
                    public AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
                        byte[] zeros = new byte[keyAndSalt.length()];
                        return new JdkAead().gcm(SecretBytes.wrap(zeros), aadOctets, icvOctets);
                    }

                    @Override
                    public AeadCipher gmac(SecretBytes keyAndSalt) {
                        throw new AssertionError("AES-GCM was asked for");
                    }
                };
        assertThrows(IllegalStateException.class, () -> AeadSelfTest.run(wrong));
    }

    @Test
    void bothImplementationsMakeTheSameOctetsForEveryLength() {
        Optional<IpsecMb> fast = IpsecMb.load(new StringBuilder());
        assumeTrue(fast.isPresent(), "libipsec-mb1 is not installed");
        for (int keyOctets : new int[] {20, 36}) {
            SecretBytes key = SecretBytes.wrap(keyAndSalt(keyOctets, 3));
            AeadCipher native_ = fast.get().gcm(key, AAD, AeadCipher.ICV);
            AeadCipher java = new JdkAead().gcm(key, AAD, AeadCipher.ICV);
            for (int length = 0; length <= 1500; length++) {
                assertEquals(-1, sealed(native_, length).mismatch(sealed(java, length)));
            }
        }
    }

    @Test
    void usesTheProcessorsWideInstructionsWithAVersionThatKnowsThem() throws IOException {
        Optional<IpsecMb> fast = IpsecMb.load(new StringBuilder());
        assumeTrue(
                fast.isPresent() && fast.get().file().endsWith(".2"),
                "libipsec-mb2 is not installed");
        String processor = Files.readString(Path.of("/proc/cpuinfo"));
        assumeTrue(
                processor.contains(" vaes ") && processor.contains(" vpclmulqdq "),
                "this processor has no VAES");
        assertTrue(fast.get().architecture().startsWith("vaes_"), fast.get().name());
    }

    private static MemorySegment sealed(AeadCipher cipher, int length) {
        MemorySegment text = Arena.ofAuto().allocate(Math.max(1, length));
        text.fill((byte) length);
        MemorySegment out = Arena.ofAuto().allocate(AAD + length + AeadCipher.ICV);
        cipher.seal(text, 0, length, length * 0x1234567L, out, 0, AAD);
        return out;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everyFlippedBitOfAadTextOrIcvIsNoticed(AeadProvider provider) {
        AeadCipher cipher = provider.gcm(SecretBytes.wrap(keyAndSalt(36, 1)), AAD, AeadCipher.ICV);
        int length = 40;
        MemorySegment text = Arena.ofAuto().allocate(length);
        MemorySegment wire = Arena.ofAuto().allocate(AAD + length + AeadCipher.ICV);
        cipher.seal(text, 0, length, 5, wire, 0, AAD);
        for (int bit = 0; bit < wire.byteSize() * 8; bit++) {
            long at = bit / 8;
            Octets.put8(wire, at, Octets.u8(wire, at) ^ 1 << bit % 8);
            assertFalse(cipher.open(wire, 0, AAD, length, 5, text, 0), "bit " + bit);
            Octets.put8(wire, at, Octets.u8(wire, at) ^ 1 << bit % 8);
        }
        assertTrue(cipher.open(wire, 0, AAD, length, 5, text, 0));
        assertFalse(cipher.open(wire, 0, AAD, length, 6, text, 0), "another IV");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void neverWritesBeyondTheBufferItWasGiven(AeadProvider provider) {
        AeadCipher cipher = provider.gcm(SecretBytes.wrap(keyAndSalt(36, 1)), AAD, AeadCipher.ICV);
        MemorySegment text = Arena.ofAuto().allocate(64);
        MemorySegment small = Arena.ofAuto().allocate(AAD + 64 + AeadCipher.ICV - 1);
        assertThrows(
                IndexOutOfBoundsException.class, () -> cipher.seal(text, 0, 64, 1, small, 0, AAD));
        assertThrows(
                IndexOutOfBoundsException.class, () -> cipher.open(small, 0, AAD, 64, 1, text, 0));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void refusesAKeyOfAnotherLength(AeadProvider provider) {
        for (int octets : new int[] {0, 4, 16, 19, 21, 32, 35, 37}) {
            SecretBytes key = SecretBytes.wrap(new byte[octets]);
            assertThrows(
                    IllegalArgumentException.class, () -> provider.gcm(key, AAD, AeadCipher.ICV));
        }
    }

    @Test
    void theChosenOneRunsOrSaysWhatToInstall() {
        assertEquals("jdk", AeadChoice.JDK.provider().name());
        Optional<IpsecMb> fast = IpsecMb.load(new StringBuilder());
        if (fast.isPresent()) {
            assertEquals(fast.get().name(), AeadChoice.IPSEC_MB.provider().name());
            assertEquals(fast.get().name(), AeadChoice.AUTO.provider().name());
        } else {
            String message =
                    assertThrows(IllegalStateException.class, AeadChoice.IPSEC_MB::provider)
                            .getMessage();
            assertTrue(message.contains("libipsec-mb1") && message.contains("auto"), message);
            assertTrue(AeadChoice.AUTO.provider().name().startsWith("jdk ("));
        }
    }

    @Test
    void oneCipherServesManyPacketsOfChangingLength() {
        Random random = new Random(1);
        AeadCipher cipher =
                new JdkAead().gcm(SecretBytes.wrap(keyAndSalt(20, 9)), AAD, AeadCipher.ICV);
        MemorySegment text = Arena.ofAuto().allocate(9000);
        MemorySegment wire = Arena.ofAuto().allocate(9100);
        for (int i = 0; i < 200; i++) {
            int length = random.nextInt(9000);
            cipher.seal(text, 0, length, i, wire, 0, AAD);
            assertTrue(cipher.open(wire, 0, AAD, length, i, text, 0));
        }
    }
}
