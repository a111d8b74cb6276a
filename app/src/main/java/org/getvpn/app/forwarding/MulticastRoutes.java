// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IPv6;
import org.onlab.packet.IpPrefix;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;

/**
 * {@link MulticastTrees} as rules of table 1, by source and group. Ethernet destinations stay as
 * they came: they are the groups' own. Pure.
 */
public final class MulticastRoutes {
    /** Behind rekeys, before every route, whose priorities end at 1128; plus the prefix length. */
    private static final int PRIORITY = 1500;

    /** ESP before what leaves the same site in clear. */
    private static final int ESP = 200;

    private final ApplicationId application;
    private final MulticastTrees trees;

    /**
     * @param application whose rules they are
     */
    public MulticastRoutes(ApplicationId application, MulticastTrees trees) {
        this.application = application;
        this.trees = trees;
    }

    /** The branches at {@code device}. */
    public List<PolicyRule> of(DeviceId device) {
        List<PolicyRule> rules = new ArrayList<>();
        for (SitePolicy from : trees.sites()) {
            for (IpPrefix group : from.multicastDestinations()) {
                for (IpPrefix source : from.site().prefixes()) {
                    if (source.version() == group.version()) {
                        add(rules, device, from, source, group);
                    }
                }
            }
        }
        return rules;
    }

    private void add(
            List<PolicyRule> rules,
            DeviceId device,
            SitePolicy from,
            IpPrefix source,
            IpPrefix group) {
        SortedSet<PortNumber> onward = trees.branches(device, from);
        int priority = PRIORITY + group.prefixLength();
        if (!device.equals(from.site().device())) {
            branch(rules, device, priority, packets(source, group), onward, from);
            return;
        }
        SortedSet<PortNumber> members = new TreeSet<>(NextHops.BY_NUMBER);
        members.addAll(onward);
        trees.besides(from).forEach(to -> members.add(to.site().memberPort()));
        TrafficSelector.Builder esp = packets(source, group).matchIPProtocol(IPv6.PROTOCOL_ESP);
        branch(rules, device, priority + ESP, esp, members, from);
        if (from.letsLeave(group)) {
            SortedSet<PortNumber> hosts = new TreeSet<>(NextHops.BY_NUMBER);
            hosts.addAll(onward);
            hosts.addAll(from.site().ports().local());
            trees.besides(from).forEach(to -> hosts.addAll(to.site().ports().local()));
            branch(rules, device, priority, packets(source, group), hosts, from);
        }
    }

    private static TrafficSelector.Builder packets(IpPrefix source, IpPrefix group) {
        TrafficSelector.Builder packets = DefaultTrafficSelector.builder();
        return group.isIp4()
                ? packets.matchEthType(EtherType.IPV4.ethType().toShort())
                        .matchIPSrc(source)
                        .matchIPDst(group)
                : packets.matchEthType(EtherType.IPV6.ethType().toShort())
                        .matchIPv6Src(source)
                        .matchIPv6Dst(group);
    }

    private void branch(
            List<PolicyRule> rules,
            DeviceId device,
            int priority,
            TrafficSelector.Builder packets,
            Collection<PortNumber> ports,
            SitePolicy from) {
        if (ports.isEmpty()) {
            return;
        }
        rules.add(
                Branch.rule(
                        application,
                        device,
                        priority,
                        packets.build(),
                        ports,
                        from.site().name(),
                        "multicast to the other sites"));
    }
}
