// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * A Key Encryption Key with the policy of the rekey messages under it (RFC 6407, sections 5.3 and
 * 5.6.2). Open numbers: a value outside the named ones can be carried and refused by name.
 */
public final class Kek {
    /** KEK_ALG_AES. */
    public static final int ALGORITHM_AES_CBC = 3;

    /** KEK_ALG_3DES: for old captures only. */
    public static final int ALGORITHM_3DES_CBC = 2;

    /** SIG_HASH_SHA1: for old captures only. */
    public static final int SIGNATURE_HASH_SHA1 = 2;

    /** SIG_HASH_SHA256. */
    public static final int SIGNATURE_HASH_SHA256 = 3;

    /** SIG_HASH_SHA384. */
    public static final int SIGNATURE_HASH_SHA384 = 4;

    /** SIG_HASH_SHA512. */
    public static final int SIGNATURE_HASH_SHA512 = 5;

    /** SIG_ALG_RSA. */
    public static final int SIGNATURE_RSA = 1;

    /** SIG_ALG_ECDSA-256. */
    public static final int SIGNATURE_ECDSA_256 = 4;

    /** SIG_ALG_ECDSA-384. */
    public static final int SIGNATURE_ECDSA_384 = 5;

    /** SIG_ALG_ECDSA-521. */
    public static final int SIGNATURE_ECDSA_521 = 6;

    private final byte[] spi;
    private final int algorithm;
    private final SecretBytes ivAndKey;
    private final long remainingSeconds;
    private final int signatureHash;
    private final int signatureAlgorithm;
    private final byte[] signatureKey;
    private final int acknowledgement;
    private final RekeyAddress rekeyAddress; // null without one

    /**
     * @param spi 16 octets: the two cookies of the rekey messages
     * @param algorithm KEK_ALGORITHM, RFC 6407, section 5.3.2
     * @param ivAndKey IV ‖ key
     * @param remainingSeconds KEK_KEY_LIFETIME, above 0
     * @param signatureHash SIG_HASH_ALGORITHM
     * @param signatureAlgorithm SIG_ALGORITHM
     * @param signatureKey DER SubjectPublicKeyInfo that verifies rekey messages
     * @param acknowledgement KEK_ACK_REQUESTED (RFC 8263), 0 for none
     */
    public Kek(
            byte[] spi,
            int algorithm,
            SecretBytes ivAndKey,
            long remainingSeconds,
            int signatureHash,
            int signatureAlgorithm,
            byte[] signatureKey,
            int acknowledgement) {
        this(
                spi,
                algorithm,
                ivAndKey,
                remainingSeconds,
                signatureHash,
                signatureAlgorithm,
                signatureKey,
                acknowledgement,
                null);
    }

    private Kek(
            byte[] spi,
            int algorithm,
            SecretBytes ivAndKey,
            long remainingSeconds,
            int signatureHash,
            int signatureAlgorithm,
            byte[] signatureKey,
            int acknowledgement,
            RekeyAddress rekeyAddress) {
        if (spi.length != 16) {
            throw new IllegalArgumentException("KEK SPI of " + spi.length + " octets: 16 needed");
        }
        this.spi = spi.clone();
        this.algorithm = algorithm;
        this.ivAndKey = Objects.requireNonNull(ivAndKey);
        this.remainingSeconds = remainingSeconds;
        this.signatureHash = signatureHash;
        this.signatureAlgorithm = signatureAlgorithm;
        this.signatureKey = signatureKey.clone();
        this.acknowledgement = acknowledgement;
        this.rekeyAddress = rekeyAddress;
    }

    /** The same KEK for rekey messages that go to a multicast group. */
    public Kek sentTo(RekeyAddress group) {
        return with(Objects.requireNonNull(group));
    }

    /** The same KEK for rekey messages of which each member gets a copy. */
    public Kek sentToEach() {
        return with(null);
    }

    private Kek with(RekeyAddress group) {
        return new Kek(
                spi,
                algorithm,
                ivAndKey,
                remainingSeconds,
                signatureHash,
                signatureAlgorithm,
                signatureKey,
                acknowledgement,
                group);
    }

    /** 16 octets, a copy. */
    public byte[] spi() {
        return spi.clone();
    }

    /** KEK_ALGORITHM. */
    public int algorithm() {
        return algorithm;
    }

    /** IV ‖ key. */
    public SecretBytes ivAndKey() {
        return ivAndKey;
    }

    /** Lifetime left, in seconds, when the message was made. */
    public long remainingSeconds() {
        return remainingSeconds;
    }

    /** SIG_HASH_ALGORITHM. */
    public int signatureHash() {
        return signatureHash;
    }

    /** SIG_ALGORITHM. */
    public int signatureAlgorithm() {
        return signatureAlgorithm;
    }

    /** DER SubjectPublicKeyInfo, a copy. */
    public byte[] signatureKey() {
        return signatureKey.clone();
    }

    /** KEK_ACK_REQUESTED, 0 for none. */
    public int acknowledgement() {
        return acknowledgement;
    }

    /** Where all members hear rekey messages; empty if each gets a copy of its own. */
    public Optional<RekeyAddress> rekeyAddress() {
        return Optional.ofNullable(rekeyAddress);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Kek && Arrays.equals(spi, ((Kek) other).spi);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(spi);
    }

    /** The SPI and lifetime, never the key. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Kek[");
        for (byte b : spi) {
            text.append(String.format("%02x", b));
        }
        return text.append(' ').append(remainingSeconds).append("s]").toString();
    }
}
