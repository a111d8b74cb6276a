// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.exchange.CredentialFiles;
import org.getvpn.gdoi.exchange.IdentityText;
import org.getvpn.gdoi.exchange.LegacyAlgorithms;
import org.getvpn.gdoi.exchange.PhaseOneDoi;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.wire.Quirk;

/** Reads the keys that tell how the two ends of Phase 1 prove who they are. */
final class PhaseOneReader {
    private static final List<String> DEFAULT_SUITES =
            List.of("aes256-sha256-ecp256", "aes256-sha256-modp2048");
    private static final List<String> DEFAULT_METHODS =
            List.of(AuthenticationMethod.PRE_SHARED_KEY.label());

    private final YamlObject root;

    private PhaseOneReader(YamlObject root) {
        this.root = root;
    }

    /** Of use only if no problem was reported. */
    static PhaseOneConfiguration read(YamlObject root, int keyServers) {
        return new PhaseOneReader(root).read(keyServers);
    }

    private PhaseOneConfiguration read(int keyServers) {
        List<AuthenticationMethod> methods = methods();
        boolean usesKeys = methods.stream().anyMatch(AuthenticationMethod::usesPreSharedKey);
        boolean usesCertificates = methods.stream().anyMatch(m -> !m.usesPreSharedKey());
        Optional<Path> keys =
                (usesKeys
                                ? root.text("preSharedKeysFile", "/etc/getvpn/psk")
                                : root.optionalText("preSharedKeysFile", "/etc/getvpn/psk"))
                        .map(Path::of);
        LegacyAlgorithms legacy =
                root.flag("legacy", false) ? LegacyAlgorithms.ALLOWED : LegacyAlgorithms.REFUSED;
        PhaseOneMode mode =
                root.flag("aggressive", false) ? PhaseOneMode.AGGRESSIVE : PhaseOneMode.MAIN;
        List<String> suites = suites(legacy, mode);
        PhaseOneDoi doi =
                root.number("doi", 1, 2, PhaseOneDoi.GDOI.number()) == PhaseOneDoi.IPSEC.number()
                        ? PhaseOneDoi.IPSEC
                        : PhaseOneDoi.GDOI;
        Optional<String> name = root.optionalText("aggressiveIdentity", "gm1.example.org");
        if (name.isPresent()) {
            checkIdentity(root, "aggressiveIdentity", name.get());
            if (mode == PhaseOneMode.MAIN) {
                root.problem(
                        "aggressiveIdentity", "has no effect: add aggressive: true, or remove it");
            }
        }
        Optional<CredentialFiles> certificate =
                root.object("certificate").flatMap(PhaseOneReader::files);
        if (usesCertificates && !root.has("certificate")) {
            root.missing(
                    "certificate",
                    "add certificate: {chainFile: /etc/getvpn/gm.pem, privateKeyFile:"
                            + " /etc/getvpn/gm.key, authorityFiles: [/etc/getvpn/ca.pem]}, or take"
                            + " the methods with certificates out of authentication");
        }
        return new PhaseOneConfiguration(
                methods,
                suites,
                legacy,
                mode,
                doi,
                name,
                keys,
                certificate,
                keyServerIdentities(keyServers),
                proofOfPossession(certificate.isPresent()),
                quirks());
    }

    private boolean proofOfPossession(boolean certified) {
        String profile = root.optionalText("profile", "rfc6407").orElse("rfc6407");
        boolean proves = profile.equals("rfc3547");
        if (!proves && !profile.equals("rfc6407")) {
            root.problem("profile", "must be rfc6407 or rfc3547");
        } else if (proves && !certified) {
            root.problem("profile", "proves possession of a certificate's key: add certificate");
        }
        return proves;
    }

