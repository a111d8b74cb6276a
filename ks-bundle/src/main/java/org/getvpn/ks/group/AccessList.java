// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.ks.config.PrefixText;

/** Who may join a group: the addresses listed, nobody else. */
final class AccessList {
    private final List<IpPrefix> prefixes;

    /**
     * @param entries addresses or prefixes in text
     */
    AccessList(List<String> entries) {
        this.prefixes = entries.stream().map(PrefixText::parse).collect(Collectors.toList());
    }

    boolean admits(InetAddress address) {
        byte[] octets = address.getAddress();
        return prefixes.stream().anyMatch(prefix -> prefix.contains(octets));
    }
}
