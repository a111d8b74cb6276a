// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The negotiated hash of Phase 1 and the pseudo-random function made of it, HMAC (RFC 2409, section
 * 4; RFC 2104; RFC 4868). The numbers are those of the hash attribute (RFC 2409, appendix A).
 */
public enum Prf {
    /** SHA-1: only to talk to what cannot be updated, and for old captures. */
    SHA1(2, "sha1", "SHA-1", "HmacSHA1", 20, true),
    /** SHA-256. */
    SHA256(4, "sha256", "SHA-256", "HmacSHA256", 32, false),
    /** SHA-384. */
    SHA384(5, "sha384", "SHA-384", "HmacSHA384", 48, false),
    /** SHA-512. */
    SHA512(6, "sha512", "SHA-512", "HmacSHA512", 64, false);

    private final int number;
    private final String label;
    private final String digest;
    private final String hmac;
    private final int octets;
    private final boolean legacy;

    Prf(int number, String label, String digest, String hmac, int octets, boolean legacy) {
        this.number = number;
        this.label = label;
        this.digest = digest;
        this.hmac = hmac;
        this.octets = octets;
        this.legacy = legacy;
    }

    /** The one with that attribute value, if it is spoken here. */
    public static Optional<Prf> ofNumber(int number) {
        for (Prf prf : values()) {
            if (prf.number == number) {
                return Optional.of(prf);
            }
        }
        return Optional.empty();
    }

    /** Value of the hash attribute. */
    public int number() {
        return number;
    }

    /** As an operator writes it. */
    public String label() {
        return label;
    }

    /** Octets of the output. */
    public int octets() {
        return octets;
    }

    /** Whether it is too weak to be offered without being asked for by name. */
    public boolean isLegacy() {
        return legacy;
    }

    /**
     * HMAC over the concatenation of {@code parts}.
     *
     * @param key at least 1 octet
     * @return {@link #octets()} octets
     */
    public byte[] compute(byte[] key, byte[]... parts) {
        Mac mac = keyed(key);
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /**
     * A key of {@code length} octets out of a secret: cut, or K1 | K2 | … where the secret is too
     * short, with K1 = prf(secret, 0) and Kn = prf(secret, Kn-1) (RFC 2409, appendix B).
     */
    byte[] stretched(byte[] secret, int length) {
        if (secret.length >= length) {
            return Arrays.copyOf(secret, length);
        }
        byte[] key = new byte[length];
        byte[] block = {0};
        for (int filled = 0; filled < length; filled += block.length) {
            block = compute(secret, block);
            System.arraycopy(block, 0, key, filled, Math.min(block.length, length - filled));
        }
        return key;
    }

    /** HMAC with that key, to be used over and over by one thread. */
    public Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(hmac);
            mac.init(new SecretKeySpec(key, hmac));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + hmac, e);
        }
    }

    /** The bare hash over the concatenation of {@code parts}; {@link #octets()} octets. */
    public byte[] hash(byte[]... parts) {
        try {
            MessageDigest hash = MessageDigest.getInstance(digest);
            for (byte[] part : parts) {
                hash.update(part);
            }
            return hash.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + digest, e);
        }
    }
}
