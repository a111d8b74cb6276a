// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.exchange.IdentityText;
import org.getvpn.gdoi.exchange.LegacyAlgorithms;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.ks.api.CertificateFiles;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.PhaseOneAuthentication;
import org.getvpn.ks.api.PhaseOneTimes;

/** Reads what of {@code keyServer} tells how the two ends of Phase 1 prove who they are. */
final class AuthenticationReader {
    private static final List<String> DEFAULT_SUITES =
            List.of("aes256-sha256-ecp256", "aes128-sha256-modp2048");
    private static final String DEFAULT_METHOD = AuthenticationMethod.PRE_SHARED_KEY.label();

    private final ObjectReader reader;

    private AuthenticationReader(ObjectReader reader) {
        this.reader = reader;
    }

    /** Empty only after a problem was reported. */
    static Optional<PhaseOneAuthentication> read(ObjectReader reader) {
        return new AuthenticationReader(reader).read();
    }

    private Optional<PhaseOneAuthentication> read() {
        boolean legacy = reader.flag("legacy", false);
        boolean aggressive = reader.flag("aggressive", false);
        PhaseOneTimes times =
                new PhaseOneTimes(
                        seconds(
                                "phaseOneLifetime",
                                PhaseOneSettings.SHORTEST_LIFETIME,
                                PhaseOneSettings.LONGEST_LIFETIME,
                                PhaseOneSettings.DEFAULT_LIFETIME),
                        seconds(
                                "phaseOneIdle",
                                PhaseOneSettings.SHORTEST_IDLE,
                                PhaseOneSettings.LONGEST_IDLE,
                                PhaseOneSettings.DEFAULT_IDLE));
        List<String> suites = suites(legacy ? LegacyAlgorithms.ALLOWED : LegacyAlgorithms.REFUSED);
        List<AuthenticationMethod> methods = methods();
        boolean usesKeys = methods.stream().anyMatch(AuthenticationMethod::usesPreSharedKey);
        boolean usesCertificates = methods.stream().anyMatch(method -> !method.usesPreSharedKey());
        String example = "/etc/getvpn/psk";
        Optional<Path> keys =
                usesKeys
                        ? PathField.read(reader, "preSharedKeysFile", example)
                        : PathField.optional(reader, "preSharedKeysFile", example);
        Optional<CertificateFiles> certificate = reader.object("certificate").flatMap(this::files);
        if (usesCertificates && !reader.has("certificate")) {
            reader.missing(
                    "certificate",
                    "{\"chainFile\": \"/etc/getvpn/ks.pem\", \"privateKeyFile\":"
                            + " \"/etc/getvpn/ks.key\", \"authorityFiles\":"
                            + " [\"/etc/getvpn/ca.pem\"]}, or take the methods with certificates"
                            + " out of authentication");
        }
        if (suites.isEmpty()
                || methods.isEmpty()
                || usesKeys && keys.isEmpty()
                || usesCertificates && certificate.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new PhaseOneAuthentication(
                        methods.stream()
                                .map(AuthenticationMethod::label)
                                .collect(Collectors.toList()),
                        suites,
                        keys.orElse(null),
                        certificate.orElse(null),
                        aggressive,
                        legacy,
                        times));
    }

    private Duration seconds(String field, Duration least, Duration most, Duration standard) {
        long seconds = standard.getSeconds();
        return Duration.ofSeconds(
                reader.number(
                                field,
                                least.getSeconds(),
                                most.getSeconds(),
                                OptionalLong.of(seconds))
                        .orElse(seconds));
    }

    private List<String> suites(LegacyAlgorithms legacy) {
        List<String> suites =
                reader.texts("phaseOneProposals", DEFAULT_SUITES.get(0), DEFAULT_SUITES);
        for (String suite : suites) {
            try {
                PhaseOneProposal.parse(suite, legacy);
                if (suite.split("-").length != 3) {
                    reader.problem(
                            "phaseOneProposals",
                            "\"" + suite + "\": name the method in \"authentication\" instead");
                }
            } catch (IllegalArgumentException e) {
                reader.problem("phaseOneProposals", e.getMessage());
            }
        }
        return suites;
    }

    private List<AuthenticationMethod> methods() {
        List<AuthenticationMethod> methods = new ArrayList<>();
        for (String text :
                reader.texts("authentication", DEFAULT_METHOD, List.of(DEFAULT_METHOD))) {
            Optional<AuthenticationMethod> method =
                    Stream.of(AuthenticationMethod.values())
                            .filter(candidate -> candidate.label().equals(text))
                            .findFirst();
            if (method.isEmpty()) {
                reader.problem(
                        "authentication",
                        "\""
                                + text
                                + "\" is not known; use "
                                + Stream.of(AuthenticationMethod.values())
                                        .map(AuthenticationMethod::label)
                                        .collect(Collectors.joining(", ")));
            } else if (methods.contains(method.get())) {
                reader.problem("authentication", "\"" + text + "\" is listed twice: remove one");
            } else {
                methods.add(method.get());
            }
        }
        return methods;
    }

    private Optional<CertificateFiles> files(ObjectReader object) {
        Optional<Path> chain = PathField.read(object, "chainFile", "/etc/getvpn/ks.pem");
        Optional<Path> key = PathField.read(object, "privateKeyFile", "/etc/getvpn/ks.key");
        List<Path> authorities =
                PathField.list(object, "authorityFiles", "/etc/getvpn/ca.pem", null);
        List<Path> revocations =
                PathField.list(object, "revocationFiles", "/etc/getvpn/ca.crl", List.of());
        List<Path> peers = PathField.list(object, "peerFiles", "/etc/getvpn/gm1.pem", List.of());
        Optional<String> identity = object.optionalText("identity", "ks1.example.org");
        if (identity.isPresent()) {
            try {
                IdentityText.parse(identity.get());
            } catch (IllegalArgumentException e) {
                object.problem("identity", e.getMessage());
            }
        }
        object.finish();
        return chain.isEmpty() || key.isEmpty() || authorities.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new CertificateFiles(
                                chain.get(),
                                key.get(),
                                authorities,
                                revocations,
                                peers,
                                identity.orElse(null)));
    }
}
