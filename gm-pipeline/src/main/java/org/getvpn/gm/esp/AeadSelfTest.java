// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;

/**
 * Test cases 4 (AES-128) and 16 (AES-256) of the GCM submission to NIST (McGrew and Viega, "The
 * Galois/Counter Mode of Operation", appendix B), in both directions and with a wrong ICV; and one
 * long packet, which takes other ways through fast implementations, against the JDK's own.
 */
final class AeadSelfTest {
    private static final String KEY = "feffe9928665731c6d6a8f9467308308";
    private static final String SALT = "cafebabe";
    private static final long IV = 0xfacedbaddecaf888L;
    private static final String AAD = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    private static final String TEXT =
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    private static final String SEALED_128 =
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                    + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                    + "5bc94fbc3221a5db94fae95ae7121a47";
    private static final String SEALED_256 =
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                    + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    + "76fc6ece0f4e1768cddf8853bb2d551b";

    private static final int LONG = 1501;

    private AeadSelfTest() {}

    /**
     * Runs both cases.
     *
     * @throws IllegalStateException if anything comes out differently
     */
    static void run(AeadProvider provider) {
        one(provider, KEY, SEALED_128);
        one(provider, KEY + KEY, SEALED_256);
        check(longPacket(provider).equals(longPacket(new JdkAead())));
    }

    private static ByteBuffer longPacket(AeadProvider provider) {
        byte[] aad = octets(AAD);
        AeadCipher cipher =
                provider.gcm(
                        SecretBytes.wrap(octets(KEY + KEY + SALT)), aad.length, AeadCipher.ICV);
        ByteBuffer packet = ByteBuffer.allocateDirect(aad.length + LONG + AeadCipher.ICV).put(aad);
        MemorySegment octets = MemorySegment.ofBuffer(packet.clear());
        cipher.seal(octets, aad.length, LONG, IV, octets, 0, aad.length);
        cipher.destroy();
        return packet;
    }

    private static void one(AeadProvider provider, String key, String expected) {
        byte[] aad = octets(AAD);
        byte[] text = octets(TEXT);
        byte[] sealed = octets(expected);
        AeadCipher cipher =
                provider.gcm(SecretBytes.wrap(octets(key + SALT)), aad.length, AeadCipher.ICV);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clear = arena.allocate(text.length);
            MemorySegment wire = arena.allocate(aad.length + sealed.length);
            MemorySegment.copy(text, 0, clear, ValueLayout.JAVA_BYTE, 0, text.length);
            MemorySegment.copy(aad, 0, wire, ValueLayout.JAVA_BYTE, 0, aad.length);
            cipher.seal(clear, 0, text.length, IV, wire, 0, aad.length);
            check(wire.asSlice(aad.length).mismatch(MemorySegment.ofArray(sealed)) == -1);
            clear.fill((byte) 0);
            check(cipher.open(wire, 0, aad.length, text.length, IV, clear, 0));
            check(clear.mismatch(MemorySegment.ofArray(text)) == -1);
            long last = wire.byteSize() - 1;
            Octets.put8(wire, last, Octets.u8(wire, last) ^ 1);
            check(!cipher.open(wire, 0, aad.length, text.length, IV, clear, 0));
        } finally {
            cipher.destroy();
        }
    }

    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("its AES-GCM comes out wrong");
        }
    }
}
