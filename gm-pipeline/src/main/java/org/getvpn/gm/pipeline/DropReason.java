// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

/** Why a packet was dropped; each reason is a counter. */
public enum DropReason {
    /** shorter than its headers say, or with a wrong header checksum */
    MALFORMED("the frame is no whole IPv4 packet"),
    /** IPv6 or another protocol than IPv4 */
    NOT_IPV4("only IPv4 is carried"),
    /** no rule of the group's policy matches */
    NO_POLICY("no policy line matches: add one to the group"),
    /** a DROP rule matches */
    POLICY_DROP("a policy line says DROP"),
    /** a BYPASS rule matches, but what comes from a member port must be encrypted */
    BYPASS_AT_MEMBER_PORT("the policy says BYPASS: the switch should not have steered it here"),
    /** a later fragment, and the rule that might match has ports */
    FRAGMENT_WITHOUT_PORTS("a later fragment of a flow whose policy line has ports"),
    /** there is no key to send with */
    NO_SA("no key yet or no longer: see the registration state"),
    /** the counter of the sender id is used up */
    IV_EXHAUSTED("all IVs of this sender id are used: the member registers again"),
    /** too long for the path after encryption, and it must not be fragmented */
    TOO_BIG("too long with Don't Fragment; the sender was told the MTU"),
    /** an SPI that no key has */
    UNKNOWN_SPI("ESP under an SPI that is not ours: another group, or an old key"),
    /** ESP whose lengths cannot be */
    ESP_MALFORMED("ESP with impossible lengths"),
    /** the integrity check failed */
    FORGED("the integrity check failed: altered on the way, or not of this group"),
    /** an inner packet that is not IPv4 */
    INNER_NOT_IPV4("something else than IPv4 inside ESP"),
    /** the inner packet is not what the policy protects */
    INNER_POLICY("the inner packet matches no PROTECT line"),
    /** inner and outer addresses differ */
    ADDRESSES_DIFFER("inner addresses are not the outer ones"),
    /** congestion experienced on a packet that cannot carry the mark */
    CONGESTION_UNMARKABLE("congestion marked outside, not markable inside (RFC 6040)"),
    /** clear text from the WAN at a gateway, and no BYPASS rule covers it */
    CLEARTEXT_FROM_WAN("clear text from the WAN that no BYPASS line covers"),
    /** the interface did not take the frame */
    SEND_FAILED("the interface's queue was full or it is down");

    private final String meaning;

    DropReason(String meaning) {
        this.meaning = meaning;
    }

    /** In words of an operator. */
    public String meaning() {
        return meaning;
    }
}
