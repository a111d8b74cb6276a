// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.IdentityText;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;
import org.getvpn.gm.config.InvalidConfiguration.Problem;

/** Opens the files that {@link PhaseOneConfiguration} names, each time anew. */
public final class PhaseOneFiles {
    private final PhaseOneConfiguration configuration;

    /** Opens nothing yet. */
    public PhaseOneFiles(PhaseOneConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Suites, mode and certificate.
     *
     * @throws InvalidConfiguration with every problem of the certificate's files
     */
    public PhaseOneSettings settings() throws InvalidConfiguration {
        List<Problem> problems = new ArrayList<>();
        Optional<PhaseOneCredentials> credentials = Optional.empty();
        if (configuration.certificate().isPresent()) {
            credentials =
                    configuration
                            .certificate()
                            .get()
                            .read(
                                    SecretFile.OPENER,
                                    Clock.systemUTC(),
                                    (field, value, remedy) ->
                                            problems.add(
                                                    new Problem(
                                                            "certificate." + field,
                                                            value,
                                                            remedy)));
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
        try {
            PhaseOneSettings settings =
                    PhaseOneSettings.of(configuration.proposals(), credentials.orElse(null))
                            .with(configuration.mode())
                            .with(configuration.doi());
            return configuration.name().isPresent()
                    ? settings.withIdentity(IdentityText.parse(configuration.name().get()))
                    : settings;
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration(
                    List.of(
                            new Problem(
                                    "authentication",
                                    configuration.methods().toString(),
                                    e.getMessage())));
        }
    }

    /** What an operator should know of these settings, one sentence each. */
    public List<String> warnings() throws InvalidConfiguration {
        return settings().warnings();
    }

    /**
     * The key shared with that key server; null if no method needs one. The caller destroys it.
     *
     * @throws IOException with a sentence that says what a person can do
     */
    public SecretBytes preSharedKey(Endpoint keyServer) throws IOException {
        if (!configuration.usesPreSharedKeys()) {
            return null;
        }
        Path file = configuration.preSharedKeysFile().orElseThrow();
        PreSharedKeyLines keys = PreSharedKeyFile.read(file);
        try {
            String address = keyServer.address().getHostAddress();
            return keys.sharedWith(keyServer.address())
                    .map(SecretBytes::expose)
                    .map(SecretBytes::wrap)
                    .orElseThrow(
                            () ->
                                    new IOException(
                                            "has no line for key server "
                                                    + address
                                                    + "; add: "
                                                    + address
                                                    + " \"the secret\""));
        } finally {
            keys.destroy();
        }
    }
}
