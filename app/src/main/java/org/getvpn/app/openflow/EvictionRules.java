// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import org.getvpn.app.config.Site;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/**
 * Closes the port of a member that was put out of its group: until the keys are replaced it holds
 * one. The rules stand above all others and are guards, so that they count from the first of them
 * on, whatever else the switch still holds; readmitting takes them away and changes nothing else.
 */
final class EvictionRules {
    private final SitePolicy policy;

    EvictionRules(SitePolicy policy) {
        this.policy = policy;
    }

    void addTo(RuleList rules) {
        if (policy.access() != MemberAccess.EVICTED) {
            return;
        }
        Site site = policy.site();
        rules.drop(
                RulePriority.EVICTION.value(),
                Match.from(site.memberPort()),
                DropReason.MEMBER_EVICTED,
                site.name(),
                "nothing from an evicted member");
        for (PortNumber port : site.ports().wan()) {
            for (IpPrefix prefix : site.prefixes()) {
                rules.drop(
                        RulePriority.EVICTION.value(),
                        Match.from(port).destination(prefix).esp(),
                        DropReason.MEMBER_EVICTED,
                        site.name(),
                        "no ESP to an evicted member");
            }
        }
    }
}
