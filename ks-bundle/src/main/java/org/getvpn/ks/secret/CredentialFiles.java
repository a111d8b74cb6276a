// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.getvpn.gdoi.crypto.PemObjects;
import org.getvpn.gdoi.exchange.IdentityText;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.ks.api.CertificateFiles;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.api.InvalidConfiguration.Problem;

/** Opens the files of {@code keyServer.certificate}; the private key's must have mode 0600. */
public final class CredentialFiles {
    private static final String FIELD = "keyServer.certificate.";

    private final List<Problem> problems = new ArrayList<>();

    private CredentialFiles() {}

    /**
     * Certificate, key and whom to trust.
     *
     * @param clock against which validity is measured
     * @throws InvalidConfiguration with every problem of every file
     */
    public static PhaseOneCredentials read(CertificateFiles files, Clock clock)
            throws InvalidConfiguration {
        CredentialFiles reader = new CredentialFiles();
        PhaseOneCredentials credentials = reader.credentials(files, clock);
        if (!reader.problems.isEmpty()) {
            throw new InvalidConfiguration(reader.problems);
        }
        return credentials;
    }

    /** Null after a problem was noted. */
    private PhaseOneCredentials credentials(CertificateFiles files, Clock clock) {
        List<X509Certificate> chain =
                open("chainFile", files.chainFile(), PemObjects::certificates);
        PrivateKey key = open("privateKeyFile", files.privateKeyFile(), PemObjects::privateKey);
        List<X509Certificate> authorities = new ArrayList<>();
        for (Path file : files.authorityFiles()) {
            authorities.addAll(orNone(open("authorityFiles", file, PemObjects::certificates)));
        }
        List<X509CRL> revocations = new ArrayList<>();
        for (Path file : files.revocationFiles()) {
            revocations.addAll(orNone(open("revocationFiles", file, PemObjects::revocations)));
        }
        if (chain != null) {
            checkValidity(files.chainFile(), chain.get(0), clock.instant());
        }
        if (!problems.isEmpty()) {
            return null;
        }
        CertificateTrust trust = new CertificateTrust(authorities, revocations, clock);
        try {
            PhaseOneCredentials credentials =
                    files.identity().isPresent()
                            ? new PhaseOneCredentials(
                                    chain, key, trust, IdentityText.parse(files.identity().get()))
                            : new PhaseOneCredentials(chain, key, trust);
            if (!credentials.keyFitsCertificate()) {
                problem(
                        "privateKeyFile",
                        files.privateKeyFile(),
                        "is not the key of the first certificate in "
                                + files.chainFile()
                                + ", or of a kind that no method takes: RSA of at least 2048 bits,"
                                + " or a curve P-256, P-384, P-521");
            }
            return credentials;
        } catch (IllegalArgumentException e) {
            problem("identity", files.identity().orElse("-"), e.getMessage());
            return null;
        }
    }

    /** A key server that nobody will believe is a mistake to hear of at once. */
    private void checkValidity(Path file, X509Certificate own, Instant now) {
        if (Date.from(now).after(own.getNotAfter())) {
            problem(
                    "chainFile",
                    file,
                    "the certificate expired on " + own.getNotAfter().toInstant() + ": renew it");
        }
    }

    private <T> T open(String field, Path file, Function<byte[], T> parser) {
        boolean secret = field.equals("privateKeyFile");
        byte[] octets = null;
        try {
            octets =
                    secret
                            ? SecretFile.read(file, "make it with openssl genpkey, mode 0600")
                            : SecretFile.readPublic(file);
            return parser.apply(octets);
        } catch (IOException | IllegalArgumentException e) {
            problem(field, file, e.getMessage());
            return null;
        } finally {
            if (octets != null) {
                Arrays.fill(octets, (byte) 0);
            }
        }
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }

    private void problem(String field, Object value, String remedy) {
        problems.add(new Problem(FIELD + field, value.toString(), remedy));
    }
}
