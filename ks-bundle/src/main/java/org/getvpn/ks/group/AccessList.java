// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.ks.api.MemberAuthorisation;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.config.IdentityPattern;
import org.getvpn.ks.config.PrefixText;

/**
 * Who may join a group: whoever comes from a listed address and is a listed address itself, or
 * matches a pattern of identities. Nobody else.
 */
final class AccessList {
    private static final int IPV4_ADDRESS = 1;
    private static final int IPV6_ADDRESS = 5;

    private final MemberAuthorisation authorisation;
    private final List<IpPrefix> prefixes;
    private final List<IdentityPattern> patterns;

    AccessList(MemberAuthorisation authorisation) {
        this.authorisation = authorisation;
        this.prefixes =
                authorisation.addresses().stream()
                        .map(PrefixText::parse)
                        .collect(Collectors.toList());
        this.patterns =
                authorisation.identities().stream()
                        .map(IdentityPattern::parse)
                        .collect(Collectors.toList());
    }

    boolean admits(Member member) {
        return refusal(member).isEmpty();
    }

    /** Why a member may not join; empty if it may. */
    Optional<String> refusal(Member member) {
        String address = member.endpoint().address().getHostAddress();
        if (!isListed(member.endpoint().address().getAddress())) {
            return Optional.of(
                    "not authorised: address "
                            + address
                            + " matches none of the group's members "
                            + authorisation.addresses()
                            + ": add it there if it should");
        }
        int type = member.identityType();
        if (type == IPV4_ADDRESS || type == IPV6_ADDRESS) {
            boolean listed =
                    AddressText.parse(member.identity())
                            .filter(identity -> isListed(identity.getAddress()))
                            .isPresent();
            return listed
                    ? Optional.empty()
                    : Optional.of(
                            "not authorised: identity "
                                    + member.identity()
                                    + " matches none of the group's members "
                                    + authorisation.addresses()
                                    + ": add it there if it should");
        }
        String subject = member.certificateSubject().orElse(null);
        boolean matches =
                patterns.stream()
                        .anyMatch(pattern -> pattern.matches(type, member.identity(), subject));
        return matches
                ? Optional.empty()
                : Optional.of(
                        "not authorised: identity "
                                + member.identity()
                                + " matches none of the group's identities "
                                + authorisation.identities()
                                + ": add a pattern there if it should");
    }

    private boolean isListed(byte[] address) {
        return prefixes.stream().anyMatch(prefix -> prefix.contains(address));
    }
}
