// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.getvpn.gdoi.policy.Kek;

/**
 * The signature of GROUPKEY-PUSH (RFC 6407, sections 5.3.5 to 5.3.7): RSA in the form
 * EMSA-PKCS1-v1_5, or ECDSA as r ‖ s of fixed length (RFC 4754, section 7).
 *
 * <p>Cisco's reference implementation signs the bare hash without a DigestInfo around it: {@link
 * RsaForm#BARE_HASH} writes that, and accepts both forms.
 */
public final class RekeySignature {
    private static final String BARE_RSA = "RSA/ECB/PKCS1Padding";

    /**
     * RSA keys below this many bits are refused: a member must not take a key that can be broken.
     */
    private static final int SHORTEST_RSA_BITS = 1024;

    private static final int LONGEST_RSA_BITS = 8192;

    /** No key in use has a longer one, and a long one makes verification slow. */
    private static final int LONGEST_RSA_EXPONENT_BITS = 64;

    private final int algorithm;
    private final String hash;
    private final RsaForm form;

    private RekeySignature(int algorithm, String hash, RsaForm form) {
        this.algorithm = algorithm;
        this.hash = hash;
        this.form = form;
    }

    /**
     * The signature that this KEK's policy asks for, RSA with DigestInfo.
     *
     * @throws IllegalArgumentException that names what is not spoken here
     */
    public static RekeySignature of(Kek kek) {
        return of(kek, RsaForm.DIGEST_INFO);
    }

    /**
     * The signature that this KEK's policy asks for.
     *
     * @throws IllegalArgumentException that names what is not spoken here
     */
    public static RekeySignature of(Kek kek, RsaForm form) {
        return of(kek.signatureAlgorithm(), kek.signatureHash(), form);
    }

    /**
     * The signature of these numbers.
     *
     * @param algorithm SIG_ALGORITHM
     * @param hash SIG_HASH_ALGORITHM; may be 0 with ECDSA, which has its own
     * @throws IllegalArgumentException that names what is not spoken here
     */
    public static RekeySignature of(int algorithm, int hash, RsaForm form) {
        switch (algorithm) {
            case Kek.SIGNATURE_RSA:
                return new RekeySignature(algorithm, hashName(hash), form);
            case Kek.SIGNATURE_ECDSA_256:
                return ecdsa(algorithm, hash, "SHA-256", Kek.SIGNATURE_HASH_SHA256);
            case Kek.SIGNATURE_ECDSA_384:
                return ecdsa(algorithm, hash, "SHA-384", Kek.SIGNATURE_HASH_SHA384);
            case Kek.SIGNATURE_ECDSA_521:
                return ecdsa(algorithm, hash, "SHA-512", Kek.SIGNATURE_HASH_SHA512);
            default:
                throw new IllegalArgumentException(
                        "rekey signature algorithm "
                                + algorithm
                                + ": 1 (RSA) and 4 to 6 (ECDSA) are spoken here");
        }
    }

    private static RekeySignature ecdsa(int algorithm, int hash, String name, int number) {
        if (hash != 0 && hash != number) {
            throw new IllegalArgumentException(
                    "rekey signature hash "
                            + hash
                            + " with ECDSA algorithm "
                            + algorithm
                            + ", which has its own");
        }
        return new RekeySignature(algorithm, name, RsaForm.DIGEST_INFO);
    }

    private static String hashName(int number) {
        switch (number) {
            case Kek.SIGNATURE_HASH_SHA1:
                return "SHA-1";
            case Kek.SIGNATURE_HASH_SHA256:
                return "SHA-256";
            case Kek.SIGNATURE_HASH_SHA384:
                return "SHA-384";
            case Kek.SIGNATURE_HASH_SHA512:
                return "SHA-512";
            default:
                throw new IllegalArgumentException(
                        "rekey signature hash " + number + ": 3 to 5 (SHA-2) are spoken here");
        }
    }

    /**
     * Reads the key that verifies.
     *
     * @param spki DER SubjectPublicKeyInfo
     * @throws IllegalArgumentException if it is no key of this algorithm, or of unreasonable length
     */
    public PublicKey publicKey(byte[] spki) {
        try {
            PublicKey key =
                    KeyFactory.getInstance(algorithm == Kek.SIGNATURE_RSA ? "RSA" : "EC")
                            .generatePublic(new X509EncodedKeySpec(spki));
            checkSize(key);
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("rekey key is not usable: " + e.getMessage(), e);
        }
    }

    private void checkSize(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            RSAPublicKey rsa = (RSAPublicKey) key;
            int bits = rsa.getModulus().bitLength();
            if (bits < SHORTEST_RSA_BITS || bits > LONGEST_RSA_BITS) {
                throw new IllegalArgumentException("RSA rekey key of " + bits + " bits");
            }
            if (rsa.getPublicExponent().bitLength() > LONGEST_RSA_EXPONENT_BITS) {
                throw new IllegalArgumentException("RSA rekey key with an exponent above 2^64");
            }
        } else if (key instanceof ECPublicKey) {
            int bits = ((ECPublicKey) key).getParams().getCurve().getField().getFieldSize();
            if ((bits + 7) / 8 * 2 != octets(key)) {
                throw new IllegalArgumentException(
                        "rekey key on a curve of "
                                + bits
                                + " bits with signature algorithm "
                                + algorithm);
            }
        }
    }

    /** Octets of a signature with that key. */
    public int octets(PublicKey key) {
        if (key instanceof RSAKey) {
            return (((RSAKey) key).getModulus().bitLength() + 7) / 8;
        }
        return algorithm == Kek.SIGNATURE_ECDSA_256
                ? 64
                : algorithm == Kek.SIGNATURE_ECDSA_384 ? 96 : 132;
    }

    /**
     * Signs. Slow: not for the network thread.
     *
     * @throws IllegalArgumentException if the key does not fit the algorithm
     */
    public byte[] sign(PrivateKey key, byte[]... parts) {
        try {
            if (algorithm == Kek.SIGNATURE_RSA && form == RsaForm.BARE_HASH) {
                Cipher rsa = Cipher.getInstance(BARE_RSA);
                rsa.init(Cipher.ENCRYPT_MODE, key); // with a private key: block type 1
                return rsa.doFinal(digest(parts));
            }
            Signature signature = Signature.getInstance(name());
            signature.initSign(key);
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "rekey key does not sign with " + name() + ": " + e.getMessage(), e);
        }
    }

    /** Whether the signature is good; false too for one that is malformed. */
    public boolean verifies(PublicKey key, byte[] value, byte[]... parts) {
        try {
            Signature signature = Signature.getInstance(name());
            signature.initVerify(key);
            for (byte[] part : parts) {
                signature.update(part);
            }
            if (value.length == octets(key) && signature.verify(value)) {
                return true;
            }
            return form == RsaForm.BARE_HASH && verifiesBareHash(key, value, parts);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private boolean verifiesBareHash(PublicKey key, byte[] value, byte[]... parts)
            throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance(BARE_RSA);
        rsa.init(Cipher.DECRYPT_MODE, key);
        return Arrays.equals(rsa.doFinal(value), digest(parts));
    }

    private byte[] digest(byte[]... parts) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance(hash);
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private String name() {
        String family = hash.replace("-", "") + "with";
        return algorithm == Kek.SIGNATURE_RSA ? family + "RSA" : family + "ECDSAinP1363Format";
    }
}
