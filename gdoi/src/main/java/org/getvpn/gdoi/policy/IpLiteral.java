// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses in text. Numbers only: no name is ever looked up. */
public final class IpLiteral {
    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]{2,39}");

    private IpLiteral() {}

    /** The address, or empty for anything but a plain IPv4 or IPv6 address. */
    public static Optional<InetAddress> parse(String text) {
        boolean four = IPV4.matcher(text).matches();
        if (!four && !(IPV6.matcher(text).matches() && text.indexOf(':') >= 0)) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.getByName(text);
            // a text with colons that comes out as IPv4 is a mapped address: nobody means it
            return (address.getAddress().length == 4) == four
                    ? Optional.of(address)
                    : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty(); // an octet above 255, or two "::"
        }
    }
}
