// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * RSAES-PKCS1-v1_5 (RFC 8017, section 7.2), with which Phase 1 hides nonces and identities (RFC
 * 2409, sections 5.2 and 5.3).
 *
 * <p>This padding is the one that Bleichenbacher's attack asks a decrypting end about (CRYPTO '98;
 * Felsch et al., USENIX Security 2018, against IKEv1). So decryption here never fails: what is not
 * padded as it should be becomes a substitute of the caller's, chosen without a branch or an
 * exception that depends on the plain text, and the exchange fails later as for any wrong proof.
 */
public final class RsaEncryption {
    /** Octets that the padding takes. */
    public static final int OVERHEAD = 11;

    /** Shorter keys are refused: {@link AuthenticationMethod#fits}. */
    public static final int SHORTEST_KEY_BITS = AuthenticationMethod.SHORTEST_RSA_BITS;

    private static final int SHORTEST_PADDING = 8;
    private static final int BLOCK_TYPE = 2;

    private RsaEncryption() {}

    /** Octets of a ciphertext under that key. */
    public static int octets(RSAKey key) {
        return (key.getModulus().bitLength() + 7) / 8;
    }

    /**
     * Encrypts.
     *
     * @param plain at most {@link #octets} less {@value #OVERHEAD}
     * @throws IllegalArgumentException if it is longer, or the key is none of RSA
     */
    public static byte[] encrypt(PublicKey key, byte[] plain, SecureRandom randomness) {
        try {
            Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            rsa.init(Cipher.ENCRYPT_MODE, key, randomness);
            return rsa.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    plain.length + " octets cannot be encrypted: " + e.getMessage(), e);
        }
    }

    /**
     * Decrypts, or gives the substitute. Slow: not for the network thread.
     *
     * @param least fewest octets that the plain text may have
     * @param most most octets that it may have
     * @param substitute what stands for anything else, at least 1 octet
     * @throws IllegalArgumentException if the key is none of RSA
     */
    public static byte[] decrypt(
            PrivateKey key, byte[] sealed, int least, int most, byte[] substitute) {
        byte[] padded;
        try {
            Cipher rsa = Cipher.getInstance("RSA/ECB/NoPadding");
            rsa.init(Cipher.DECRYPT_MODE, key);
            // Too long, or not below the modulus: everybody can see that.
            padded = sealed.length == octets((RSAKey) key) ? open(rsa, sealed) : new byte[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key does not decrypt: " + e.getMessage(), e);
        }
        if (padded.length == 0) {
            return substitute.clone();
        }
        byte[] plain = select(padded, least, most, substitute);
        Arrays.fill(padded, (byte) 0);
        return plain;
    }

    private static byte[] open(Cipher rsa, byte[] sealed) {
        try {
            return rsa.doFinal(sealed);
        } catch (GeneralSecurityException e) {
            return new byte[0];
        }
    }

    /** The message inside 0 | 2 | at least 8 octets that are not 0 | 0 | message. */
    static byte[] select(byte[] padded, int least, int most, byte[] substitute) {
        int good = isZero(padded[0]) & isZero(padded[1] ^ BLOCK_TYPE);
        int found = 0;
        int separator = 0;
        for (int i = 2; i < padded.length; i++) {
            int zero = isZero(padded[i]);
            separator |= i & -(zero & ~found);
            found |= zero;
        }
        int length = padded.length - 1 - separator;
        good &= found;
        good &= notLess(separator, 2 + SHORTEST_PADDING);
        good &= notLess(length, least) & notLess(most, length);
        int mask = -good;
        byte[] plain = new byte[length & mask | substitute.length & ~mask];
        for (int i = 0; i < plain.length; i++) {
            int right = padded[(separator + 1 + i) % padded.length];
            plain[i] = (byte) (right & mask | substitute[i % substitute.length] & ~mask);
        }
        return plain;
    }

    /** 1 for an octet of 0, otherwise 0. */
    private static int isZero(int octet) {
        return (octet & 0xff) - 1 >>> 31;
    }

    /** 1 if {@code one} is not less than {@code other}, otherwise 0; both below 2^30. */
    private static int notLess(int one, int other) {
        return ~(one - other) >>> 31;
    }
}
