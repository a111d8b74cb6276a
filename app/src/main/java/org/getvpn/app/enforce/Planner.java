// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.getvpn.app.config.Site;
import org.getvpn.app.forwarding.ForwardingPlan;
import org.getvpn.app.forwarding.ForwardingTranslator;
import org.getvpn.app.forwarding.MulticastRoutes;
import org.getvpn.app.forwarding.MulticastTrees;
import org.getvpn.app.forwarding.Neighbours;
import org.getvpn.app.forwarding.NextHops;
import org.getvpn.app.forwarding.RekeyTrees;
import org.getvpn.app.forwarding.Routes;
import org.getvpn.app.openflow.OpenFlowPolicyTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.p4.P4PolicyTranslator;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Host;
import org.onosproject.net.Link;
import org.onosproject.net.PortNumber;

/** Puts together what switches shall hold, from policy, links and hosts as they are now. Pure. */
final class Planner {
    private final NetworkPolicy policy;
    private final OpenFlowPolicyTranslator classifier;
    private final P4PolicyTranslator entries;
    private final Routes routes;
    private final RekeyTrees rekeyTrees;
    private final MulticastTrees multicastTrees;
    private final MulticastRoutes multicastRoutes;
    private final ForwardingTranslator forwarding;
    private final SwitchKinds kinds;
    private final Map<String, Set<Integer>> spis;
    private final Map<DeviceId, SortedSet<PortNumber>> switchPorts = new HashMap<>();

    /**
     * @param kinds which switches run our P4 program
     * @param spis announced SPIs by group, unsigned 32 bits each
     */
    Planner(
            ApplicationId application,
            NetworkPolicy policy,
            Iterable<Link> links,
            Iterable<Host> hosts,
            SwitchKinds kinds,
            Map<String, Set<Integer>> spis) {
        this.policy = policy;
        this.kinds = kinds;
        this.spis = Map.copyOf(spis);
        Map<DeviceId, Set<PortNumber>> wanPorts = new HashMap<>();
        for (SitePolicy site : policy.sites()) {
            Site s = site.site();
            wanPorts.computeIfAbsent(s.device(), d -> new HashSet<>()).addAll(s.ports().wan());
        }
        List<Link> usable = new ArrayList<>();
        for (Link link : links) {
            if (link.state() == Link.State.ACTIVE
                    && mayCarry(wanPorts, link.src())
                    && mayCarry(wanPorts, link.dst())) {
                usable.add(link);
                ports(link.src()).add(link.src().port());
                ports(link.dst()).add(link.dst().port());
            }
        }
        this.classifier = new OpenFlowPolicyTranslator(application);
        this.entries = new P4PolicyTranslator(application);
        NextHops nextHops = new NextHops(usable, wanPorts.keySet());
        this.rekeyTrees = new RekeyTrees(application, policy, nextHops);
        this.multicastTrees = new MulticastTrees(policy, nextHops);
        this.multicastRoutes = new MulticastRoutes(application, multicastTrees);
        this.routes = new Routes(policy, nextHops, new Neighbours(policy).of(hosts).values());
        this.forwarding = new ForwardingTranslator(application, routes);
    }

    /** Why {@code device} cannot hold what it should, in words; empty if it can. */
    List<String> problems(DeviceId device) {
        return kinds.problems(policy.device(device));
    }

    /**
     * What {@code device} shall hold.
     *
     * @throws IllegalArgumentException if {@link #problems} says why not
     */
    DevicePlan plan(DeviceId device) {
        DevicePolicy devicePolicy = policy.device(device);
        if (kinds.isP4(device)) {
            Function<SitePolicy, SortedSet<PortNumber>> branches =
                    site -> multicastTrees.branches(device, site);
            return new DevicePlan(
                    devicePolicy,
                    entries.translate(devicePolicy, routes.of(device), spis, branches),
                    entries.groups(devicePolicy, branches),
                    entries.meters(devicePolicy));
        }
        List<PolicyRule> rules =
                new ArrayList<>(
                        classifier.translate(
                                devicePolicy, switchPorts.getOrDefault(device, new TreeSet<>())));
        ForwardingPlan routes = forwarding.translate(device);
        rules.addAll(routes.rules());
        rules.addAll(rekeyTrees.of(device));
        rules.addAll(multicastRoutes.of(device));
        return new DevicePlan(devicePolicy, rules, routes.groups());
    }

    /** Switches that carry part of the policy: the named ones, and those between them. */
    Set<DeviceId> devices() {
        Set<DeviceId> devices = new LinkedHashSet<>(policy.namedDevices());
        devices.addAll(
                switchPorts.keySet().stream()
                        .sorted(Comparator.comparing(DeviceId::toString))
                        .collect(Collectors.toList()));
        return devices;
    }

    private SortedSet<PortNumber> ports(ConnectPoint point) {
        return switchPorts.computeIfAbsent(
                point.deviceId(), d -> new TreeSet<>(Comparator.comparingLong(PortNumber::toLong)));
    }

    /** A port of an edge carries links only if it is a WAN port: anything else is forged. */
    private static boolean mayCarry(Map<DeviceId, Set<PortNumber>> wanPorts, ConnectPoint point) {
        Set<PortNumber> wan = wanPorts.get(point.deviceId());
        return wan == null || wan.contains(point.port());
    }
}
