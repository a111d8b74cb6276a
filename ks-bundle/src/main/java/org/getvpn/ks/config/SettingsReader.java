// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.ks.api.KeyServerSettings;
import org.getvpn.ks.api.ObjectReader;

/** Reads {@code keyServer}. */
public final class SettingsReader {
    private static final List<String> DEFAULT_PROPOSALS =
            List.of("aes256-sha256-ecp256", "aes128-sha256-modp2048");
    private static final Pattern PROPOSAL =
            Pattern.compile("aes(128|256)-sha(256|384)-(modp2048|modp3072|ecp256|ecp384)");

    private SettingsReader() {}

    /** The settings; empty only after a problem was reported. */
    public static Optional<KeyServerSettings> read(ObjectReader reader) {
        reader.leaveToOthers("attachment", "gateway", "prefix", "ahead");
        List<String> addresses = addresses(reader);
        OptionalLong port = reader.number("port", 1, 65535, OptionalLong.of(Endpoint.GDOI_PORT));
        Optional<Path> state = path(reader, "stateDirectory", "/var/lib/getvpn/ks");
        Optional<Path> wrapping = path(reader, "wrappingKeyFile", "/etc/getvpn/wrapping.key");
        Optional<Path> keys = path(reader, "preSharedKeysFile", "/etc/getvpn/psk");
        List<String> proposals = proposals(reader);
        if (state.isPresent() && wrapping.isPresent() && isInside(wrapping.get(), state.get())) {
            reader.problem(
                    "wrappingKeyFile",
                    "must stand outside stateDirectory, or a copy of that folder gives away every"
                            + " key; for example /etc/getvpn/wrapping.key");
        }
        reader.finish();
        if (addresses.isEmpty()
                || port.isEmpty()
                || state.isEmpty()
                || wrapping.isEmpty()
                || keys.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new KeyServerSettings(
                        addresses,
                        (int) port.getAsLong(),
                        state.get(),
                        wrapping.get(),
                        keys.get(),
                        proposals));
    }

    private static List<String> addresses(ObjectReader reader) {
        List<String> canonical = new ArrayList<>();
        Set<InetAddress> seen = new HashSet<>();
        for (String text : reader.texts("addresses", "10.255.0.1", null)) {
            Optional<InetAddress> address = AddressText.parse(text);
            if (address.isEmpty()) {
                reader.problem("addresses", "\"" + text + "\" is no IP address, like 10.255.0.1");
            } else if (address.get().isAnyLocalAddress() || address.get().isMulticastAddress()) {
                reader.problem(
                        "addresses",
                        "\""
                                + text
                                + "\": name each address members know the key server by, because"
                                + " answers must leave from the address that was asked");
            } else if (!seen.add(address.get())) {
                reader.problem("addresses", "\"" + text + "\" is listed twice: remove one");
            } else {
                canonical.add(address.get().getHostAddress());
            }
        }
        return canonical;
    }

    private static Optional<Path> path(ObjectReader reader, String field, String example) {
        Optional<String> text = reader.text(field, example);
        try {
            return text.map(Path::of);
        } catch (InvalidPathException e) {
            reader.problem(field, "is no path: " + e.getReason() + "; for example " + example);
            return Optional.empty();
        }
    }

    private static List<String> proposals(ObjectReader reader) {
        List<String> proposals =
                reader.texts("phaseOneProposals", DEFAULT_PROPOSALS.get(0), DEFAULT_PROPOSALS);
        for (String proposal : proposals) {
            if (!PROPOSAL.matcher(proposal).matches()) {
                reader.problem(
                        "phaseOneProposals",
                        "\""
                                + proposal
                                + "\": write CIPHER-HASH-GROUP of aes128, aes256; sha256, sha384;"
                                + " modp2048, modp3072, ecp256, ecp384; for example "
                                + DEFAULT_PROPOSALS.get(0));
            }
        }
        return proposals;
    }

    private static boolean isInside(Path file, Path folder) {
        return file.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize());
    }
}
