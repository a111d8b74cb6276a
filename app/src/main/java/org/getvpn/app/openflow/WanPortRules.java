// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.ClearLines;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.LineMatch;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.RekeyGroup;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/**
 * What may come in from the WAN: ESP for the site, GDOI from the key server, ICMP errors for the
 * member, and what BYPASS lines let through. A BYPASS line counts for its answers too.
 */
final class WanPortRules {
    /** Destination unreachable with "too big", time exceeded, parameter problem (RFC 792). */
    private static final List<Integer> ICMP_ERRORS = List.of(3, 11, 12);

    /** Unreachable, too big, time exceeded, parameter problem (RFC 4443). */
    private static final List<Integer> ICMPV6_ERRORS = List.of(1, 2, 3, 4);

    private final SitePolicy policy;
    private final Site site;
    private final String name;
    private final List<RekeyGroup> listenedTo;
    private final DevicePolicy device;

    /**
     * @param listenedTo groups of rekeys that some member of the switch listens to: the tree enters
     *     a switch once, by a port of any of its sites
     * @param device of the site: multicast data comes once for all that share a port
     */
    WanPortRules(SitePolicy policy, List<RekeyGroup> listenedTo, DevicePolicy device) {
        this.policy = policy;
        this.device = device;
        this.listenedTo = listenedTo;
        this.site = policy.site();
        this.name = site.name();
    }

    void addTo(RuleList rules) {
        for (PortNumber port : new LinkedHashSet<>(site.ports().wan())) {
            rules.drop(
                    RulePriority.NEIGHBOUR_GUARD.value(),
                    Match.from(port).ethernet(EtherType.ARP),
                    DropReason.ARP_FROM_WAN,
                    name,
                    "no ARP over the WAN");
            if (site.has(IpAddress.Version.INET6)) {
                for (Match match : Match.discovery(port)) {
                    rules.drop(
                            RulePriority.NEIGHBOUR_GUARD.value(),
                            match,
                            DropReason.ND_FROM_WAN,
                            name,
                            "no neighbour discovery over the WAN");
                }
            }
            addGdoi(rules, port);
            for (IpPrefix prefix : site.prefixes()) {
                rules.output(
                        RulePriority.ESP.value(),
                        Match.from(port).destination(prefix).esp(),
                        site.memberPort(),
                        name,
                        "ESP to the member");
                for (int type : prefix.isIp4() ? ICMP_ERRORS : ICMPV6_ERRORS) {
                    rules.output(
                            RulePriority.ICMP_ERROR.value(),
                            Match.from(port).destination(prefix).icmp(prefix, type),
                            site.memberPort(),
                            name,
                            "ICMP error to the member");
                }
                addLines(rules, port, prefix);
            }
            for (IpPrefix group : policy.multicastDestinations()) {
                rules.copy(
                        RulePriority.ESP.value(),
                        Match.from(port).destination(group).esp(),
                        members(port, group),
                        name,
                        "multicast ESP to the member");
            }
            rules.drop(
                    RulePriority.PORT_GUARD.value(),
                    Match.from(port),
                    DropReason.UNEXPECTED_FROM_WAN,
                    name,
                    "nothing else from the WAN");
        }
    }

    private void addGdoi(RuleList rules, PortNumber port) {
        for (IpAddress keyServer : policy.keyServers()) {
            if (keyServer.version() == site.memberAddress().version()) {
                rules.forward(
                        RulePriority.GDOI.value(),
                        Match.from(port)
                                .source(keyServer.toIpPrefix())
                                .destination(site.memberAddress().toIpPrefix())
                                .udpSource(policy.gdoiPort()),
                        name,
                        "GDOI to the member");
                rules.forward(
                        RulePriority.GDOI.value(),
                        Match.from(port)
                                .source(keyServer.toIpPrefix())
                                .destination(site.memberAddress().toIpPrefix())
                                .laterUdpFragment(),
                        name,
                        "later fragments of GDOI");
            }
            listenedTo.stream()
                    .filter(group -> group.address().version() == keyServer.version())
                    .forEach(group -> addRekeys(rules, port, keyServer, group));
        }
    }

