// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How a key server and its members prove to each other who they are. */
public final class PhaseOneAuthentication {
    private final List<String> methods;
    private final List<String> suites;
    private final Path preSharedKeysFile;
    private final CertificateFiles certificate;
    private final boolean aggressive;
    private final boolean legacy;
    private final PhaseOneTimes times;

    /**
     * @param methods accepted methods in order of preference, for example {@code psk}, {@code rsa}
     * @param suites accepted suites in order of preference, for example {@code
     *     aes256-sha256-ecp256}; each may be used with each method
     * @param preSharedKeysFile mode 0600, one {@code address secret} per line; null if no method
     *     needs it
     * @param certificate null if no method needs it
     * @param aggressive whether Aggressive Mode is taken beside Main Mode
     * @param legacy whether the suites may hold what is too weak today
     * @param times how long SAs live
     */
    public PhaseOneAuthentication(
            List<String> methods,
            List<String> suites,
            Path preSharedKeysFile,
            CertificateFiles certificate,
            boolean aggressive,
            boolean legacy,
            PhaseOneTimes times) {
        this.methods = List.copyOf(methods);
        this.suites = List.copyOf(suites);
        this.preSharedKeysFile = preSharedKeysFile;
        this.certificate = certificate;
        this.aggressive = aggressive;
        this.legacy = legacy;
        this.times = Objects.requireNonNull(times);
    }

    /** Accepted methods in order of preference. */
    public List<String> methods() {
        return methods;
    }

    /** Accepted suites in order of preference, without a method. */
    public List<String> suites() {
        return suites;
    }

    /** Each suite with each method, in order of preference. */
    public List<String> proposals() {
        List<String> proposals = new ArrayList<>();
        for (String suite : suites) {
            for (String method : methods) {
                proposals.add(suite + "-" + method);
            }
        }
        return proposals;
    }

    /** File of the pre-shared keys, if a method needs them. */
    public Optional<Path> preSharedKeysFile() {
        return Optional.ofNullable(preSharedKeysFile);
    }

    /** Files of the certificates, if a method needs them. */
    public Optional<CertificateFiles> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** Whether Aggressive Mode is taken beside Main Mode. */
    public boolean aggressive() {
        return aggressive;
    }

    /** Whether the suites may hold what is too weak today. */
    public boolean legacy() {
        return legacy;
    }

    /** How long SAs live. */
    public PhaseOneTimes times() {
        return times;
    }
}
