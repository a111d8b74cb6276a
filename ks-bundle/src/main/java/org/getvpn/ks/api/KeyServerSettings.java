// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** How a key server serves. Secrets are named by file, never contained. */
public final class KeyServerSettings {
    private final List<String> addresses;
    private final int port;
    private final Path stateDirectory;
    private final Path wrappingKeyFile;
    private final Path preSharedKeysFile;
    private final List<String> phaseOneProposals;

    /**
     * @param addresses local IP addresses to listen on, at least one; the first is the rekey source
     * @param port UDP, 1 to 65535; 848 unless something stands in the way
     * @param stateDirectory for the embedded store; created with mode 0700
     * @param wrappingKeyFile mode 0600, outside {@code stateDirectory}
     * @param preSharedKeysFile mode 0600: one {@code address secret} per line
     * @param phaseOneProposals accepted suites in order of preference, for example {@code
     *     aes256-sha256-ecp256}
     */
    public KeyServerSettings(
            List<String> addresses,
            int port,
            Path stateDirectory,
            Path wrappingKeyFile,
            Path preSharedKeysFile,
            List<String> phaseOneProposals) {
        this.addresses = List.copyOf(addresses);
        this.port = port;
        this.stateDirectory = Objects.requireNonNull(stateDirectory);
        this.wrappingKeyFile = Objects.requireNonNull(wrappingKeyFile);
        this.preSharedKeysFile = Objects.requireNonNull(preSharedKeysFile);
        this.phaseOneProposals = List.copyOf(phaseOneProposals);
    }

    /** Local IP addresses; the first is the rekey source. */
    public List<String> addresses() {
        return addresses;
    }

    /** UDP port. */
    public int port() {
        return port;
    }

    /** Folder of the embedded store. */
    public Path stateDirectory() {
        return stateDirectory;
    }

    /** File of the key that wraps every secret at rest. */
    public Path wrappingKeyFile() {
        return wrappingKeyFile;
    }

    /** File of the pre-shared keys. */
    public Path preSharedKeysFile() {
        return preSharedKeysFile;
    }

    /** Suites in order of preference. */
    public List<String> phaseOneProposals() {
        return phaseOneProposals;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof KeyServerSettings)) {
            return false;
        }
        KeyServerSettings that = (KeyServerSettings) other;
        return addresses.equals(that.addresses)
                && port == that.port
                && stateDirectory.equals(that.stateDirectory)
                && wrappingKeyFile.equals(that.wrappingKeyFile)
                && preSharedKeysFile.equals(that.preSharedKeysFile)
                && phaseOneProposals.equals(that.phaseOneProposals);
    }

    @Override
    public int hashCode() {
        return Objects.hash(addresses, port, stateDirectory);
    }
}
