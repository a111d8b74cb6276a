// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

/**
 * Priorities of table 0, highest first, in one place. All but the last two stand above 40000, where
 * ONOS itself asks for ARP and LLDP, so that no request of another application overrides a guard.
 */
public enum RulePriority {
    /** a member that was put out: before everything that its port or its ESP may otherwise do */
    EVICTION(61_000),
    /** LLDP and BDDP from ports that lead to no switch are forged: before DISCOVERY */
    DISCOVERY_GUARD(60_000),
    /** LLDP and BDDP from any other port build the topology */
    DISCOVERY(59_000),
    /** no ARP and no neighbour discovery crosses a WAN port: before ONOS's own request for them */
    NEIGHBOUR_GUARD(58_000),
    /** ARP and neighbour discovery from site and key server ports is the application's */
    NEIGHBOUR(57_000),
    /** GDOI between configured addresses: before the guards that know only addresses */
    GDOI(56_000),
    /** everything else to and from the key server */
    KEY_SERVER_GUARD(55_500),
    /** the member's address from a local port, ESP from the member to its own site */
    ADDRESS_GUARD(55_000),
    /** ESP from the member to a multicast group: before ESP to anybody */
    MULTICAST(54_500),
    /** ESP between member port and WAN: before any line, because lines are about clear text */
    ESP(54_000),
    /** ICMP errors from the WAN go to the member only, who knows what they quote */
    ICMP_ERROR(53_000),
    /** between hosts of the site, and from the member to them: before any line */
    INSIDE_SITE(52_000),
    /** the first line of the policy; each line takes {@link #STEP}, downwards */
    LINES(51_000),
    /** from the site, no line matched */
    NO_POLICY(42_500),
    /** the last word on each port with a role */
    PORT_GUARD(42_000),
    /** a core switch forwards IP: below ONOS's own requests */
    TRANSIT(10_000),
    /** the table miss: what nobody let through */
    MISS(0);

    /** Priorities that a line takes: its rule, and below it the guard behind that rule. */
    public static final int STEP = 2;

    private final int value;

    RulePriority(int value) {
        this.value = value;
    }

    /** The OpenFlow priority, 0 to 65535. */
    public int value() {
        return value;
    }

    /**
     * Priority of a line's rule; its guard stands one below.
     *
     * @param index of the line, from 0
     * @throws IllegalArgumentException if the policy has more lines than priorities
     */
    public static int line(int index) {
        if (index < 0 || index >= maxLines()) {
            throw new IllegalArgumentException("policy of more than " + maxLines() + " lines");
        }
        return LINES.value - index * STEP;
    }

    /** How many lines a site's policy may have, its own exceptions included. */
    public static int maxLines() {
        return (LINES.value - NO_POLICY.value) / STEP - 1;
    }
}
