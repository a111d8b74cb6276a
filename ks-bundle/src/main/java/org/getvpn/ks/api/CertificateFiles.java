// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Where a key server's certificate, its key and whom it trusts are found: PEM files. */
public final class CertificateFiles {
    private final Path chainFile;
    private final Path privateKeyFile;
    private final List<Path> authorityFiles;
    private final List<Path> revocationFiles;
    private final List<Path> peerFiles;
    private final String identity;

    /**
     * @param chainFile our own certificate first, then intermediate ones
     * @param privateKeyFile PKCS #8 without a password, mode 0600
     * @param authorityFiles trusted certification authorities, at least one file
     * @param revocationFiles empty to leave revocation unchecked
     * @param peerFiles certificates of members, for RSA encryption; may be empty
     * @param identity a name that stands in our certificate; null for its subject
     */
    public CertificateFiles(
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

    /** Our own certificate first, then intermediate ones. */
    public Path chainFile() {
        return chainFile;
    }

    /** The key of our own certificate. */
    public Path privateKeyFile() {
        return privateKeyFile;
    }

    /** Trusted certification authorities. */
    public List<Path> authorityFiles() {
        return authorityFiles;
    }

    /** Revocation lists; none leaves revocation unchecked. */
    public List<Path> revocationFiles() {
        return revocationFiles;
    }

    /** Certificates of members, for RSA encryption. */
    public List<Path> peerFiles() {
        return peerFiles;
    }

    /** Who we say we are; empty for the subject of our certificate. */
    public Optional<String> identity() {
        return Optional.ofNullable(identity);
    }
}
