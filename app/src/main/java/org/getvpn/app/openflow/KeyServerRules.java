// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.KeyServerPolicy;
import org.getvpn.app.policy.RekeyGroup;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/**
 * GDOI, its rekeys by multicast too, and nothing else, between members and the key server, at the
 * switch it hangs on.
 */
final class KeyServerRules {
    private final KeyServerPolicy policy;
    private final PortNumber port;
    private final List<PortNumber> ingress;

    /**
     * @param wan where members' GDOI comes in if the switch is an edge; core switches take it from
     *     any port
     */
    KeyServerRules(KeyServerPolicy policy, boolean edge, Set<PortNumber> wan) {
        this.policy = policy;
        this.port = policy.attachment().port().port();
        this.ingress = edge ? new ArrayList<>(wan) : List.of(PortNumber.ANY);
    }

    void addTo(RuleList rules) {
        for (EtherType type : List.of(EtherType.LLDP, EtherType.BDDP)) {
            rules.drop(
                    RulePriority.DISCOVERY_GUARD.value(),
                    Match.from(port).ethernet(type),
                    DropReason.DISCOVERY_GUARD,
                    "",
                    "forged discovery");
        }
        rules.output(
                RulePriority.NEIGHBOUR.value(),
                Match.from(port).ethernet(EtherType.ARP),
                PortNumber.CONTROLLER,
                "",
                "ARP is answered by the application");
        if (!policy.attachment().prefix().isIp4()) {
            for (Match match : Match.discovery(port)) {
                rules.output(
                        RulePriority.NEIGHBOUR.value(),
                        match,
                        PortNumber.CONTROLLER,
                        "",
                        "neighbour discovery is answered by the application");
            }
        }
        for (IpAddress address : policy.addresses()) {
            for (IpPrefix member : policy.members()) {
                if (member.version() == address.version()) {
                    addGdoi(rules, address.toIpPrefix(), member);
                }
            }
        }
        for (RekeyGroup group : policy.rekeyGroups()) {
            for (IpAddress address : policy.addresses()) {
                if (address.version() == group.address().version()) {
                    for (Match match : rekeys(port, address, policy.gdoiPort(), group)) {
                        rules.forward(RulePriority.GDOI.value(), match, "", "rekeys by multicast");
                    }
                }
            }
        }
        for (PortNumber from : ingress) {
            rules.drop(
                    RulePriority.KEY_SERVER_GUARD.value(),
                    from(from).destination(policy.attachment().prefix()),
                    DropReason.NOT_GDOI,
                    "",
                    "only GDOI to the key server");
        }
        rules.drop(
                RulePriority.PORT_GUARD.value(),
                Match.from(port),
                DropReason.NOT_GDOI,
                "",
                "only GDOI from the key server");
    }

    /** Rekeys by multicast as they come in by {@code port}, whole and in fragments. */
    static List<Match> rekeys(
            PortNumber port, IpAddress keyServer, int gdoiPort, RekeyGroup group) {
        return List.of(
                toGroup(port, keyServer, group).udpSource(gdoiPort).udpDestination(group.port()),
                toGroup(port, keyServer, group).laterUdpFragment());
    }

    private static Match toGroup(PortNumber port, IpAddress keyServer, RekeyGroup group) {
        return Match.from(port)
                .source(keyServer.toIpPrefix())
                .destination(group.address().toIpPrefix());
    }

    private void addGdoi(RuleList rules, IpPrefix keyServer, IpPrefix member) {
        rules.forward(
                RulePriority.GDOI.value(),
                Match.from(port).source(keyServer).destination(member).udpSource(policy.gdoiPort()),
                "",
                "GDOI from the key server");
        rules.forward(
                RulePriority.GDOI.value(),
                Match.from(port).source(keyServer).destination(member).laterUdpFragment(),
                "",
                "later fragments of GDOI");
        for (PortNumber from : ingress) {
            rules.forward(
                    RulePriority.GDOI.value(),
                    from(from)
                            .source(member)
                            .destination(keyServer)
                            .udpDestination(policy.gdoiPort()),
                    "",
                    "GDOI to the key server");
            rules.forward(
                    RulePriority.GDOI.value(),
                    from(from).source(member).destination(keyServer).laterUdpFragment(),
                    "",
                    "later fragments of GDOI");
        }
    }

    private static Match from(PortNumber port) {
        return port.equals(PortNumber.ANY) ? Match.all() : Match.from(port);
    }
}
