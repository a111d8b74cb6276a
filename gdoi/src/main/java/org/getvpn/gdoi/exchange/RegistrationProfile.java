// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.wire.Quirk;

/**
 * How one group speaks GDOI: by RFC 6407, or by RFC 3547 with certificates and proof of possession
 * in messages 3 and 4 of GROUPKEY-PULL; and which deviations it tolerates. Unchangeable.
 */
public final class RegistrationProfile {
    /** RFC 6407 to the letter. */
    public static final RegistrationProfile RFC6407 = new RegistrationProfile(null, Set.of());

    private final ProofOfPossession proof;
    private final Set<Quirk> quirks;

    private RegistrationProfile(ProofOfPossession proof, Set<Quirk> quirks) {
        this.proof = proof;
        this.quirks = Set.copyOf(quirks);
    }

    /**
     * RFC 3547, section 3.2: each end proves that it holds the key of a certificate that names its
     * Phase 1 identity. A key exchange (KE) is refused, as RFC 6407, appendix B, advises.
     */
    public static RegistrationProfile rfc3547(ProofOfPossession proof) {
        return new RegistrationProfile(Objects.requireNonNull(proof), Set.of());
    }

    /** The same with these deviations, and no others. */
    public RegistrationProfile tolerating(Set<Quirk> deviations) {
        return new RegistrationProfile(proof, deviations);
    }

    /** What each end proves; empty with RFC 6407. */
    public Optional<ProofOfPossession> proofOfPossession() {
        return Optional.ofNullable(proof);
    }

    /** The deviations that are tolerated. */
    public Set<Quirk> quirks() {
        return quirks;
    }

    @Override
    public String toString() {
        return (proof == null ? "RFC 6407" : "RFC 3547")
                + (quirks.isEmpty() ? "" : " with " + EnumSet.copyOf(quirks));
    }
}
