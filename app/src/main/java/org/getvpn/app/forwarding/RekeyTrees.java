// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.KeyServerPolicy;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.RekeyGroup;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IPv4;
import org.onlab.packet.IpAddress;
import org.onlab.packet.TpPort;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;

/**
 * The way of multicast rekeys, as rules of table 1: from the key server along a tree of shortest
 * paths to the member port of each site whose group has the address. Each switch gets a datagram
 * once. Pure: same policy and topology, same rules.
 */
public final class RekeyTrees {
    /** Before every route, whose priorities end at 1128. */
    private static final int PRIORITY = 2000;

    private final ApplicationId application;
    private final NetworkPolicy policy;
    private final NextHops nextHops;

    /**
     * @param application whose rules they are
     */
    public RekeyTrees(ApplicationId application, NetworkPolicy policy, NextHops nextHops) {
        this.application = application;
        this.policy = policy;
        this.nextHops = nextHops;
    }

    /** The branches at {@code device}; none where the key server hangs on none of our switches. */
    public List<PolicyRule> of(DeviceId device) {
        List<PolicyRule> rules = new ArrayList<>();
        if (policy.keyServer().isEmpty()) {
            return rules;
        }
        KeyServerPolicy keyServer = policy.keyServer().get();
        for (RekeyGroup group : keyServer.rekeyGroups()) {
            SortedSet<PortNumber> ports = branches(device, keyServer, group);
            if (ports.isEmpty()) {
                continue;
            }
            for (IpAddress source : keyServer.addresses()) {
                if (source.version() == group.address().version()) {
                    TrafficSelector.Builder whole =
                            datagrams(source, group, keyServer.gdoiPort(), group.port());
                    rules.add(branch(device, whole, ports));
                    // later fragments, which show no ports
                    rules.add(branch(device, datagrams(source, group, 0, 0), ports));
                }
            }
        }
        return rules;
    }

    private SortedSet<PortNumber> branches(
            DeviceId device, KeyServerPolicy keyServer, RekeyGroup group) {
        List<SitePolicy> listening =
                policy.sites().stream()
                        .filter(site -> site.rekeyGroup().filter(group::equals).isPresent())
                        .collect(Collectors.toList());
        Set<DeviceId> leaves =
                listening.stream().map(one -> one.site().device()).collect(Collectors.toSet());
        Map<DeviceId, SortedSet<PortNumber>> tree =
                nextHops.tree(keyServer.attachment().port().deviceId(), leaves);
        SortedSet<PortNumber> ports = new TreeSet<>(NextHops.BY_NUMBER);
        ports.addAll(tree.getOrDefault(device, new TreeSet<>(NextHops.BY_NUMBER)));
        listening.stream()
                .filter(one -> one.site().device().equals(device))
                .forEach(one -> ports.add(one.site().memberPort()));
        return ports;
    }

    private static TrafficSelector.Builder datagrams(
            IpAddress source, RekeyGroup group, int sourcePort, int destinationPort) {
        return DefaultTrafficSelector.builder()
                .matchEthType(EtherType.IPV4.ethType().toShort())
                .matchIPSrc(source.toIpPrefix())
                .matchIPDst(group.address().toIpPrefix())
                .matchIPProtocol(IPv4.PROTOCOL_UDP)
                .matchUdpSrc(TpPort.tpPort(sourcePort))
                .matchUdpDst(TpPort.tpPort(destinationPort));
    }

    private PolicyRule branch(
            DeviceId device, TrafficSelector.Builder datagrams, SortedSet<PortNumber> ports) {
        return Branch.rule(
                application, device, PRIORITY, datagrams.build(), ports, "", "rekeys by multicast");
    }
}
