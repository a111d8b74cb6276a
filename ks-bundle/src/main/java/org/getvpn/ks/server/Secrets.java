// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.LegacyAlgorithms;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.KeyServerConfiguration;
import org.getvpn.ks.api.PhaseOneAuthentication;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.secret.CredentialReader;
import org.getvpn.ks.secret.PreSharedKeyFile;

/** What the secret files held when they were read: pre-shared keys, our certificate and its key. */
final class Secrets {
    private final PreSharedKeyLines preSharedKeys;
    private final PhaseOneSettings phaseOne;

    private Secrets(PreSharedKeyLines preSharedKeys, PhaseOneSettings phaseOne) {
        this.preSharedKeys = preSharedKeys;
        this.phaseOne = phaseOne;
    }

    /**
     * Reads every file that the configuration names for Phase 1.
     *
     * @throws InvalidConfiguration if a file cannot be used, or does not serve an accepted method
     */
    static Secrets read(KeyServerConfiguration configuration) throws InvalidConfiguration {
        PhaseOneAuthentication authentication = configuration.settings().authentication();
        PhaseOneMode mode =
                authentication.aggressive() ? PhaseOneMode.AGGRESSIVE : PhaseOneMode.MAIN;
        PreSharedKeyLines keys = PreSharedKeyLines.none();
        Optional<Path> file = authentication.preSharedKeysFile();
        if (file.isPresent()) {
            try {
                keys = PreSharedKeyFile.read(file.get(), mode);
            } catch (IOException e) {
                throw invalid("keyServer.preSharedKeysFile", file.get(), e.getMessage());
            }
        }
        PhaseOneCredentials credentials = null;
        if (authentication.certificate().isPresent()) {
            credentials =
                    CredentialReader.read(authentication.certificate().get(), Clock.systemUTC());
        }
        LegacyAlgorithms legacy =
                authentication.legacy() ? LegacyAlgorithms.ALLOWED : LegacyAlgorithms.REFUSED;
        List<PhaseOneProposal> proposals =
                authentication.proposals().stream()
                        .map(text -> PhaseOneProposal.parse(text, legacy))
                        .collect(Collectors.toList());
        try {
            PhaseOneSettings phaseOne =
                    PhaseOneSettings.of(proposals, credentials)
                            .with(mode)
                            .withLifetime(authentication.times().lifetime())
                            .withIdle(authentication.times().idle());
            boolean byTime =
                    configuration.groups().stream().anyMatch(group -> group.replay().isByTime());
            return new Secrets(keys, byTime ? phaseOne.withDelayDetection() : phaseOne);
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

    PreSharedKeyLines preSharedKeys() {
        return preSharedKeys;
    }

    /** How to do Phase 1. */
    PhaseOneSettings phaseOne() {
        return phaseOne;
    }

    /**
     * Says what is weak, and who may join but can prove nothing: it would only be ignored, without
     * a trace.
     */
    void warn(KeyServerConfiguration configuration, EventLog log) {
        for (String warning : phaseOne.warnings()) {
            log.warn("-", "-", "-", "-", warning);
        }
        PhaseOneAuthentication authentication = configuration.settings().authentication();
        if (phaseOne.credentials().isPresent() || authentication.preSharedKeysFile().isEmpty()) {
            return;
        }
        for (GroupPolicy group : configuration.groups()) {
            for (String member : group.authorisedMembers()) {
                Optional<InetAddress> address = AddressText.parse(member);
                if (address.isPresent() && preSharedKeys.sharedWith(address.get()).isEmpty()) {
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
