// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.RekeyGroup;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.EthType.EtherType;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.PortNumber;

/** Turns the policy of a switch into the rules of its table 0. Pure: same policy, same rules. */
public final class OpenFlowPolicyTranslator {
    private final ApplicationId application;

    /**
     * @param application whose rules they are
     */
    public OpenFlowPolicyTranslator(ApplicationId application) {
        this.application = application;
    }

    /**
     * The rules of table 0; priorities decide, not the order.
     *
     * @param switchPorts ports that lead to other switches; a core switch takes transit from no
     *     other port
     */
    public List<PolicyRule> translate(DevicePolicy policy, Collection<PortNumber> switchPorts) {
        RuleList rules = new RuleList(application, policy.device());
        Set<PortNumber> wan = new LinkedHashSet<>();
        List<RekeyGroup> listenedTo =
                policy.sites().stream()
                        .flatMap(site -> site.rekeyGroup().stream())
                        .distinct()
                        .collect(Collectors.toList());
        for (SitePolicy site : policy.sites()) {
            new EvictionRules(site).addTo(rules);
            new LocalPortRules(site).addTo(rules);
            new MemberPortRules(site).addTo(rules);
            new WanPortRules(site, listenedTo, policy).addTo(rules);
            wan.addAll(site.site().ports().wan());
        }
        policy.keyServer()
                .ifPresent(ks -> new KeyServerRules(ks, policy.isEdge(), wan).addTo(rules));
        addWholeSwitch(rules, policy, switchPorts);
        return rules.rules();
    }

    private static void addWholeSwitch(
            RuleList rules, DevicePolicy policy, Collection<PortNumber> switchPorts) {
        for (EtherType type : List.of(EtherType.LLDP, EtherType.BDDP)) {
            rules.output(
                    RulePriority.DISCOVERY.value(),
                    Match.all().ethernet(type),
                    PortNumber.CONTROLLER,
                    "",
                    "topology discovery");
        }
        if (!policy.isEdge()) {
            for (PortNumber port : switchPorts) {
                for (EtherType type : List.of(EtherType.IPV4, EtherType.IPV6)) {
                    rules.forward(
                            RulePriority.TRANSIT.value(),
                            Match.from(port).ethernet(type),
                            "",
                            "transit");
                }
            }
        }
        rules.drop(RulePriority.MISS.value(), Match.all(), DropReason.NO_ROLE, "", "table miss");
    }
}
