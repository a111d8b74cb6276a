// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.IpLiteral;

/** Addresses as an operator writes them. Names are never looked up. */
final class AddressText {
    private static final Pattern WITH_PORT =
            Pattern.compile("(?:\\[(?<six>[^\\]]+)\\]|(?<four>[^:]+)):(?<port>[0-9]{1,5})");

    private AddressText() {}

    /** A literal IPv4 (four decimal numbers) or IPv6 address. */
    static Optional<InetAddress> address(String text) {
        return IpLiteral.parse(text);
    }

    /** {@code address}, {@code address:port} or {@code [address]:port}. */
    static Optional<Endpoint> endpoint(String text) {
        Matcher matcher = WITH_PORT.matcher(text);
        if (!matcher.matches()) {
            return address(text).map(address -> new Endpoint(address, Endpoint.GDOI_PORT));
        }
        int port = Integer.parseInt(matcher.group("port"));
        String host = matcher.group("six") == null ? matcher.group("four") : matcher.group("six");
        return port < 1 || port > 65_535
                ? Optional.empty()
                : address(host).map(address -> new Endpoint(address, port));
    }
}
