// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;

/**
 * AES-GCM by the JDK's SunJCE, which is always there. It works on heap arrays, where its intrinsics
 * are fastest. Two things that JCA prescribes cannot be avoided: a few small objects per packet,
 * and an exception for each packet with a wrong ICV.
 */
public final class JdkAead implements AeadProvider {
    private final String name;

    /** Chosen by name. */
    public JdkAead() {
        this.name = "jdk";
    }

    /**
     * Taken for want of a faster one.
     *
     * @param whyNotFaster shown behind the name
     */
    JdkAead(String whyNotFaster) {
        this.name = "jdk (ipsec-mb cannot be used: " + whyNotFaster + ")";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AeadCipher cipher(SecretBytes keyAndSalt, int aadOctets) {
        return new SunGcm(keyAndSalt, aadOctets);
    }

    private static final class SunGcm implements AeadCipher {
        private static final int ICV_BITS = ICV * 8;
        private static final int SALT = 4;

        private final Cipher cipher;
        private final SecretKeySpec key;
        private final byte[] nonce = new byte[12];
        private final byte[] aad;
        private byte[] input = new byte[4096];
        private byte[] output = new byte[4096];

        SunGcm(SecretBytes keyAndSalt, int aadOctets) {
            aad = new byte[aadOctets];
            byte[] octets = keyAndSalt.expose();
            try {
                if (octets.length != 20 && octets.length != 36) {
                    throw new IllegalArgumentException(
                            "AES-GCM key and salt of " + octets.length + " octets: 20 or 36");
                }
                int keyLength = octets.length - SALT;
                key = new SecretKeySpec(octets, 0, keyLength, "AES");
                System.arraycopy(octets, keyLength, nonce, 0, SALT);
                cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no AES-GCM", e);
            } finally {
                Arrays.fill(octets, (byte) 0);
            }
        }

        @Override
        public void seal(
                MemorySegment in,
                long inOffset,
                int length,
                long iv,
                MemorySegment out,
                long aadOffset,
                long outOffset) {
            reserve(length + ICV);
            MemorySegment.copy(in, ValueLayout.JAVA_BYTE, inOffset, input, 0, length);
            begin(Cipher.ENCRYPT_MODE, iv, out, aadOffset);
            try {
                int written = cipher.doFinal(input, 0, length, output, 0);
                MemorySegment.copy(output, 0, out, ValueLayout.JAVA_BYTE, outOffset, written);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM refuses to encrypt", e);
            }
        }

        @Override
        public boolean open(
                MemorySegment in,
                long aadOffset,
                long inOffset,
                int length,
                long iv,
                MemorySegment out,
                long outOffset) {
            reserve(length + ICV);
            MemorySegment.copy(in, ValueLayout.JAVA_BYTE, inOffset, input, 0, length + ICV);
            begin(Cipher.DECRYPT_MODE, iv, in, aadOffset);
            try {
                int written = cipher.doFinal(input, 0, length + ICV, output, 0);
                MemorySegment.copy(output, 0, out, ValueLayout.JAVA_BYTE, outOffset, written);
                return true;
            } catch (AEADBadTagException expected) {
                return false; // JCA's only way to say that the ICV is wrong
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM refuses to decrypt", e);
            }
        }

        private void begin(int mode, long iv, MemorySegment aadFrom, long aadOffset) {
            MemorySegment.copy(aadFrom, ValueLayout.JAVA_BYTE, aadOffset, aad, 0, aad.length);
            Octets.put64(MemorySegment.ofArray(nonce), SALT, iv);
            try {
                cipher.init(mode, key, new GCMParameterSpec(ICV_BITS, nonce));
                cipher.updateAAD(aad, 0, aad.length);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM refuses its parameters", e);
            }
        }

        private void reserve(int octets) {
            if (octets > input.length) {
                input = new byte[octets];
                output = new byte[octets];
            }
        }

        /**
         * Zeroes what can be reached. SecretKeySpec keeps its copy until it is collected: the JDK
         * offers no way to erase it.
         */
        @Override
        public void destroy() {
            Arrays.fill(nonce, (byte) 0);
            Arrays.fill(input, (byte) 0);
            Arrays.fill(output, (byte) 0);
        }
    }
}
