// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.getvpn.app.config.Site;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.RulePriority;
import org.getvpn.app.policy.ClearLines;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.LineMatch;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.RekeyGroup;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IPv4;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/**
 * What may come in from the WAN apart from ESP with an announced SPI: GDOI from the key server, its
 * rekeys by multicast too, ICMP errors for the member, and what BYPASS lines let through, answers
 * too. ESP that comes here has an SPI that no key has.
 */
final class WanEntries {
    private static final int ESP = 50;
    private static final int ICMPV6 = 58;

    /** Destination unreachable with "too big", time exceeded, parameter problem (RFC 792). */
    private static final List<Integer> ICMP_ERRORS = List.of(3, 11, 12);

    /** Unreachable, too big, time exceeded, parameter problem (RFC 4443). */
    private static final List<Integer> ICMPV6_ERRORS = List.of(1, 2, 3, 4);

    /** Neighbour solicitation and advertisement (RFC 4861). */
    private static final List<Integer> DISCOVERY = List.of(135, 136);

    private final SitePolicy policy;
    private final Site site;
    private final int number;
    private final Replicas replicas;

    /**
     * @param replicas of the switch: its one datagram may come in by a port of any of its sites
     */
    WanEntries(SitePolicy policy, int number, Replicas replicas) {
        this.policy = policy;
        this.site = policy.site();
        this.number = number;
        this.replicas = replicas;
    }

    void addTo(EntryList entries) {
        for (IpAddress.Version version : IpAddress.Version.values()) {
            addGuards(entries, Table.WAN_GUARD.of(version));
        }
        if (site.has(IpAddress.Version.INET6)) {
            for (int type : DISCOVERY) {
                entries.drop(
                        Table.WAN_GUARD_IPV6,
                        RulePriority.NEIGHBOUR_GUARD.value(),
                        match().protocol(ICMPV6).icmpType(type),
                        DropReason.ND_FROM_WAN,
                        site.name(),
                        "no neighbour discovery over the WAN");
            }
        }
        for (IpAddress keyServer : policy.keyServers()) {
            if (keyServer.version() == site.memberAddress().version()) {
                addGdoi(entries, keyServer);
            }
            replicas.listenedTo().stream()
                    .filter(group -> keyServer.isIp4() && group.address().isIp4())
                    .forEach(group -> addRekeys(entries, keyServer, group));
        }
        for (IpPrefix prefix : site.prefixes()) {
            for (int type : prefix.isIp4() ? ICMP_ERRORS : ICMPV6_ERRORS) {
                entries.permit(
                        Table.WAN_GUARD.of(prefix.version()),
                        RulePriority.ICMP_ERROR.value(),
                        match().destination(prefix)
                                .protocol(prefix.isIp4() ? IPv4.PROTOCOL_ICMP : ICMPV6)
                                .icmpType(type),
                        Action.toMember(site.memberPort()),
                        site.name(),
                        "ICMP error to the member");
            }
            addLines(entries, prefix);
        }
    }

    private void addGuards(EntryList entries, Table table) {
        if (policy.access() == MemberAccess.EVICTED) {
            entries.drop(
                    table,
                    RulePriority.EVICTION.value(),
                    match().protocol(ESP),
                    DropReason.MEMBER_EVICTED,
                    site.name(),
                    "no ESP to an evicted member");
        }
        entries.drop(
                table,
                RulePriority.ESP.value(),
                match().protocol(ESP),
                DropReason.UNKNOWN_SPI,
                site.name(),
                "no ESP with an SPI that no key has");
        entries.drop(
                table,
                RulePriority.PORT_GUARD.value(),
                match(),
                DropReason.UNEXPECTED_FROM_WAN,
                site.name(),
                "nothing else from the WAN");
    }

