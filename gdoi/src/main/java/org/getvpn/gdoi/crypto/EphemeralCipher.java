// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.util.Arrays;

/**
 * The cipher under Ke_i or Ke_r of revised RSA encryption: it hides payload bodies one after the
 * other, each chained to the one before, from an IV of zero (RFC 2409, section 5.3).
 *
 * <p>Every body is padded, with octets of zero and in the last one the number of those before it.
 */
public final class EphemeralCipher {
    private final IsakmpCipher cipher;
    private byte[] iv;

    private EphemeralCipher(IsakmpCipher cipher) {
        this.cipher = cipher;
        this.iv = new byte[cipher.blockOctets()];
    }

    /**
     * The cipher of one message: Ne = prf(N_b, CKY), and Ke of it cut to length, or stretched as in
     * appendix B.
     *
     * @param nonce the body of the sender's nonce
     * @param cookie of the sender, 8 octets
     */
    public static EphemeralCipher of(
            Prf prf, IsakmpCipher.Algorithm algorithm, byte[] nonce, byte[] cookie) {
        byte[] ne = prf.compute(nonce, cookie);
        byte[] key = prf.stretched(ne, algorithm.keyOctets());
        EphemeralCipher made = new EphemeralCipher(new IsakmpCipher(algorithm, key));
        Arrays.fill(key, (byte) 0);
        Arrays.fill(ne, (byte) 0);
        return made;
    }

    /** Pads and encrypts the next body. */
    public byte[] encrypt(byte[] body) {
        int block = cipher.blockOctets();
        byte[] padded = Arrays.copyOf(body, (body.length / block + 1) * block);
        padded[padded.length - 1] = (byte) (padded.length - body.length - 1);
        byte[] sealed = cipher.encrypt(iv, padded);
        iv = cipher.lastBlock(sealed);
        return sealed;
    }

    /**
     * Decrypts the next body and takes its padding off.
     *
     * @return an empty body if the length is none of the cipher, or the padding longer than the
     *     text: a wrong key brings that forth too, so it is no error here
     */
    public byte[] decrypt(byte[] sealed) {
        if (!cipher.fits(sealed.length)) {
            return new byte[0];
        }
        byte[] padded = cipher.decrypt(iv, sealed);
        iv = cipher.lastBlock(sealed);
        int length = padded.length - 1 - (padded[padded.length - 1] & 0xff);
        return Arrays.copyOf(padded, Math.max(length, 0));
    }
}
