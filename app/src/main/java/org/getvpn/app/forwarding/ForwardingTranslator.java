// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.KeyServerPolicy;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpPrefix;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.GroupId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.IndexTableId;
import org.onosproject.net.flow.TableId;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.group.GroupDescription;

/**
 * Writes table 1 of one switch: longest prefix first. Pure: same policy, topology and neighbours,
 * same rules.
 */
public final class ForwardingTranslator {
    /** Where routes stand. */
    public static final TableId TABLE = IndexTableId.of(1);

    /** A route's priority is this plus its prefix length, 0 to 128. */
    private static final int ROUTES = 1000;

    private final ApplicationId application;
    private final NetworkPolicy policy;
    private final NextHops nextHops;
    private final Collection<Neighbour> neighbours;

    /**
     * @param application whose rules they are
     * @param neighbours at their rightful ports
     */
    public ForwardingTranslator(
            ApplicationId application,
            NetworkPolicy policy,
            NextHops nextHops,
            Collection<Neighbour> neighbours) {
        this.application = application;
        this.policy = policy;
        this.nextHops = nextHops;
        this.neighbours = List.copyOf(neighbours);
    }

    /** What table 1 of {@code device} shall hold. */
    public ForwardingPlan translate(DeviceId device) {
        List<PolicyRule> rules = new ArrayList<>();
        Map<Integer, GroupDescription> groups = new LinkedHashMap<>();
        for (SitePolicy site : policy.sites()) {
            for (IpPrefix prefix : site.site().prefixes()) {
                addPrefix(rules, groups, device, site.site().device(), prefix, site.site().name());
            }
        }
        policy.keyServer()
                .map(KeyServerPolicy::attachment)
                .ifPresent(
                        at ->
                                addPrefix(
                                        rules,
                                        groups,
                                        device,
                                        at.port().deviceId(),
                                        at.prefix(),
                                        ""));
        for (Neighbour neighbour : neighbours) {
            if (neighbour.at().deviceId().equals(device)) {
                rules.add(delivery(device, neighbour));
            }
        }
        rules.add(
                PolicyRule.guard(
                        rule(
                                device,
                                0,
                                DefaultTrafficSelector.emptySelector(),
                                DefaultTrafficTreatment.builder().drop().build()),
                        DropReason.NO_ROUTE,
                        "",
                        "no route"));
        return new ForwardingPlan(rules, new ArrayList<>(groups.values()));
    }

    private void addPrefix(
            List<PolicyRule> rules,
            Map<Integer, GroupDescription> groups,
            DeviceId device,
            DeviceId home,
            IpPrefix prefix,
            String site) {
        if (device.equals(home)) {
            // Unknown host: the application asks for it by ARP, at most once a second.
            rules.add(
                    PolicyRule.permit(
                            route(device, prefix, DefaultTrafficTreatment.builder().punt().build()),
                            site,
                            "host not known yet"));
            return;
        }
        SortedSet<PortNumber> ports = nextHops.towards(device, home);
        if (ports.isEmpty()) {
            return;
        }
        TrafficTreatment.Builder hop =
                DefaultTrafficTreatment.builder()
                        .setEthSrc(VirtualMac.HOP)
                        .setEthDst(VirtualMac.GATEWAY)
                        .decNwTtl();
        if (ports.size() == 1) {
            hop.setOutput(ports.first());
        } else {
            int number = EqualPaths.number(ports);
            groups.putIfAbsent(number, EqualPaths.group(device, ports, application));
            hop.group(new GroupId(number));
        }
        rules.add(PolicyRule.permit(route(device, prefix, hop.build()), site, "next hop"));
    }

    private PolicyRule delivery(DeviceId device, Neighbour neighbour) {
        return PolicyRule.permit(
                route(
                        device,
                        neighbour.address().toIpPrefix(),
                        DefaultTrafficTreatment.builder()
                                .setEthSrc(VirtualMac.GATEWAY)
                                .setEthDst(neighbour.mac())
                                .decNwTtl()
                                .setOutput(neighbour.at().port())
                                .build()),
                siteOf(neighbour),
                "delivery");
    }

    private String siteOf(Neighbour neighbour) {
        return policy.sites().stream()
                .map(SitePolicy::site)
                .filter(site -> site.contains(neighbour.address()))
                .map(site -> site.name())
                .findFirst()
                .orElse("");
    }

    private FlowRule route(DeviceId device, IpPrefix prefix, TrafficTreatment treatment) {
        EtherType type = prefix.isIp4() ? EtherType.IPV4 : EtherType.IPV6;
        TrafficSelector.Builder selector =
                DefaultTrafficSelector.builder().matchEthType(type.ethType().toShort());
        if (prefix.prefixLength() > 0) {
            if (prefix.isIp4()) {
                selector.matchIPDst(prefix);
            } else {
                selector.matchIPv6Dst(prefix);
            }
        }
        return rule(device, ROUTES + prefix.prefixLength(), selector.build(), treatment);
    }

    private FlowRule rule(
            DeviceId device, int priority, TrafficSelector selector, TrafficTreatment treatment) {
        return DefaultFlowRule.builder()
                .forDevice(device)
                .fromApp(application)
                .forTable(TABLE)
                .withPriority(priority)
                .withSelector(selector)
                .withTreatment(treatment)
                .makePermanent()
                .build();
    }
}
