// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.gdoi.exchange.ProofOfPossession;
import org.getvpn.gdoi.exchange.RegistrationProfile;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.ks.api.GdoiProfile;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.MemberDialect;
import org.getvpn.ks.api.MemberQuirk;

/** Between what a group's policy says of its members' dialect and the protocol library. */
final class Dialects {
    private final Supplier<Optional<PhaseOneCredentials>> credentials;

    /**
     * @param credentials the key server's certificate and key, as they are now
     */
    Dialects(Supplier<Optional<PhaseOneCredentials>> credentials) {
        this.credentials = credentials;
    }

    /**
     * How GROUPKEY-PULL is spoken in the group.
     *
     * @throws RegistrationRefused that says what the key server lacks
     */
    RegistrationProfile profile(GroupPolicy policy) throws RegistrationRefused {
        RegistrationProfile profile = RegistrationProfile.RFC6407;
        if (policy.dialect().profile() == GdoiProfile.RFC3547) {
            PhaseOneCredentials own =
                    credentials.get().orElseThrow(() -> withoutCertificate(policy));
            profile = RegistrationProfile.rfc3547(new ProofOfPossession(own));
        }
        return profile.tolerating(quirks(policy.dialect()));
    }

    private static RegistrationRefused withoutCertificate(GroupPolicy policy) {
        return new RegistrationRefused(
                RegistrationRefused.Cause.UNAVAILABLE,
                "group "
                        + policy.name()
                        + " demands proof of possession, and the key server has no certificate:"
                        + " name one in keyServer.certificate");
    }

    /** Those deviations that concern single messages, in the library's own words. */
    static Set<Quirk> quirks(MemberDialect dialect) {
        Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
        for (MemberQuirk quirk : dialect.quirks()) {
            Quirk.labelled(quirk.text()).ifPresent(quirks::add);
        }
        return quirks;
    }
}
