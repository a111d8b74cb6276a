// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.Optional;
import org.getvpn.app.config.Site;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.RulePriority;
import org.getvpn.app.policy.ClearLines;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.LineMatch;
import org.getvpn.app.policy.SitePolicy;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.pi.runtime.PiAction;

/** What may come in by the ports towards end hosts: the site's sources, then the ordered lines. */
final class OutboundEntries {
    private final SitePolicy policy;
    private final Site site;
    private final int number;
    private final Replicas replicas;
    private final SiteCopies copies;

    OutboundEntries(SitePolicy policy, int number, Replicas replicas) {
        this.policy = policy;
        this.replicas = replicas;
        this.copies = replicas.of(policy);
        this.site = policy.site();
        this.number = number;
    }

    void addTo(EntryList entries) {
        for (IpAddress.Version version : IpAddress.Version.values()) {
            entries.drop(
                    Table.SOURCE_GUARD.of(version),
                    match(),
                    DropReason.SOURCE_GUARD,
                    site.name(),
                    "not the site's source");
            entries.drop(
                    Table.OUTBOUND_POLICY.of(version),
                    RulePriority.NO_POLICY.value(),
                    match(),
                    DropReason.NO_POLICY,
                    site.name(),
                    "no line matched");
        }
        entries.drop(
                Table.SOURCE_GUARD.of(site.memberAddress().version()),
                match().longestSource(site.memberAddress().toIpPrefix()),
                DropReason.SOURCE_GUARD,
                site.name(),
                "the member's address, not from its port");
        for (IpPrefix from : site.prefixes()) {
            entries.permit(
                    Table.SOURCE_GUARD.of(from.version()),
                    match().longestSource(from),
                    Action.ACCEPT_SOURCE,
                    site.name(),
                    "the site's source");
            for (IpPrefix to : site.prefixes()) {
                if (to.version() == from.version()) {
                    entries.permit(
                            Table.OUTBOUND_POLICY.of(from.version()),
                            RulePriority.INSIDE_SITE.value(),
                            match().source(from).destination(to),
                            Action.BYPASS,
                            site.name(),
                            "between hosts of the site");
                }
            }
            addLines(entries, from);
        }
    }

    private void addLines(EntryList entries, IpPrefix prefix) {
        ClearLines clear = new ClearLines(policy, prefix);
        for (int i = 0; i < policy.lines().size(); i++) {
            Optional<LineMatch> match = LineMatch.leaving(policy.lines().get(i), prefix);
            if (match.isEmpty()) {
                continue;
            }
            List<LineMatch> passing = clear.leavingBehind(i);
            addLine(entries, i, match.get());
            addGuardBehind(entries, i, match.get(), passing);
            // A later fragment, and a packet with IP options, shows ports 0, one with extension
            // headers no protocol, and so slips past a line with either, perhaps into a later
            // BYPASS: the member resolves it.
            for (LineMatch hidden : match.get().hidden(EntryMatch.HIDDEN)) {
                boolean leave = clear.hiddenLeave(i, hidden);
                entries.permit(
                        table(hidden),
                        RulePriority.line(i),
                        match().line(hidden),
                        leave ? leave(hidden) : protect(hidden),
                        site.name(),
                        leave ? PolicyRule.CLEAR_LEAVING : line(i) + " without ports in reach");
                addGuardBehind(entries, i, hidden, passing);
            }
        }
    }

    private void addLine(EntryList entries, int index, LineMatch match) {
        PolicyLine.Action action = policy.lines().get(index).action();
        String purpose = line(index) + " " + action;
        int priority = RulePriority.line(index);
        if (action == PolicyLine.Action.DROP) {
            entries.drop(
                    table(match),
                    priority,
                    match().line(match),
                    DropReason.POLICY_DROP,
                    site.name(),
                    purpose);
            return;
        }
        boolean leaves = policy.letsLeave(policy.lines().get(index));
        entries.permit(
                table(match),
                priority,
                match().line(match),
                leaves ? leave(match) : protect(match),
                site.name(),
                leaves && action == PolicyLine.Action.PROTECT ? PolicyRule.CLEAR_LEAVING : purpose);
    }

    private PiAction leave(LineMatch match) {
        return match.isMulticast()
                ? Action.replicate(replicas.number(copies.leaving()))
                : Action.BYPASS;
    }

    /** To the member; what goes to a multicast group has receivers in the site, too. */
    private PiAction protect(LineMatch match) {
        return match.isMulticast()
                ? Action.copy(replicas.number(copies.inside()))
                : Action.protect(site.memberPort());
    }

    /** Should the line's own entry go missing, a later BYPASS must not get its packets. */
    private void addGuardBehind(
            EntryList entries, int index, LineMatch match, List<LineMatch> passing) {
        if (!policy.letsLeave(policy.lines().get(index))
                && passing.stream().anyMatch(match::overlaps)) {
            entries.drop(
                    table(match),
                    RulePriority.line(index) - 1,
                    match().line(match),
                    DropReason.NOT_STEERED,
                    site.name(),
                    "behind " + line(index));
        }
    }

    private static Table table(LineMatch match) {
        return Table.OUTBOUND_POLICY.of(match.source().version());
    }

    private EntryMatch match() {
        return EntryMatch.site(number);
    }

    private static String line(int index) {
        return "line " + (index + 1);
    }
}
