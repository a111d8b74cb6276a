// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;

/**
 * AES-CBC (RFC 3602) and an HMAC over all from the SPI to the last block (RFC 4303, section 3.3.2),
 * by SunJCE.
 *
 * <p>JCA takes a new IV in a new object and with a new schedule of the key. But CBC only adds the
 * IV to the first block, as it adds each block's predecessor to the next: so all packets are one
 * chain for JCA, and their first blocks have the end of the packet before taken out, and their IV
 * put in.
 *
 * <p>An IV of CBC has to be unpredictable. It is the encryption of a number that never comes twice,
 * 64 random bits of this object and the packet's number, as NIST SP 800-38A, appendix C, allows; so
 * no random generator is asked for each packet.
 */
final class CbcHmac implements AeadCipher {
    /** Octets of a block and of the IV. */
    static final int BLOCK = 16;

    private final Cipher encryption;
    private final Cipher decryption;
    private final Cipher ivMaker;
    private final TruncatedHmac hmac;
    private final byte[] number = new byte[BLOCK];
    private final MemorySegment numberSegment = MemorySegment.ofArray(number);
    private final byte[] chained = new byte[BLOCK];
    private final byte[] lastEncrypted = new byte[BLOCK];
    private final byte[] lastDecrypted = new byte[BLOCK]; // still encrypted
    private byte[] input = new byte[4096];
    private byte[] output = new byte[4096];

    /**
     * @param cipherKey 16, 24 or 32 octets; copied
     */
    CbcHmac(SecretBytes cipherKey, TruncatedHmac hmac) {
        this.hmac = hmac;
        byte[] octets = cipherKey.expose();
        try {
            SecretKeySpec key = new SecretKeySpec(octets, "AES");
            encryption = Cipher.getInstance("AES/CBC/NoPadding", "SunJCE");
            encryption.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(lastEncrypted));
            decryption = Cipher.getInstance("AES/CBC/NoPadding", "SunJCE");
            decryption.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(lastDecrypted));
            ivMaker = Cipher.getInstance("AES/ECB/NoPadding", "SunJCE");
            ivMaker.init(Cipher.ENCRYPT_MODE, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK refuses AES-CBC", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
        byte[] random = new byte[Long.BYTES];
        new SecureRandom().nextBytes(random);
        System.arraycopy(random, 0, number, 0, random.length);
    }

    /**
     * Writes its own IV before {@code outOffset}.
     *
     * @param length a multiple of 16 octets, 16 or more
     * @param iv the packet's number, never twice for one object
     */
    @Override
    public void seal(
            MemorySegment in,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long aadOffset,
            long outOffset) {
        reserve(length);
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, inOffset, input, 0, length);
        Octets.put64(numberSegment, Long.BYTES, iv);
        pass(ivMaker, number, BLOCK, chained);
        rechain(input, lastEncrypted);
        pass(encryption, input, length, output);
        System.arraycopy(output, length - BLOCK, lastEncrypted, 0, BLOCK);
        MemorySegment.copy(chained, 0, out, ValueLayout.JAVA_BYTE, outOffset - BLOCK, BLOCK);
        MemorySegment.copy(output, 0, out, ValueLayout.JAVA_BYTE, outOffset, length);
        hmac.append(out, aadOffset, (int) (outOffset - aadOffset) + length);
    }

    /**
     * Reads the IV before {@code inOffset}; {@code iv} says nothing here.
     *
     * @param length of the text; what is no multiple of 16 octets is as wrong as a wrong ICV
     */
    @Override
    public boolean open(
            MemorySegment in,
            long aadOffset,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long outOffset) {
        if (!hmac.verify(in, aadOffset, (int) (inOffset - aadOffset) + length)
                || length % BLOCK != 0) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        reserve(length);
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, inOffset - BLOCK, chained, 0, BLOCK);
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, inOffset, input, 0, length);
        pass(decryption, input, length, output);
        rechain(output, lastDecrypted);
        System.arraycopy(input, length - BLOCK, lastDecrypted, 0, BLOCK);
        MemorySegment.copy(output, 0, out, ValueLayout.JAVA_BYTE, outOffset, length);
        return true;
    }

    private static void pass(Cipher by, byte[] from, int length, byte[] to) {
        try {
            if (by.update(from, 0, length, to, 0) != length) {
                throw new IllegalStateException("AES-CBC of this JDK holds blocks back");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC has no room", e);
        }
    }

    /** In the first block, the packet's IV in place of the packet before. */
    private void rechain(byte[] text, byte[] last) {
        for (int i = 0; i < BLOCK; i++) {
            text[i] ^= (byte) (last[i] ^ chained[i]);
        }
    }

    private void reserve(int octets) {
        if (octets > input.length) {
            input = new byte[octets];
            output = new byte[octets];
        }
    }

    /** Zeroes what can be reached; see {@link JdkGcm#destroy}. */
    @Override
    public void destroy() {
        hmac.destroy();
        for (byte[] array :
                new byte[][] {number, chained, lastEncrypted, lastDecrypted, input, output}) {
            Arrays.fill(array, (byte) 0);
        }
    }
}
