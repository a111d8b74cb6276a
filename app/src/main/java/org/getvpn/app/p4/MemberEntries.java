// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.getvpn.app.config.Site;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.RulePriority;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;

/** What may come in by the port of the group member: ESP, GDOI, and clear text for the site. */
final class MemberEntries {
    private final SitePolicy policy;
    private final Site site;
    private final int number;
    private final Replicas replicas;
    private final SiteCopies copies;

    MemberEntries(SitePolicy policy, int number, Replicas replicas) {
        this.policy = policy;
        this.replicas = replicas;
        this.copies = replicas.of(policy);
        this.site = policy.site();
        this.number = number;
    }

    void addTo(EntryList entries) {
        for (IpAddress.Version version : IpAddress.Version.values()) {
            for (Emitted kind : Emitted.values()) {
                addGuards(entries, Table.MEMBER_GUARD.of(version), kind);
            }
        }
        for (IpAddress keyServer : policy.keyServers()) {
            if (keyServer.version() == site.memberAddress().version()) {
                entries.permit(
                        Table.MEMBER_GUARD.of(keyServer.version()),
                        RulePriority.GDOI.value(),
                        match(Emitted.GDOI)
                                .source(site.memberAddress().toIpPrefix())
                                .destination(keyServer.toIpPrefix()),
                        Action.TO_WAN,
                        site.name(),
                        "GDOI to the key server");
            }
        }
        policy.multicastDestinations().forEach(group -> addMulticast(entries, group));
        for (IpPrefix prefix : site.prefixes()) {
            Table table = Table.MEMBER_GUARD.of(prefix.version());
            addEsp(entries, table, prefix);
            for (Emitted clear : new Emitted[] {Emitted.OTHER, Emitted.GDOI}) {
                entries.permit(
                        table,
                        RulePriority.INSIDE_SITE.value(),
                        match(clear).destination(prefix),
                        Action.TO_LOCAL,
                        site.name(),
                        "decrypted, to the site's hosts");
            }
        }
    }

    /** Without a way to the other sites, ESP finds no route; without hosts, the guard drops. */
    private void addMulticast(EntryList entries, IpPrefix group) {
        Table table = Table.MEMBER_GUARD.of(group.version());
        for (IpPrefix from : site.prefixes()) {
            if (from.version() == group.version() && !copies.onward().isEmpty()) {
                entries.permit(
                        table,
                        RulePriority.MULTICAST.value(),
                        match(Emitted.ESP).source(from).destination(group),
                        Action.replicate(replicas.number(copies.onward()), Role.WAN),
                        site.name(),
                        PolicyRule.ESP_TO_WAN);
            }
        }
        if (copies.hosts().isEmpty()) {
            return;
        }
        for (Emitted clear : new Emitted[] {Emitted.OTHER, Emitted.GDOI}) {
            entries.permit(
                    table,
                    RulePriority.INSIDE_SITE.value(),
                    match(clear).destination(group),
                    Action.replicate(replicas.number(copies.hosts()), Role.LOCAL),
                    site.name(),
                    "decrypted, to the site's hosts");
        }
    }

    private void addGuards(EntryList entries, Table table, Emitted kind) {
        if (policy.access() == MemberAccess.EVICTED) {
            entries.drop(
                    table,
                    RulePriority.EVICTION.value(),
                    match(kind),
                    DropReason.MEMBER_EVICTED,
                    site.name(),
                    "nothing from an evicted member");
        }
        entries.drop(
                table,
                RulePriority.PORT_GUARD.value(),
                match(kind),
                DropReason.CLEARTEXT_FROM_MEMBER,
                site.name(),
                "only ESP and GDOI leave the member");
    }

    private void addEsp(EntryList entries, Table table, IpPrefix from) {
        for (IpPrefix to : site.prefixes()) {
            if (to.version() == from.version()) {
                entries.drop(
                        table,
                        RulePriority.ADDRESS_GUARD.value(),
                        match(Emitted.ESP).source(from).destination(to),
                        DropReason.ESP_TO_SITE,
                        site.name(),
                        "ESP leads to the WAN, never to local ports");
            }
        }
        entries.permit(
                table,
                RulePriority.ESP.value(),
                match(Emitted.ESP).source(from),
                Action.TO_WAN,
                site.name(),
                PolicyRule.ESP_TO_WAN);
    }

    private EntryMatch match(Emitted kind) {
        return EntryMatch.site(number).kind(kind);
    }
}
