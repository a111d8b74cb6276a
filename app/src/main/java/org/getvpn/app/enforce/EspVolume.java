// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.Map;
import org.getvpn.app.openflow.PolicyRule;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowId;

/**
 * What the members of each site have sent as ESP, added up from the counters of their switches. A
 * rule that a switch lost begins to count anew; what it counted before stays in the sum. One thread
 * observes, any may ask.
 */
final class EspVolume {
    /** Packets and octets of frames since this controller began to look. */
    static final class Sum {
        private final long packets;
        private final long octets;

        Sum(long packets, long octets) {
            this.packets = packets;
            this.octets = octets;
        }

        long packets() {
            return packets;
        }

        long octets() {
            return octets;
        }

        Sum plus(Sum other) {
            return new Sum(packets + other.packets, octets + other.octets);
        }

        Sum minus(Sum other) {
            return new Sum(packets - other.packets, octets - other.octets);
        }
    }

    private static final Sum ZERO = new Sum(0, 0);

    private final Map<FlowId, Sum> counters = new HashMap<>();
    private final Map<String, Sum> sites = new HashMap<>();

    /** Takes up counters of a switch as they were read back. */
    synchronized void observe(Map<PolicyRule, FlowEntry> confirmed) {
        confirmed.forEach(this::observe);
    }

    private void observe(PolicyRule rule, FlowEntry entry) {
        if (!rule.purpose().equals(PolicyRule.ESP_TO_WAN)) {
            return;
        }
        Sum now = new Sum(entry.packets(), entry.bytes());
        Sum before = counters.put(entry.id(), now);
        boolean first = before == null;
        boolean anew = !first && now.packets() < before.packets();
        // what it counted before we looked was sent under keys that we know nothing of
        Sum more = first ? ZERO : anew ? now : now.minus(before);
        sites.merge(rule.site(), more, Sum::plus);
    }

    /** What the member of a site has sent since the first look at its switch. */
    synchronized Sum of(String site) {
        return sites.getOrDefault(site, ZERO);
    }
}
