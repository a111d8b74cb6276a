// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.ClearLines;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.LineMatch;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/** What may come in by the ports towards end hosts. */
final class LocalPortRules {
    private final SitePolicy policy;
    private final Site site;
    private final String name;

    LocalPortRules(SitePolicy policy) {
        this.policy = policy;
        this.site = policy.site();
        this.name = site.name();
    }

    void addTo(RuleList rules) {
        for (PortNumber port : site.ports().local()) {
            addGuards(rules, port);
            rules.output(
                    RulePriority.NEIGHBOUR.value(),
                    Match.from(port).ethernet(EtherType.ARP),
                    PortNumber.CONTROLLER,
                    name,
                    "ARP is answered by the application");
            if (site.has(IpAddress.Version.INET6)) {
                for (Match match : Match.discovery(port)) {
                    rules.output(
                            RulePriority.NEIGHBOUR.value(),
                            match,
                            PortNumber.CONTROLLER,
                            name,
                            "neighbour discovery is answered by the application");
                }
            }
            for (IpPrefix from : site.prefixes()) {
                for (IpPrefix to : site.prefixes()) {
                    if (from.version() == to.version()) {
                        rules.forward(
                                RulePriority.INSIDE_SITE.value(),
                                Match.from(port).source(from).destination(to),
                                name,
                                "between hosts of the site");
                    }
                }
                addLines(rules, port, from);
            }
        }
    }

    private void addGuards(RuleList rules, PortNumber port) {
        for (EtherType type : List.of(EtherType.LLDP, EtherType.BDDP)) {
            rules.drop(
                    RulePriority.DISCOVERY_GUARD.value(),
                    Match.from(port).ethernet(type),
                    DropReason.DISCOVERY_GUARD,
                    name,
                    "forged discovery");
        }
        rules.drop(
                RulePriority.ADDRESS_GUARD.value(),
                Match.from(port).source(site.memberAddress().toIpPrefix()),
                DropReason.SOURCE_GUARD,
                name,
                "the member's address, not from its port");
        for (IpPrefix prefix : site.prefixes()) {
            rules.drop(
                    RulePriority.NO_POLICY.value(),
                    Match.from(port).source(prefix),
                    DropReason.NO_POLICY,
                    name,
                    "no line matched");
        }
        rules.drop(
                RulePriority.PORT_GUARD.value(),
                Match.from(port),
                DropReason.SOURCE_GUARD,
                name,
                "not the site's source");
    }

    private void addLines(RuleList rules, PortNumber port, IpPrefix prefix) {
        ClearLines clear = new ClearLines(policy, prefix);
        for (int i = 0; i < policy.lines().size(); i++) {
            Optional<LineMatch> match = LineMatch.leaving(policy.lines().get(i), prefix);
            if (match.isEmpty()) {
                continue;
            }
            List<LineMatch> passing = clear.leavingBehind(i);
            addLine(rules, port, i, match.get());
            addGuardBehind(rules, port, i, match.get(), passing);
            // A non-first fragment shows ports 0, and in IPv6 no protocol, and so slips past a line
            // with either, perhaps into a later BYPASS. Whatever the line says, the member resolves
            // it.
            for (LineMatch fragments : match.get().hidden(Match.LATER_FRAGMENT)) {
                addFragments(rules, port, i, fragments, clear);
                addGuardBehind(rules, port, i, fragments, passing);
            }
        }
    }

    private void addFragments(
            RuleList rules, PortNumber port, int index, LineMatch fragments, ClearLines clear) {
        Match packets = Match.from(port).line(fragments);
        if (clear.hiddenLeave(index, fragments)) {
            rules.forward(RulePriority.line(index), packets, name, PolicyRule.CLEAR_LEAVING);
            return;
        }
        steer(rules, index, packets, fragments, line(index) + " non-first fragments");
    }

    private void addLine(RuleList rules, PortNumber port, int index, LineMatch match) {
        int priority = RulePriority.line(index);
        PolicyLine.Action action = policy.lines().get(index).action();
        String purpose = line(index) + " " + action;
        Match packets = Match.from(port).line(match);
        switch (action) {
            case PROTECT:
                if (policy.migration().letsLeave()) {
                    rules.forward(priority, packets, name, PolicyRule.CLEAR_LEAVING);
                    break;
                }
                steer(rules, index, packets, match, purpose);
                break;
            case BYPASS:
                rules.forward(priority, packets, name, purpose);
                break;
            case DROP:
                rules.drop(priority, packets, DropReason.POLICY_DROP, name, purpose);
                break;
            default:
                throw new IllegalStateException("no rule for " + action);
        }
    }

    /** To the member; what goes to a multicast group has receivers in the site, too. */
    private void steer(RuleList rules, int index, Match packets, LineMatch match, String purpose) {
        List<PortNumber> ports = new ArrayList<>(List.of(site.memberPort()));
        if (match.isMulticast()) {
            ports.addAll(site.ports().local());
        }
        rules.copy(RulePriority.line(index), packets, ports, name, purpose);
    }

    /** Should the line's own rule go missing, a later BYPASS must not get its packets. */
    private void addGuardBehind(
            RuleList rules, PortNumber port, int index, LineMatch match, List<LineMatch> passing) {
        if (!policy.letsLeave(policy.lines().get(index))
                && passing.stream().anyMatch(match::overlaps)) {
            rules.drop(
                    RulePriority.line(index) - 1,
                    Match.from(port).line(match),
                    DropReason.NOT_STEERED,
                    name,
                    "behind " + line(index));
        }
    }

    private static String line(int index) {
        return "line " + (index + 1);
    }
}
