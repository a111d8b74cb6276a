// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.getvpn.gdoi.crypto.PemObjects;

/**
 * The PEM files that {@link PhaseOneCredentials} are made of, under the names that operators write
 * for them. It opens none itself.
 */
public final class CredentialFiles {
    /** Opens files, and knows what their modes must be. */
    public interface Opener {
        /** The octets of the private key's file, which only its owner may read. */
        byte[] openSecret(Path file) throws IOException;

        /** The octets of another file. */
        byte[] open(Path file) throws IOException;
    }

    /** Hears what is wrong. */
    @FunctionalInterface
    public interface Complaint {
        /**
         * @param field the file's name in the configuration, for example {@code chainFile}
         * @param value what stands there
         * @param remedy a sentence
         */
        void tell(String field, String value, String remedy);
    }

    private final Path chainFile;
    private final Path privateKeyFile;
    private final List<Path> authorityFiles;
    private final List<Path> revocationFiles;
    private final List<Path> peerFiles;
    private final String identity;

    /**
     * @param chainFile our own certificate first, then intermediate ones
     * @param privateKeyFile PKCS #8 without a password
     * @param authorityFiles trusted certification authorities, at least one file
     * @param revocationFiles empty to leave revocation unchecked
     * @param peerFiles certificates of peers, which RSA encryption needs before they have spoken
     * @param identity a name that stands in our certificate; null for its subject
     */
    public CredentialFiles(
            Path chainFile,
            Path privateKeyFile,
            List<Path> authorityFiles,
            List<Path> revocationFiles,
            List<Path> peerFiles,
            String identity) {
        this.chainFile = Objects.requireNonNull(chainFile);
        this.privateKeyFile = Objects.requireNonNull(privateKeyFile);
        this.authorityFiles = List.copyOf(authorityFiles);
        this.revocationFiles = List.copyOf(revocationFiles);
        this.peerFiles = List.copyOf(peerFiles);
        this.identity = identity;
    }

    /**
     * Reads all files.
     *
     * @param clock against which validity is measured, now and later
     * @return empty only after a complaint
     */
    public Optional<PhaseOneCredentials> read(Opener opener, Clock clock, Complaint complaint) {
        return new Reading(opener, complaint).credentials(clock);
    }

    private final class Reading {
        private final Opener opener;
        private final Complaint complaint;
        private boolean failed;

        Reading(Opener opener, Complaint complaint) {
            this.opener = opener;
            this.complaint = complaint;
        }

        Optional<PhaseOneCredentials> credentials(Clock clock) {
            List<X509Certificate> chain =
                    all("chainFile", List.of(chainFile), PemObjects::certificates);
            PrivateKey key = key();
            List<X509Certificate> authorities =
                    all("authorityFiles", authorityFiles, PemObjects::certificates);
            List<X509CRL> revocations =
                    all("revocationFiles", revocationFiles, PemObjects::revocations);
            List<X509Certificate> peers = all("peerFiles", peerFiles, PemObjects::certificates);
            if (!chain.isEmpty()) {
                checkValidity(chain.get(0), clock.instant());
            }
            return failed
                    ? Optional.empty()
                    : combine(chain, key, new CertificateTrust(authorities, revocations, clock))
                            .map(ours -> ours.withPeers(peers));
        }

        private Optional<PhaseOneCredentials> combine(
                List<X509Certificate> chain, PrivateKey key, CertificateTrust trust) {
            PhaseOneCredentials credentials;
            try {
                credentials =
                        identity == null
                                ? new PhaseOneCredentials(chain, key, trust)
                                : new PhaseOneCredentials(
                                        chain, key, trust, IdentityText.parse(identity));
            } catch (IllegalArgumentException e) {
                complain("identity", identity, e.getMessage());
                return Optional.empty();
            }
            if (!credentials.keyFitsCertificate()) {
                complain(
                        "privateKeyFile",
                        privateKeyFile,
                        "is not the key of the first certificate in "
                                + chainFile
                                + ", or of a kind that no method takes: RSA of at least 2048 bits,"
                                + " or a curve P-256, P-384, P-521");
                return Optional.empty();
            }
            return Optional.of(credentials);
        }

        /** A certificate that nobody will believe is a mistake to hear of at once. */
        private void checkValidity(X509Certificate own, Instant now) {
            if (Date.from(now).after(own.getNotAfter())) {
                complain(
                        "chainFile",
                        chainFile,
                        "the certificate expired on "
                                + own.getNotAfter().toInstant()
                                + ": renew it");
            }
        }

        private <T> List<T> all(String field, List<Path> files, Function<byte[], List<T>> parser) {
            List<T> found = new ArrayList<>();
            for (Path file : files) {
                try {
                    found.addAll(parser.apply(opener.open(file)));
                } catch (IOException | IllegalArgumentException e) {
                    complain(field, file, e.getMessage());
                }
            }
            return found;
        }

        private PrivateKey key() {
            byte[] octets = new byte[0];
            try {
                octets = opener.openSecret(privateKeyFile);
                return PemObjects.privateKey(octets);
            } catch (IOException | IllegalArgumentException e) {
                complain("privateKeyFile", privateKeyFile, e.getMessage());
                return null;
            } finally {
                Arrays.fill(octets, (byte) 0);
            }
        }

        private void complain(String field, Object value, String remedy) {
            failed = true;
            complaint.tell(field, String.valueOf(value), remedy);
        }
    }
}
