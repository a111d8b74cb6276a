// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.getvpn.gdoi.policy.IpPrefix;

/** IP prefixes in text, {@code address/length}. A bare address stands for its host prefix. */
public final class PrefixText {
    private PrefixText() {}

    /**
     * The prefix.
     *
     * @throws IllegalArgumentException with the remedy as message
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address =
                AddressText.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            throw new IllegalArgumentException(
                    "must be an IPv4 or IPv6 prefix, like 10.1.0.0/16 or fd00:1::/32");
        }
        byte[] octets = address.get().getAddress();
        int most = octets.length * 8;
        int length = slash < 0 ? most : length(text.substring(slash + 1), most);
        byte[] network = octets.clone();
        for (int bit = length; bit < most; bit++) {
            network[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        IpPrefix prefix = IpPrefix.of(network, length);
        if (!Arrays.equals(network, octets)) {
            throw new IllegalArgumentException(
                    "has bits set beyond its length; write " + prefix + " or make it longer");
        }
        return prefix;
    }

    private static int length(String text, int most) {
        if (!text.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("prefix length must be 0 to " + most);
        }
        return Integer.parseInt(text);
    }
}
