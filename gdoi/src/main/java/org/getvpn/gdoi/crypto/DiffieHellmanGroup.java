// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;

/**
 * The Diffie-Hellman groups of Phase 1 by their IANA numbers: MODP (RFC 2409, section 6; RFC 3526)
 * and ECP (RFC 5903).
 */
public enum DiffieHellmanGroup {
    /** 768-bit MODP: for old captures only. */
    MODP768(1, "modp768", 768, DHStandardGroups.rfc2409_768, 160, true),
    /** 1024-bit MODP: for old captures only. */
    MODP1024(2, "modp1024", 1024, DHStandardGroups.rfc2409_1024, 180, true),
    /** 1536-bit MODP: too short today. */
    MODP1536(5, "modp1536", 1536, DHStandardGroups.rfc3526_1536, 220, true),
    /** 2048-bit MODP. */
    MODP2048(14, "modp2048", 2048, DHStandardGroups.rfc3526_2048, 320, false),
    /** 3072-bit MODP. */
    MODP3072(15, "modp3072", 3072, DHStandardGroups.rfc3526_3072, 420, false),
    /** 4096-bit MODP. */
    MODP4096(16, "modp4096", 4096, DHStandardGroups.rfc3526_4096, 480, false),
    /** 256-bit random ECP group, NIST P-256. */
    ECP256(19, "ecp256", 256, "secp256r1"),
    /** 384-bit random ECP group, NIST P-384. */
    ECP384(20, "ecp384", 384, "secp384r1"),
    /** 521-bit random ECP group, NIST P-521. */
    ECP521(21, "ecp521", 521, "secp521r1");

    private final int number;
    private final String label;
    private final int bits;
    private final DHParameters modp;
    private final int exponentBits;
    private final String curve;
    private final boolean legacy;

    /** The exponent lengths are the larger estimates of RFC 3526, section 8. */
    DiffieHellmanGroup(
            int number,
            String label,
            int bits,
            DHParameters modp,
            int exponentBits,
            boolean legacy) {
        this.number = number;
        this.label = label;
        this.bits = bits;
        this.modp = modp;
        this.exponentBits = exponentBits;
        this.curve = null;
        this.legacy = legacy;
    }

    DiffieHellmanGroup(int number, String label, int bits, String curve) {
        this.number = number;
        this.label = label;
        this.bits = bits;
        this.modp = null;
        this.exponentBits = bits;
        this.curve = curve;
        this.legacy = false;
    }

    /** The one with that group description, if it is spoken here. */
    public static Optional<DiffieHellmanGroup> ofNumber(int number) {
        for (DiffieHellmanGroup group : values()) {
            if (group.number == number) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    /** Value of the group description attribute. */
    public int number() {
        return number;
    }

    /** As an operator writes it. */
    public String label() {
        return label;
    }

    /** Whether it is too short to be offered without being asked for by name. */
    public boolean isLegacy() {
        return legacy;
    }

    /** Octets of a public value: the prime's length, or twice a coordinate's. */
    public int publicOctets() {
        return modp != null ? bits / 8 : 2 * fieldOctets();
    }

    /** Octets of the shared secret: the prime's length, or one coordinate's. */
    public int secretOctets() {
        return modp != null ? bits / 8 : fieldOctets();
    }

    private int fieldOctets() {
        return (bits + 7) / 8;
    }

    /** A fresh key. Slow: not for the network thread. */
    public DiffieHellmanKey generate(SecureRandom randomness) {
        if (modp == null) {
            return EcpKey.generate(curve, fieldOctets(), randomness);
        }
        BigInteger exponent = new BigInteger(exponentBits, randomness).setBit(exponentBits - 1);
        return new ModpKey(modp.getP(), modp.getG(), exponent);
    }

    /** The key with that private value; for published vectors. */
    DiffieHellmanKey ofPrivate(BigInteger secret, byte[] publicValue) throws InvalidPublicValue {
        return modp != null
                ? new ModpKey(modp.getP(), modp.getG(), secret)
                : EcpKey.ofPrivate(curve, fieldOctets(), secret, publicValue);
    }

    /** Fixed length, big-endian. */
    static byte[] padded(BigInteger value, int octets) {
        byte[] raw = value.toByteArray();
        byte[] result = new byte[octets];
        int used = Math.min(raw.length, octets);
        System.arraycopy(raw, raw.length - used, result, octets - used, used);
        return result;
    }
}
