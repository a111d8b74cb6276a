// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.exchange.CredentialFiles;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.ks.api.CertificateFiles;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.InvalidConfiguration.Problem;

/** Opens the files of {@code keyServer.certificate}; the private key's must have mode 0600. */
public final class CredentialReader {
    private static final CredentialFiles.Opener OPENER =
            new CredentialFiles.Opener() {
                @Override
                public byte[] openSecret(Path file) throws IOException {
                    return SecretFile.read(file, "make it with openssl genpkey, mode 0600");
                }

                @Override
                public byte[] open(Path file) throws IOException {
                    return SecretFile.readPublic(file);
                }
            };

    private CredentialReader() {}

    /**
     * Certificate, key and whom to trust.
     *
     * @param clock against which validity is measured
     * @throws InvalidConfiguration with every problem of every file
     */
    public static PhaseOneCredentials read(CertificateFiles files, Clock clock)
            throws InvalidConfiguration {
        List<Problem> problems = new ArrayList<>();
        Optional<PhaseOneCredentials> credentials =
                new CredentialFiles(
                                files.chainFile(),
                                files.privateKeyFile(),
                                files.authorityFiles(),
                                files.revocationFiles(),
                                files.peerFiles(),
                                files.identity().orElse(null))
                        .read(
                                OPENER,
                                clock,
                                (field, value, remedy) ->
                                        problems.add(
                                                new Problem(
                                                        "keyServer.certificate." + field,
                                                        value,
                                                        remedy)));
        return credentials.orElseThrow(() -> new InvalidConfiguration(problems));
    }
}