    private void addRekeys(RuleList rules, PortNumber port, IpAddress keyServer, RekeyGroup group) {
        for (Match match : KeyServerRules.rekeys(port, keyServer, policy.gdoiPort(), group)) {
            rules.forward(RulePriority.GDOI.value(), match, name, "rekeys by multicast");
        }
    }

    private void addLines(RuleList rules, PortNumber port, IpPrefix prefix) {
        ClearLines clear = new ClearLines(policy, prefix);
        for (int i = 0; i < policy.lines().size(); i++) {
            PolicyLine line = policy.lines().get(i);
            if (line.action() == PolicyLine.Action.BYPASS) {
                for (LineMatch match : clear.arriving(line)) {
                    addClear(rules, port, i, match, "line " + (i + 1) + " BYPASS");
                }
                continue;
            }
            Optional<LineMatch> match = LineMatch.arriving(line, prefix);
            if (match.isPresent()) {
                if (letsArrive(line, match.get())) {
                    addClear(rules, port, i, match.get(), PolicyRule.CLEAR_ARRIVING);
                } else {
                    addClosed(rules, port, i, match.get(), clear);
                }
                for (LineMatch fragments : match.get().hidden(Match.LATER_FRAGMENT)) {
                    if (clear.hiddenArrive(i, fragments)) {
                        addClear(rules, port, i, fragments, PolicyRule.CLEAR_ARRIVING);
                    } else {
                        addClosed(rules, port, i, fragments, clear);
                    }
                }
            }
        }
    }

    private void addClear(
            RuleList rules, PortNumber port, int index, LineMatch match, String purpose) {
        int priority = RulePriority.line(index);
        Match packets = Match.from(port).line(match);
        if (match.isMulticast()) {
            rules.replicate(priority, packets, hosts(policy.lines().get(index)), name, purpose);
        } else {
            rules.forward(priority, packets, name, purpose);
        }
    }

    /** Member ports of those, of any group, who may get what comes by {@code port}. */
    private List<PortNumber> members(PortNumber port, IpPrefix group) {
        return device.sites().stream()
                .filter(each -> each.access() != MemberAccess.EVICTED)
                .filter(each -> device.attachedPorts(each).contains(port))
                .filter(
                        each ->
                                each.multicastDestinations().stream()
                                        .anyMatch(g -> g.contains(group) || group.contains(g)))
                .map(each -> each.site().memberPort())
                .collect(Collectors.toList());
    }

    /** Ports towards hosts at those of the group's sites here that a line lets it arrive at. */
    private List<PortNumber> hosts(PolicyLine line) {
        return device.attachedWith(policy).stream()
                .filter(each -> each.lines().contains(line) && each.letsArrive(line))
                .flatMap(each -> each.site().ports().local().stream())
                .collect(Collectors.toList());
    }

    private boolean letsArrive(PolicyLine line, LineMatch match) {
        return match.isMulticast() ? !hosts(line).isEmpty() : policy.letsArrive(line);
    }

    /** Twice where a later BYPASS overlaps: losing one rule must not open the other. */
    private void addClosed(
            RuleList rules, PortNumber port, int index, LineMatch match, ClearLines clear) {
        PolicyLine.Action action = policy.lines().get(index).action();
        boolean overlapped = clear.opensBehind(index, match);
        for (int behind = 0; behind < (overlapped ? RulePriority.STEP : 1); behind++) {
            rules.drop(
                    RulePriority.line(index) - behind,
                    Match.from(port).line(match),
                    action == PolicyLine.Action.PROTECT
                            ? DropReason.CLEARTEXT_FROM_WAN
                            : DropReason.POLICY_DROP,
                    name,
                    (behind == 0 ? "line " : "behind line ") + (index + 1) + " " + action);
        }
    }
}
