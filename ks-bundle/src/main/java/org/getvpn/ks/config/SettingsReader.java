// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.ks.api.KeyServerSettings;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.PhaseOneAuthentication;

/** Reads {@code keyServer}. */
public final class SettingsReader {
    private SettingsReader() {}

    /** The settings; empty only after a problem was reported. */
    public static Optional<KeyServerSettings> read(ObjectReader reader) {
        reader.leaveToOthers("attachment", "gateway", "prefix", "ahead", "gdoiRate");
        List<String> addresses = addresses(reader);
        OptionalLong port = reader.number("port", 1, 65535, OptionalLong.of(Endpoint.GDOI_PORT));
        Optional<Path> state = PathField.read(reader, "stateDirectory", "/var/lib/getvpn/ks");
        Optional<Path> wrapping =
                PathField.read(reader, "wrappingKeyFile", "/etc/getvpn/wrapping.key");
        Optional<PhaseOneAuthentication> authentication = AuthenticationReader.read(reader);
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
                || authentication.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new KeyServerSettings(
                        addresses,
                        (int) port.getAsLong(),
                        state.get(),
                        wrapping.get(),
                        authentication.get()));
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

    private static boolean isInside(Path file, Path folder) {
        return file.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize());
    }
}
