// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An ESP transform with its sizes: the IPsec DOI transform id, the key length and, where the cipher
 * does not authenticate by itself, the authentication algorithm (RFC 2407, section 4.4.4; RFC 4106;
 * RFC 4543; RFC 4868). Sizes are in octets.
 *
 * <p>{@link #known()} lists every transform that the protocol carries: {@code aes-gcm-K}, with a
 * shorter ICV {@code aes-gcm-12-K} and {@code aes-gcm-8-K}; {@code aes-gmac-K}; {@code
 * aes-cbc-K-hmac-H}; {@code null-hmac-H}; with K of 128, 192 or 256 bits and H of sha1, sha256,
 * sha384 or sha512. A data plane may have fewer.
 */
public final class EspTransform {
    private static final int NULL = 11;
    private static final int AES_CBC = 12;
    private static final int AES_GCM_8 = 18;
    private static final int AES_GCM_12 = 19;
    private static final int AES_GCM_16 = 20;
    private static final int NULL_AUTH_AES_GMAC = 23;

    /** AES-GCM with a 16-octet ICV and a 128-bit key (RFC 4106). */
    public static final EspTransform AES_GCM_16_128 = combined(AES_GCM_16, 16, 16);

    /** AES-GCM with a 16-octet ICV and a 256-bit key (RFC 4106). */
    public static final EspTransform AES_GCM_16_256 = combined(AES_GCM_16, 32, 16);

    private static final List<EspTransform> KNOWN = table();

    /** How text becomes a packet. */
    public enum Mode {
        /** AES in Galois/counter mode, which authenticates by itself (RFC 4106) */
        GCM,
        /** authentication by AES-GMAC, no encryption (RFC 4543) */
        GMAC,
        /** AES in cipher block chaining mode, and an HMAC (RFC 3602) */
        CBC,
        /** an HMAC, no encryption (RFC 2410) */
        NULL
    }

    private final int transformId;
    private final int keyOctets;
    private final int saltOctets;
    private final int authenticationAlgorithm;
    private final int integrityKeyOctets;
    private final int ivOctets;
    private final int icvOctets;
    private final boolean counterMode;

    /** All sizes in octets; {@code authenticationAlgorithm} 0 for a combined-mode cipher. */
    public EspTransform(
            int transformId,
            int keyOctets,
            int saltOctets,
            int authenticationAlgorithm,
            int integrityKeyOctets,
            int ivOctets,
            int icvOctets,
            boolean counterMode) {
        this.transformId = transformId;
        this.keyOctets = keyOctets;
        this.saltOctets = saltOctets;
        this.authenticationAlgorithm = authenticationAlgorithm;
        this.integrityKeyOctets = integrityKeyOctets;
        this.ivOctets = ivOctets;
        this.icvOctets = icvOctets;
        this.counterMode = counterMode;
    }

    private static List<EspTransform> table() {
        // Authentication algorithm, key, ICV: HMAC-SHA-1-96 (RFC 2404), HMAC-SHA-2 (RFC 4868, 2.6).
        int[][] hmacs = {{2, 20, 12}, {5, 32, 16}, {6, 48, 24}, {7, 64, 32}};
        List<EspTransform> table = new ArrayList<>();
        for (int key : new int[] {16, 24, 32}) {
            table.add(combined(AES_GCM_16, key, 16));
            table.add(combined(AES_GCM_12, key, 12));
            table.add(combined(AES_GCM_8, key, 8));
            table.add(combined(NULL_AUTH_AES_GMAC, key, 16));
            for (int[] hmac : hmacs) {
                table.add(new EspTransform(AES_CBC, key, 0, hmac[0], hmac[1], 16, hmac[2], false));
            }
        }
        for (int[] hmac : hmacs) {
            table.add(new EspTransform(NULL, 0, 0, hmac[0], hmac[1], 0, hmac[2], false));
        }
        return List.copyOf(table);
    }

    /** Salt of 4 and IV of 8 octets (RFC 4106, sections 3 and 8.1; RFC 4543, section 5.4). */
    private static EspTransform combined(int transformId, int keyOctets, int icvOctets) {
        return new EspTransform(transformId, keyOctets, 4, 0, 0, 8, icvOctets, true);
    }

    /** Every transform that the protocol carries, whether a data plane has it or not. */
    public static List<EspTransform> known() {
        return KNOWN;
    }

    /** The known transform of that {@link #name()}. */
    public static Optional<EspTransform> named(String name) {
        return KNOWN.stream().filter(transform -> transform.name().equals(name)).findFirst();
    }

    /** IPsec DOI ESP transform identifier, for example 20 for AES-GCM-16. */
    public int transformId() {
        return transformId;
    }

    /**
     * How text becomes a packet.
     *
     * @throws IllegalStateException for a transform that is not {@link #known()}
     */
    public Mode mode() {
        switch (transformId) {
            case AES_GCM_8:
            case AES_GCM_12:
            case AES_GCM_16:
                return Mode.GCM;
            case NULL_AUTH_AES_GMAC:
                return Mode.GMAC;
            case AES_CBC:
                return Mode.CBC;
            case NULL:
                return Mode.NULL;
            default:
                throw new IllegalStateException("transform " + transformId + " is not known");
        }
    }

    /** Cipher key without salt; 0 for NULL. */
    public int keyOctets() {
        return keyOctets;
    }

    /** Salt that follows the key in TEK_ALGORITHM_KEY (RFC 4106, section 8.1). */
    public int saltOctets() {
        return saltOctets;
    }

    /** IPsec DOI authentication algorithm, 0 for none. */
    public int authenticationAlgorithm() {
        return authenticationAlgorithm;
    }

    /** TEK_INTEGRITY_KEY, 0 for none. */
    public int integrityKeyOctets() {
        return integrityKeyOctets;
    }

    /** IV on the wire. */
    public int ivOctets() {
        return ivOctets;
    }

    /** Integrity check value on the wire. */
    public int icvOctets() {
        return icvOctets;
    }

    /** Whether the IV is SenderId ‖ counter (RFC 6054), so that a sender needs a sender id. */
    public boolean counterMode() {
        return counterMode;
    }

    /** As an operator writes it, for example {@code aes-gcm-256}; see the class. */
    public String name() {
        int bits = keyOctets * 8;
        switch (transformId) {
            case AES_GCM_16:
                return "aes-gcm-" + bits;
            case AES_GCM_12:
                return "aes-gcm-12-" + bits;
            case AES_GCM_8:
                return "aes-gcm-8-" + bits;
            case NULL_AUTH_AES_GMAC:
                return "aes-gmac-" + bits;
            case AES_CBC:
                return "aes-cbc-" + bits + hmac();
            case NULL:
                return "null" + hmac();
            default:
                return "esp-" + transformId + "-" + bits + hmac();
        }
    }

    private String hmac() {
        switch (authenticationAlgorithm) {
            case 0:
                return "";
            case 2:
                return "-hmac-sha1";
            case 5:
                return "-hmac-sha256";
            case 6:
                return "-hmac-sha384";
            case 7:
                return "-hmac-sha512";
            default:
                return "-auth-" + authenticationAlgorithm;
        }
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof EspTransform)) {
            return false;
        }
        EspTransform that = (EspTransform) other;
        return transformId == that.transformId
                && keyOctets == that.keyOctets
                && authenticationAlgorithm == that.authenticationAlgorithm;
    }

    @Override
    public int hashCode() {
        return Objects.hash(transformId, keyOctets, authenticationAlgorithm);
    }

    @Override
    public String toString() {
        return name();
    }
}
