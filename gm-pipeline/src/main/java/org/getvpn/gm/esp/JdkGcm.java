// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;

/**
 * AES-GCM by SunJCE (RFC 4106), and AES-GMAC, which is the same over no text (RFC 4543).
 *
 * <p>JCA opens no text with an ICV of 8 octets. There the text is decrypted in counter mode, and
 * encrypted again for the ICV.
 */
final class JdkGcm implements AeadCipher {
    /** What the ICV authenticates beside the text in front of it. */
    enum Cover {
        /** AES-GCM: the associated data; the text is encrypted */
        TEXT_ENCRYPTED,
        /** AES-GMAC: all from the associated data to the end of the text, which stays in clear */
        TEXT_IN_CLEAR
    }

    private static final int SALT = 4;
    private static final int LEAST_OF_JCA = 12;

    private final Cover cover;
    private final int icvOctets;
    private final int aadOctets;
    private final Cipher cipher;
    private final Cipher counterMode;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[12];
    private final byte[] counter = new byte[16];
    private byte[] aad = new byte[64];
    private byte[] input = new byte[4096];
    private byte[] output = new byte[4096];
    private long lastIv;
    private Cipher again; // recomputes short ICVs; null before the first

    /**
     * @param keyAndSalt 16, 24 or 32 octets of key, then 4 of salt; copied
     * @param aadOctets length of the associated data; of AES-GMAC what precedes the IV
     * @param icvOctets 8, 12 or 16
     */
    JdkGcm(Cover cover, SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
        this.cover = cover;
        this.aadOctets = aadOctets;
        this.icvOctets = icvOctets;
        byte[] octets = keyAndSalt.expose();
        try {
            if (octets.length != 20 && octets.length != 28 && octets.length != 36) {
                throw new IllegalArgumentException(
                        "AES-GCM key and salt of " + octets.length + " octets: 20, 28 or 36");
            }
            int keyLength = octets.length - SALT;
            key = new SecretKeySpec(octets, 0, keyLength, "AES");
            System.arraycopy(octets, keyLength, nonce, 0, SALT);
            System.arraycopy(octets, keyLength, counter, 0, SALT);
            cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            counterMode = Cipher.getInstance("AES/CTR/NoPadding", "SunJCE");
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
        int textLength = length;
        int aadLength = aadOctets;
        if (cover == Cover.TEXT_IN_CLEAR) {
            MemorySegment.copy(in, inOffset, out, outOffset, length);
            textLength = 0;
            aadLength = (int) (outOffset - aadOffset) + length;
        }
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, inOffset, input, 0, textLength);
        takeAad(out, aadOffset, aadLength);
        try {
            begin(cipher, Cipher.ENCRYPT_MODE, ICV, iv, aadLength);
            cipher.doFinal(input, 0, textLength, output, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refuses to encrypt", e);
        }
        MemorySegment.copy(
                output,
                0,
                out,
                ValueLayout.JAVA_BYTE,
                outOffset + length - textLength,
                textLength + icvOctets); // a shorter ICV is the beginning of the whole one
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
        int textLength = length;
        int aadLength = aadOctets;
        if (cover == Cover.TEXT_IN_CLEAR) {
            textLength = 0;
            aadLength = (int) (inOffset - aadOffset) + length;
        }
        MemorySegment.copy(
                in,
                ValueLayout.JAVA_BYTE,
                inOffset + length - textLength,
                input,
                0,
                textLength + icvOctets);
        takeAad(in, aadOffset, aadLength);
        boolean isRight =
                icvOctets < LEAST_OF_JCA
                        ? openShort(textLength, iv, aadLength)
                        : openWhole(textLength, iv, aadLength);
        if (isRight && cover == Cover.TEXT_IN_CLEAR) {
            MemorySegment.copy(in, inOffset, out, outOffset, length);
        } else if (isRight) {
            MemorySegment.copy(output, 0, out, ValueLayout.JAVA_BYTE, outOffset, length);
        }
        return isRight;
    }

    private boolean openWhole(int length, long iv, int aadLength) {
        try {
            begin(cipher, Cipher.DECRYPT_MODE, icvOctets, iv, aadLength);
            cipher.doFinal(input, 0, length + icvOctets, output, 0);
            return true;
        } catch (AEADBadTagException expected) {
            return false; // JCA's only way to say that the ICV is wrong
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refuses to decrypt", e);
        }
    }

    private boolean openShort(int length, long iv, int aadLength) {
        try {
            // the text's first counter block (NIST SP 800-38D, section 7.1)
            MemorySegment block = MemorySegment.ofArray(counter);
            Octets.put64(block, SALT, iv);
            Octets.put32(block, 12, 2);
            counterMode.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
            counterMode.doFinal(input, 0, length, output, 0);
            if (again == null || iv == lastIv) {
                // one object refuses to encrypt under the IV it had before; here nothing is sent
                again = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            }
            lastIv = iv;
            begin(again, Cipher.ENCRYPT_MODE, ICV, iv, aadLength);
            byte[] resealed = again.doFinal(output, 0, length);
            return MessageDigest.isEqual(
                    Arrays.copyOfRange(input, length, length + icvOctets),
                    Arrays.copyOfRange(resealed, length, length + icvOctets));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refuses to decrypt", e);
        }
    }

    private void takeAad(MemorySegment from, long offset, int length) {
        if (length > aad.length) {
            aad = new byte[length];
        }
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, aad, 0, length);
    }

    private void begin(Cipher by, int mode, int icv, long iv, int aadLength)
            throws GeneralSecurityException {
        Octets.put64(MemorySegment.ofArray(nonce), SALT, iv);
        by.init(mode, key, new GCMParameterSpec(icv * 8, nonce));
        by.updateAAD(aad, 0, aadLength);
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
        for (byte[] array : new byte[][] {nonce, counter, aad, input, output}) {
            Arrays.fill(array, (byte) 0);
        }
    }
}
