// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.net.InetAddress;
import java.util.Optional;
import org.getvpn.gdoi.policy.IpLiteral;

/** IP addresses in text. Numbers only: no name is ever looked up. */
public final class AddressText {
    private AddressText() {}

    /** The address, or empty for anything but a plain IPv4 or IPv6 address. */
    public static Optional<InetAddress> parse(String text) {
        return IpLiteral.parse(text);
    }
}
