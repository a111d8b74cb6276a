// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.ks.config.GroupReader;
import org.getvpn.ks.config.LineReader;
import org.getvpn.ks.config.SettingsReader;

/** Reads the one schema of key server and groups, from netcfg JSON as from a YAML file. */
public final class ConfigurationReader {
    private ConfigurationReader() {}

    /**
     * Reads {@code keyServer} and {@code groups}; {@code sites} and the key server's attachment to
     * the network are left to whoever programs switches.
     *
     * @param root an object with {@code keyServer} and {@code groups}
     * @throws InvalidConfiguration with every problem, each with field, value and remedy
     */
    public static KeyServerConfiguration read(JsonNode root) throws InvalidConfiguration {
        List<InvalidConfiguration.Problem> problems = new ArrayList<>();
        ObjectReader reader = new ObjectReader("", root, problems);
        KeyServerSettings settings = null;
        List<GroupPolicy> groups = List.of();
        if (root.isObject()) {
            reader.leaveToOthers("sites");
            Optional<ObjectReader> keyServer = reader.object("keyServer");
            if (keyServer.isPresent()) {
                settings = SettingsReader.read(keyServer.get()).orElse(null);
            } else {
                reader.missing("keyServer", "{\"addresses\": [\"10.255.0.1\"]}");
            }
            groups = GroupReader.readAll(reader);
            reader.finish();
            checkProofs(settings, groups, problems);
            checkLegacy(settings, groups, problems);
            checkMulticast(settings, groups, problems);
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
        return new KeyServerConfiguration(settings, groups);
    }

    /** A group of RFC 3547 needs a key server that can prove who it is. */
    private static void checkProofs(
            KeyServerSettings settings,
            List<GroupPolicy> groups,
            List<InvalidConfiguration.Problem> problems) {
        if (settings == null || settings.authentication().certificate().isPresent()) {
            return;
        }
        for (GroupPolicy group : groups) {
            if (group.dialect().profile() == GdoiProfile.RFC3547) {
                problems.add(
                        new InvalidConfiguration.Problem(
                                "keyServer.certificate",
                                "nothing",
                                "is needed by group "
                                        + group.name()
                                        + " with profile rfc3547: name one, or use rfc6407"));
            }
        }
    }

    /** What is too weak today is spoken only where that is said at the key server, too. */
    private static void checkLegacy(
            KeyServerSettings settings,
            List<GroupPolicy> groups,
            List<InvalidConfiguration.Problem> problems) {
        if (settings == null || settings.authentication().legacy()) {
            return;
        }
        for (GroupPolicy group : groups) {
            if (group.transform().endsWith("-sha1")) {
                problems.add(
                        new InvalidConfiguration.Problem(
                                "keyServer.legacy",
                                "false",
                                "must be true for transform "
                                        + group.transform()
                                        + " of group "
                                        + group.name()
                                        + ": use a transform with sha256, or say so if its members"
                                        + " know no other"));
            }
            if (group.rekeyProtection().digest() == RekeyProtection.Digest.SHA1) {
                problems.add(
                        new InvalidConfiguration.Problem(
                                "keyServer.legacy",
                                "false",
                                "must be true for kek.signatureHash sha1 of group "
                                        + group.name()
                                        + ": use sha256, or say so if its members know no other"));
            }
        }
    }

    /** A multicast group is of IPv4, and sent to from an address of the same kind. */
    private static void checkMulticast(
            KeyServerSettings settings,
            List<GroupPolicy> groups,
            List<InvalidConfiguration.Problem> problems) {
        if (settings == null || settings.addresses().stream().anyMatch(a -> a.indexOf(':') < 0)) {
            return;
        }
        for (GroupPolicy group : groups) {
            group.rekeyTransport()
                    .address()
                    .ifPresent(
                            address ->
                                    problems.add(
                                            new InvalidConfiguration.Problem(
                                                    "keyServer.addresses",
                                                    String.join(", ", settings.addresses()),
                                                    "has no IPv4 address to send to "
                                                            + address
                                                            + " of group "
                                                            + group.name()
                                                            + " from: add one, or use rekey.transport"
                                                            + " unicast")));
        }
    }

    /**
     * Reads one line of policy, written as in a group's {@code policy}; for lists that others own,
     * such as a site's exceptions.
     *
     * @return empty only after a problem was reported
     */
    public static Optional<PolicyLine> line(ObjectReader reader) {
        return LineReader.read(reader);
    }
}
