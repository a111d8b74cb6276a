// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.Locale;

/** Why a switch drops. Every rule that drops has one, and counts under its name. */
public enum DropReason {
    /** from a local port with a source that is not the site's, or that is the member's own */
    SOURCE_GUARD,
    /** from the site, and no line of the policy lets it out */
    NO_POLICY,
    /** a DROP line of the policy */
    POLICY_DROP,
    /** a line protects it, but the rule that steers it to the member is missing */
    NOT_STEERED,
    /** from the member port, and neither ESP, GDOI nor for the site's own hosts */
    CLEARTEXT_FROM_MEMBER,
    /** GDOI from the member port, and faster than its meter allows; P4 switches only */
    GDOI_LIMIT,
    /** to or from the port of a member that was put out of its group */
    MEMBER_EVICTED,
    /** ESP from the member port to the site itself */
    ESP_TO_SITE,
    /** ESP from the WAN with an SPI that no key of the group has; P4 switches only */
    UNKNOWN_SPI,
    /** from the WAN in clear, although the policy protects it */
    CLEARTEXT_FROM_WAN,
    /** from the WAN, and neither ESP or GDOI for this site nor let through by a BYPASS line */
    UNEXPECTED_FROM_WAN,
    /** ARP from the WAN: the site's neighbours are on its own ports */
    ARP_FROM_WAN,
    /** neighbour discovery from the WAN, IPv6's ARP */
    ND_FROM_WAN,
    /** topology discovery forged from a port that leads to no switch */
    DISCOVERY_GUARD,
    /** to or from the key server, but not GDOI between configured addresses */
    NOT_GDOI,
    /** from a port without a role, or of a kind that nobody lets through */
    NO_ROLE,
    /** passed table 0, but nobody knows the way */
    NO_ROUTE;

    /** The name in counters, commands and REST. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
