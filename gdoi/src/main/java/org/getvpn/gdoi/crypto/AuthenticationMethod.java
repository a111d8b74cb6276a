// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Optional;
import javax.crypto.Cipher;

/**
 * How the peers of Phase 1 prove who they are (RFC 2409, appendix A; RFC 4754), and the signatures
 * of those methods that sign HASH_I and HASH_R.
 *
 * <p>RSA signs the bare hash in PKCS #1 block type 1, without a DigestInfo (RFC 2409, section 5.1).
 * ECDSA takes HASH_I or HASH_R for the digest, made with the method's {@link #ownHash own hash}
 * (the same section, where a signature algorithm is tied to a hash), and writes r ‖ s of fixed
 * length (RFC 4754, section 7).
 */
public enum AuthenticationMethod {
    /** Pre-shared key. */
    PRE_SHARED_KEY(1, "psk", null, 0),
    /** RSA signatures with certificates. */
    RSA_SIGNATURES(3, "rsa", null, 0),
    /** ECDSA with SHA-256 on P-256. */
    ECDSA_256(9, "ecdsa256", Prf.SHA256, 256),
    /** ECDSA with SHA-384 on P-384. */
    ECDSA_384(10, "ecdsa384", Prf.SHA384, 384),
    /** ECDSA with SHA-512 on P-521. */
    ECDSA_521(11, "ecdsa521", Prf.SHA512, 521),
    /** RSA encryption of nonces and identities (RFC 2409, section 5.2). */
    RSA_ENCRYPTION(4, "rsaenc", null, 0),
    /** Revised mode of RSA encryption (RFC 2409, section 5.3). */
    REVISED_RSA_ENCRYPTION(5, "rsarev", null, 0);

    /** RSA keys outside these bounds are too weak, or there to keep us busy. */
    static final int SHORTEST_RSA_BITS = 2048;

    private static final int LONGEST_RSA_BITS = 8192;

    private static final String ECDSA = "NONEwithECDSAinP1363Format";

    private final int number;
    private final String label;
    private final Prf ownHash;
    private final int curveBits;

    AuthenticationMethod(int number, String label, Prf ownHash, int curveBits) {
        this.number = number;
        this.label = label;
        this.ownHash = ownHash;
        this.curveBits = curveBits;
    }

    /** The one with that attribute value, if it is spoken here. */
    public static Optional<AuthenticationMethod> ofNumber(int number) {
        for (AuthenticationMethod method : values()) {
            if (method.number == number) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /** Value of the authentication method attribute. */
    public int number() {
        return number;
    }

    /** As an operator writes it. */
    public String label() {
        return label;
    }

    /** Whether signatures prove the peers. */
    public boolean usesSignatures() {
        return this == RSA_SIGNATURES || curveBits > 0;
    }

    /** Whether a peer proves itself by decrypting what was encrypted for it. */
    public boolean usesEncryption() {
        return this == RSA_ENCRYPTION || this == REVISED_RSA_ENCRYPTION;
    }

    /** Whether a pre-shared key proves the peers. */
    public boolean usesPreSharedKey() {
        return this == PRE_SHARED_KEY;
    }

    /** The hash that makes what is signed; empty for the one that was negotiated. */
    public Optional<Prf> ownHash() {
        return Optional.ofNullable(ownHash);
    }

    /** Whether a key of this kind and size signs, or decrypts, with this method. */
    public boolean fits(java.security.Key key) {
        if ((this == RSA_SIGNATURES || usesEncryption()) && key instanceof RSAKey) {
            int bits = ((RSAKey) key).getModulus().bitLength();
            return bits >= SHORTEST_RSA_BITS && bits <= LONGEST_RSA_BITS;
        }
        return curveBits > 0
                && key instanceof ECKey
                && ((ECKey) key).getParams().getCurve().getField().getFieldSize() == curveBits;
    }

    /**
     * Signs HASH_I or HASH_R. Slow: not for the network thread.
     *
     * @throws IllegalArgumentException if the key does not {@link #fits fit}
     */
    public byte[] sign(PrivateKey key, byte[] hash) {
        try {
            if (this == RSA_SIGNATURES) {
                Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
                rsa.init(Cipher.ENCRYPT_MODE, key);
                return rsa.doFinal(hash);
            }
            Signature signature = Signature.getInstance(ECDSA);
            signature.initSign(key);
            signature.update(hash);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "private key does not sign by method " + label + ": " + e.getMessage(), e);
        }
    }

    /** Whether {@code value} signs {@code hash}; false too for what is malformed. */
    public boolean verifies(PublicKey key, byte[] value, byte[] hash) {
        if (!fits(key)) {
            return false;
        }
        try {
            if (this == RSA_SIGNATURES) {
                Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
                rsa.init(Cipher.DECRYPT_MODE, key);
                return MessageDigest.isEqual(rsa.doFinal(value), hash);
            }
            if (value.length != 2 * ((curveBits + 7) / 8)) {
                return false;
            }
            Signature signature = Signature.getInstance(ECDSA);
            signature.initVerify(key);
            signature.update(hash);
            return signature.verify(value);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
