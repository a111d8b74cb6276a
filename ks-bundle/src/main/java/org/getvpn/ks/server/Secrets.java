// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.PhaseOneAuthentication;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.secret.CredentialReader;
import org.getvpn.ks.secret.PreSharedKeyFile;

/** What the secret files held when they were read: pre-shared keys, our certificate and its key. */
final class Secrets {
    private final PreSharedKeyFile preSharedKeys;
    private final PhaseOneSettings phaseOne;

    private Secrets(PreSharedKeyFile preSharedKeys, PhaseOneSettings phaseOne) {
        this.preSharedKeys = preSharedKeys;
        this.phaseOne = phaseOne;
    }

    /**
     * Reads every file that {@code authentication} names.
     *
     * @throws InvalidConfiguration if a file cannot be used, or does not serve an accepted method
     */
    static Secrets read(PhaseOneAuthentication authentication) throws InvalidConfiguration {
        PreSharedKeyFile keys = PreSharedKeyFile.none();
        Optional<Path> file = authentication.preSharedKeysFile();
        if (file.isPresent()) {
            try {
                keys = PreSharedKeyFile.read(file.get());
            } catch (IOException e) {
                throw invalid("keyServer.preSharedKeysFile", file.get(), e.getMessage());
            }
        }
        PhaseOneCredentials credentials = null;
        if (authentication.certificate().isPresent()) {
            credentials =
                    CredentialReader.read(authentication.certificate().get(), Clock.systemUTC());
        }
        List<PhaseOneProposal> proposals =
                authentication.proposals().stream()
                        .map(PhaseOneProposal::parse)
                        .collect(Collectors.toList());
        try {
            return new Secrets(keys, PhaseOneSettings.of(proposals, credentials));
        } catch (IllegalArgumentException e) {
            throw invalid(
                    "keyServer.authentication",
                    authentication.methods(),
                    e.getMessage() + ": name the methods that fit the key, or another certificate");
        }
    }

    private static InvalidConfiguration invalid(String field, Object value, String remedy) {
        return new InvalidConfiguration(
                List.of(new InvalidConfiguration.Problem(field, value.toString(), remedy)));
    }

    PreSharedKeyFile preSharedKeys() {
        return preSharedKeys;
    }

    /** How to do Phase 1. */
    PhaseOneSettings phaseOne() {
        return phaseOne;
    }

    /** A member that may join but can prove nothing would only be ignored, without a trace. */
    void warnOfMissing(KeyServerConfiguration configuration, EventLog log) {
        PhaseOneAuthentication authentication = configuration.settings().authentication();
        if (phaseOne.credentials().isPresent() || authentication.preSharedKeysFile().isEmpty()) {
            return;
        }
        for (GroupPolicy group : configuration.groups()) {
            for (String member : group.authorisedMembers()) {
                Optional<InetAddress> address = AddressText.parse(member);
                if (address.isPresent() && preSharedKeys.of(address.get()).isEmpty()) {
                    log.warn(
                            group.name(),
                            "-",
                            member,
                            "-",
                            "may join but has no pre-shared key: add a line to "
                                    + authentication.preSharedKeysFile().get());
                }
            }
        }
    }
}
