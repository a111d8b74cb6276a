// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;

/**
 * Who may join a group; nobody else is admitted. A member must come from one of the addresses. One
 * that proved to be something else than an address (a name, a certificate's subject) must match one
 * of the identities too.
 */
public final class MemberAuthorisation {
    private final List<String> addresses;
    private final List<String> identities;

    /**
     * @param addresses IP addresses or prefixes, at least one
     * @param identities patterns: {@code fqdn:*.example.org}, {@code user:*@example.org}, {@code
     *     dn:CN=*,O=Example}, {@code certificate:OU=WAN}, {@code keyid:branch7}
     */
    public MemberAuthorisation(List<String> addresses, List<String> identities) {
        this.addresses = List.copyOf(addresses);
        this.identities = List.copyOf(identities);
    }

    /** IP addresses or prefixes. */
    public List<String> addresses() {
        return addresses;
    }

    /** Patterns of identities that are no addresses. */
    public List<String> identities() {
        return identities;
    }
}
