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
    private final PhaseOneAuthentication authentication;

    /**
     * @param addresses local IP addresses to listen on, at least one; the first is the rekey source
     * @param port UDP, 1 to 65535; 848 unless something stands in the way
     * @param stateDirectory for the embedded store; created with mode 0700
     * @param wrappingKeyFile mode 0600, outside {@code stateDirectory}
     * @param authentication of members and key server in Phase 1
     */
    public KeyServerSettings(
            List<String> addresses,
            int port,
            Path stateDirectory,
            Path wrappingKeyFile,
            PhaseOneAuthentication authentication) {
        this.addresses = List.copyOf(addresses);
        this.port = port;
        this.stateDirectory = Objects.requireNonNull(stateDirectory);
        this.wrappingKeyFile = Objects.requireNonNull(wrappingKeyFile);
        this.authentication = Objects.requireNonNull(authentication);
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

    /** How members and key server prove who they are in Phase 1. */
    public PhaseOneAuthentication authentication() {
        return authentication;
    }

    /** Whether the other differs in nothing that a running key server cannot change. */
    public boolean servesLike(KeyServerSettings other) {
        return addresses.equals(other.addresses)
                && port == other.port
                && stateDirectory.equals(other.stateDirectory)
                && wrappingKeyFile.equals(other.wrappingKeyFile);
    }
}