    private void addGdoi(EntryList entries, IpAddress keyServer) {
        entries.permit(
                Table.WAN_GUARD.of(keyServer.version()),
                RulePriority.GDOI.value(),
                fromKeyServer(keyServer).protocol(IPv4.PROTOCOL_UDP).sourcePort(policy.gdoiPort()),
                Action.TO_LOCAL,
                site.name(),
                "GDOI to the member");
        entries.permit(
                Table.WAN_GUARD.of(keyServer.version()),
                RulePriority.GDOI.value(),
                fromKeyServer(keyServer).laterUdpFragment(keyServer.version()),
                Action.TO_LOCAL,
                site.name(),
                "later fragments of GDOI");
    }

    private EntryMatch fromKeyServer(IpAddress keyServer) {
        return match().source(keyServer.toIpPrefix())
                .destination(site.memberAddress().toIpPrefix());
    }

    private void addRekeys(EntryList entries, IpAddress keyServer, RekeyGroup group) {
        for (EntryMatch datagrams :
                List.of(
                        toGroup(keyServer, group)
                                .protocol(IPv4.PROTOCOL_UDP)
                                .sourcePort(policy.gdoiPort())
                                .destinationPort(group.port()),
                        toGroup(keyServer, group).laterUdpFragment(keyServer.version()))) {
            entries.permit(
                    Table.WAN_GUARD,
                    RulePriority.GDOI.value(),
                    datagrams,
                    Action.copy(replicas.number(replicas.listeners(group))),
                    site.name(),
                    "rekeys by multicast");
        }
    }

    private EntryMatch toGroup(IpAddress keyServer, RekeyGroup group) {
        return match().source(keyServer.toIpPrefix()).destination(group.address().toIpPrefix());
    }

    private void addLines(EntryList entries, IpPrefix prefix) {
        ClearLines clear = new ClearLines(policy, prefix);
        for (int i = 0; i < policy.lines().size(); i++) {
            PolicyLine line = policy.lines().get(i);
            if (line.action() == PolicyLine.Action.BYPASS) {
                for (LineMatch match : clear.arriving(line)) {
                    addClear(entries, i, match, "line " + (i + 1) + " BYPASS");
                }
                continue;
            }
            Optional<LineMatch> match = LineMatch.arriving(line, prefix);
            if (match.isPresent()) {
                if (policy.letsArrive(line)) {
                    addClear(entries, i, match.get(), PolicyRule.CLEAR_ARRIVING);
                } else {
                    addClosed(entries, i, match.get(), clear);
                }
                for (LineMatch hidden : match.get().hidden(EntryMatch.HIDDEN)) {
                    if (clear.hiddenArrive(i, hidden)) {
                        addClear(entries, i, hidden, PolicyRule.CLEAR_ARRIVING);
                    } else {
                        addClosed(entries, i, hidden, clear);
                    }
                }
            }
        }
    }

    private void addClear(EntryList entries, int index, LineMatch match, String purpose) {
        SortedSet<PortNumber> hosts = replicas.of(policy).hosts();
        if (match.isMulticast() && hosts.isEmpty()) {
            return;
        }
        entries.permit(
                table(match),
                RulePriority.line(index),
                match().line(match),
                match.isMulticast()
                        ? Action.replicate(replicas.number(hosts), Role.LOCAL)
                        : Action.TO_LOCAL,
                site.name(),
                purpose);
    }

    /** Twice where a later BYPASS overlaps: losing one entry must not open the other. */
    private void addClosed(EntryList entries, int index, LineMatch match, ClearLines clear) {
        PolicyLine.Action action = policy.lines().get(index).action();
        boolean overlapped = clear.opensBehind(index, match);
        for (int behind = 0; behind < (overlapped ? RulePriority.STEP : 1); behind++) {
            entries.drop(
                    table(match),
                    RulePriority.line(index) - behind,
                    match().line(match),
                    action == PolicyLine.Action.PROTECT
                            ? DropReason.CLEARTEXT_FROM_WAN
                            : DropReason.POLICY_DROP,
                    site.name(),
                    (behind == 0 ? "line " : "behind line ") + (index + 1) + " " + action);
        }
    }

    private static Table table(LineMatch match) {
        return Table.WAN_GUARD.of(match.source().version());
    }

    private EntryMatch match() {
        return EntryMatch.site(number);
    }
}
