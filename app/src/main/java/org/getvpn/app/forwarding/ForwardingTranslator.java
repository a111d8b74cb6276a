// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DropReason;
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
    private final Routes routes;

    /**
     * @param application whose rules they are
     */
    public ForwardingTranslator(ApplicationId application, Routes routes) {
        this.application = application;
        this.routes = routes;
    }

    /** What table 1 of {@code device} shall hold. */
    public ForwardingPlan translate(DeviceId device) {
        List<PolicyRule> rules = new ArrayList<>();
        Map<Integer, GroupDescription> groups = new LinkedHashMap<>();
        for (Route route : routes.of(device)) {
            rules.add(
                    PolicyRule.permit(
                            route(device, route.prefix(), treatment(device, route, groups)),
                            route.site(),
                            route.purpose()));
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

    private TrafficTreatment treatment(
            DeviceId device, Route route, Map<Integer, GroupDescription> groups) {
        switch (route.kind()) {
            case ASK:
                // Unknown host: the application asks for it, at most once a second.
                return DefaultTrafficTreatment.builder().punt().build();
            case HOP:
                return hop(device, route.ports(), groups);
            default:
                Neighbour host = route.neighbour().orElseThrow();
                return DefaultTrafficTreatment.builder()
                        .setEthSrc(VirtualMac.GATEWAY)
                        .setEthDst(host.mac())
                        .decNwTtl()
                        .setOutput(host.at().port())
                        .build();
        }
    }

    private TrafficTreatment hop(
            DeviceId device, SortedSet<PortNumber> ports, Map<Integer, GroupDescription> groups) {
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
        return hop.build();
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
