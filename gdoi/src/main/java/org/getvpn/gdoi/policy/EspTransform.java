// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.Objects;

/**
 * An ESP transform with its sizes: the IPsec DOI transform id, the key length and, where the cipher
 * does not authenticate by itself, the authentication algorithm (RFC 2407, section 4.4.4; RFC 4106;
 * RFC 4543; RFC 4868). Sizes are in octets.
 */
public final class EspTransform {
    /** AES-GCM with a 16-octet ICV and a 128-bit key (RFC 4106). */
    public static final EspTransform AES_GCM_16_128 = gcm(20, 16, 16);

    /** AES-GCM with a 16-octet ICV and a 256-bit key (RFC 4106). */
    public static final EspTransform AES_GCM_16_256 = gcm(20, 32, 16);

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

    private static EspTransform gcm(int transformId, int keyOctets, int icvOctets) {
        return new EspTransform(transformId, keyOctets, 4, 0, 0, 8, icvOctets, true);
    }

    /** IPsec DOI ESP transform identifier, for example 20 for AES-GCM-16. */
    public int transformId() {
        return transformId;
    }

    /** Cipher key without salt. */
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
        String cipher = transformId == 20 ? "aes-gcm-16" : "esp-" + transformId;
        return cipher + "-" + keyOctets * 8;
    }
}
