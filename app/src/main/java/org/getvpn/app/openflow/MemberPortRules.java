// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.List;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/** What may come in by the port of the group member: ESP, GDOI, and clear text for the site. */
final class MemberPortRules {
    private final SitePolicy policy;
    private final Site site;
    private final String name;
    private final PortNumber port;

    MemberPortRules(SitePolicy policy) {
        this.policy = policy;
        this.site = policy.site();
        this.name = site.name();
        this.port = site.memberPort();
    }

    void addTo(RuleList rules) {
        for (EtherType type : List.of(EtherType.LLDP, EtherType.BDDP)) {
            rules.drop(
                    RulePriority.DISCOVERY_GUARD.value(),
                    Match.from(port).ethernet(type),
                    DropReason.DISCOVERY_GUARD,
                    name,
                    "forged discovery");
        }
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
        addGdoi(rules);
        addEsp(rules);
        for (IpPrefix prefix : site.prefixes()) {
            rules.forward(
                    RulePriority.INSIDE_SITE.value(),
                    Match.from(port).destination(prefix),
                    name,
                    "decrypted, to the site's hosts");
        }
        for (IpPrefix group : policy.multicastDestinations()) {
            rules.replicate(
                    RulePriority.INSIDE_SITE.value(),
                    Match.from(port).destination(group),
                    site.ports().local(),
                    name,
                    "decrypted, to the site's hosts");
        }
        rules.drop(
                RulePriority.PORT_GUARD.value(),
                Match.from(port),
                DropReason.CLEARTEXT_FROM_MEMBER,
                name,
                "only ESP and GDOI leave the member");
    }

    private void addGdoi(RuleList rules) {
        for (IpAddress keyServer : policy.keyServers()) {
            if (keyServer.version() == site.memberAddress().version()) {
                rules.forward(
                        RulePriority.GDOI.value(),
                        Match.from(port)
                                .source(site.memberAddress().toIpPrefix())
                                .destination(keyServer.toIpPrefix())
                                .udpDestination(policy.gdoiPort()),
                        name,
                        "GDOI to the key server");
                rules.forward(
                        RulePriority.GDOI.value(),
                        Match.from(port)
                                .source(site.memberAddress().toIpPrefix())
                                .destination(keyServer.toIpPrefix())
                                .laterUdpFragment(),
                        name,
                        "later fragments of GDOI");
            }
        }
    }

    private void addEsp(RuleList rules) {
        for (IpPrefix from : site.prefixes()) {
            for (IpPrefix to : site.prefixes()) {
                if (from.version() == to.version()) {
                    rules.drop(
                            RulePriority.ADDRESS_GUARD.value(),
                            Match.from(port).source(from).destination(to).esp(),
                            DropReason.ESP_TO_SITE,
                            name,
                            "ESP leads to the WAN, never to local ports");
                }
            }
            rules.forward(
                    RulePriority.ESP.value(),
                    Match.from(port).source(from).esp(),
                    name,
                    PolicyRule.ESP_TO_WAN);
        }
    }
}
