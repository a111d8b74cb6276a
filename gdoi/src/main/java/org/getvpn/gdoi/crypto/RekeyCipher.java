// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.util.Arrays;
import org.getvpn.gdoi.policy.Kek;

/**
 * The cipher of GROUPKEY-PUSH. The IV comes with the key and is the same for every message under it
 * (RFC 6407, section 5.6.2.1); the sequence number in the first block makes messages differ.
 */
public final class RekeyCipher {
    private final IsakmpCipher cipher;
    private final byte[] iv;

    private RekeyCipher(IsakmpCipher cipher, byte[] iv) {
        this.cipher = cipher;
        this.iv = iv;
    }

    /**
     * The cipher of that KEK.
     *
     * @throws IllegalArgumentException if the algorithm is not AES-CBC or 3DES-CBC, or the key has
     *     no length of it
     */
    public static RekeyCipher of(Kek kek) {
        int blockOctets = kek.algorithm() == Kek.ALGORITHM_AES_CBC ? 16 : 8;
        int keyOctets = kek.ivAndKey().length() - blockOctets;
        IsakmpCipher.Algorithm algorithm;
        if (kek.algorithm() == Kek.ALGORITHM_AES_CBC) {
            algorithm =
                    IsakmpCipher.Algorithm.of(7, keyOctets * 8)
                            .orElseThrow(() -> wrongKey(keyOctets));
        } else if (kek.algorithm() == Kek.ALGORITHM_3DES_CBC) {
            algorithm = IsakmpCipher.Algorithm.TRIPLE_DES;
        } else {
            throw new IllegalArgumentException(
                    "KEK algorithm " + kek.algorithm() + ": 3 (AES-CBC) is spoken here");
        }
        if (keyOctets != algorithm.keyOctets()) {
            throw wrongKey(keyOctets);
        }
        byte[] ivAndKey = kek.ivAndKey().expose();
        byte[] key = Arrays.copyOfRange(ivAndKey, blockOctets, ivAndKey.length);
        RekeyCipher made =
                new RekeyCipher(
                        new IsakmpCipher(algorithm, key), Arrays.copyOf(ivAndKey, blockOctets));
        Arrays.fill(ivAndKey, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return made;
    }

    private static IllegalArgumentException wrongKey(int octets) {
        return new IllegalArgumentException("KEK of " + octets + " octets without its IV");
    }

    /** Pads with zero octets and encrypts. */
    public byte[] encrypt(byte[] plain) {
        return cipher.encrypt(iv, plain);
    }

    /** Decrypts; the padding stays. */
    public byte[] decrypt(byte[] sealed) {
        return cipher.decrypt(iv, sealed);
    }

    /** Whether a ciphertext may have that length. */
    public boolean fits(int octets) {
        return cipher.fits(octets);
    }
}
