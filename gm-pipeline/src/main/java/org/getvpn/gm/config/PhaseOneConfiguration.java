// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.exchange.CredentialFiles;
import org.getvpn.gdoi.exchange.LegacyAlgorithms;
import org.getvpn.gdoi.exchange.PhaseOneDoi;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.wire.Quirk;

/**
 * How member and key server prove to each other who they are.
 *
 * @param methods in order of preference, at least one
 * @param suites in order of preference, at least one; each is offered with each method
 * @param legacy whether the suites may hold what is too weak today
 * @param mode how the member begins
 * @param doi what its offer names
 * @param name who it says it is with a pre-shared key; empty for its control address
 * @param preSharedKeysFile mode 0600, one line per key server; empty if no method needs it
 * @param certificate empty if no method needs it
 * @param keyServerIdentities with certificates, who the key servers must prove to be: none for
 *     their addresses, one for all, or one for each
 * @param proofOfPossession whether the group is asked for by RFC 3547, with proof of possession
 * @param quirks deviations of the key servers that are tolerated
 */
public record PhaseOneConfiguration(
        List<AuthenticationMethod> methods,
        List<String> suites,
        LegacyAlgorithms legacy,
        PhaseOneMode mode,
        PhaseOneDoi doi,
        Optional<String> name,
        Optional<Path> preSharedKeysFile,
        Optional<CredentialFiles> certificate,
        List<String> keyServerIdentities,
        boolean proofOfPossession,
        Set<Quirk> quirks) {

    /** Copies the lists. */
    public PhaseOneConfiguration {
        methods = List.copyOf(methods);
        suites = List.copyOf(suites);
        keyServerIdentities = List.copyOf(keyServerIdentities);
        quirks = Set.copyOf(quirks);
    }

    /** Each suite with each method. */
    public List<PhaseOneProposal> proposals() {
        List<PhaseOneProposal> proposals = new ArrayList<>();
        for (String suite : suites) {
            for (AuthenticationMethod method : methods) {
                proposals.add(PhaseOneProposal.parse(suite + "-" + method.label(), legacy));
            }
        }
        return proposals;
    }

    /** Whether a pre-shared key is needed. */
    public boolean usesPreSharedKeys() {
        return methods.stream().anyMatch(AuthenticationMethod::usesPreSharedKey);
    }

    /**
     * Who the key server in that place of the list must prove to be; empty for its address.
     *
     * @param place from 0
     */
    public Optional<String> keyServerIdentity(int place) {
        if (keyServerIdentities.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(keyServerIdentities.get(keyServerIdentities.size() == 1 ? 0 : place));
    }
}