    private Set<Quirk> quirks() {
        Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
        if (root.has("quirks")) {
            for (String text : root.texts("quirks", "bare-hash-signature", List.of())) {
                Optional<Quirk> quirk = Quirk.labelled(text);
                if (quirk.isEmpty() || !quirks.add(quirk.get())) {
                    root.problem("quirks", "must be a list, each once, of " + Quirk.labels());
                }
            }
        }
        return quirks;
    }

    private List<AuthenticationMethod> methods() {
        List<AuthenticationMethod> methods = new ArrayList<>();
        for (String text : root.texts("authentication", "psk", DEFAULT_METHODS)) {
            Optional<AuthenticationMethod> method =
                    Stream.of(AuthenticationMethod.values())
                            .filter(candidate -> candidate.label().equals(text))
                            .findFirst();
            if (method.isEmpty() || methods.contains(method.get())) {
                root.problem(
                        "authentication",
                        "must be a list, each once, of "
                                + Stream.of(AuthenticationMethod.values())
                                        .map(AuthenticationMethod::label)
                                        .collect(Collectors.joining(", ")));
            } else {
                methods.add(method.get());
            }
        }
        return methods;
    }

    /** In Aggressive Mode there is one Diffie-Hellman group to offer (RFC 2409, section 5). */
    private List<String> suites(LegacyAlgorithms legacy, PhaseOneMode mode) {
        List<String> standard =
                mode == PhaseOneMode.AGGRESSIVE ? DEFAULT_SUITES.subList(0, 1) : DEFAULT_SUITES;
        List<String> suites = root.texts("phaseOneProposals", DEFAULT_SUITES.get(0), standard);
        for (String suite : suites) {
            try {
                PhaseOneProposal.parse(suite, legacy);
                if (suite.split("-").length != 3) {
                    root.problem(
                            "phaseOneProposals",
                            "name the method of " + suite + " in authentication instead");
                }
            } catch (IllegalArgumentException e) {
                root.problem("phaseOneProposals", e.getMessage());
            }
        }
        return suites;
    }

    private List<String> keyServerIdentities(int keyServers) {
        if (!root.has("keyServerIdentities")) {
            return List.of();
        }
        List<String> identities = root.texts("keyServerIdentities", "CN=ks1,O=Example", List.of());
        for (String identity : identities) {
            checkIdentity(root, "keyServerIdentities", identity);
        }
        if (identities.size() > 1 && identities.size() != keyServers) {
            root.problem(
                    "keyServerIdentities",
                    "must be one for all key servers, or one for each of the " + keyServers);
        }
        return identities;
    }

    private static void checkIdentity(YamlObject object, String field, String identity) {
        try {
            IdentityText.parse(identity);
        } catch (IllegalArgumentException e) {
            object.problem(field, e.getMessage());
        }
    }

    private static Optional<CredentialFiles> files(YamlObject object) {
        Optional<Path> chain = object.text("chainFile", "/etc/getvpn/gm.pem").map(Path::of);
        Optional<Path> key = object.text("privateKeyFile", "/etc/getvpn/gm.key").map(Path::of);
        List<Path> authorities = paths(object, "authorityFiles", "/etc/getvpn/ca.pem");
        List<Path> revocations =
                object.has("revocationFiles")
                        ? paths(object, "revocationFiles", "/etc/getvpn/ca.crl")
                        : List.of();
        List<Path> peers =
                object.has("peerFiles")
                        ? paths(object, "peerFiles", "/etc/getvpn/ks1.pem")
                        : List.of();
        Optional<String> identity = object.optionalText("identity", "gm1.example.org");
        identity.ifPresent(text -> checkIdentity(object, "identity", text));
        object.finish();
        if (chain.isEmpty() || key.isEmpty() || authorities.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new CredentialFiles(
                        chain.get(),
                        key.get(),
                        authorities,
                        revocations,
                        peers,
                        identity.orElse(null)));
    }

    private static List<Path> paths(YamlObject object, String field, String example) {
        return object.texts(field, example, List.of()).stream().map(Path::of).toList();
    }
}
