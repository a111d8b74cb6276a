// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.getvpn.app.forwarding.Route;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.group.GroupDescription;

/**
 * Turns the policy of a switch into entries of {@code group_member.p4}. Pure: same policy, routes
 * and SPIs, same entries. An SPI more or less is one entry per site of the group on this switch.
 */
public final class P4PolicyTranslator {
    private final ApplicationId application;

    /**
     * @param application whose entries they are
     */
    public P4PolicyTranslator(ApplicationId application) {
        this.application = application;
    }

    /** The same where no way leads on to other sites for what hosts send to multicast groups. */
    public List<PolicyRule> translate(
            DevicePolicy policy, List<Route> routes, Map<String, Set<Integer>> spis) {
        return translate(policy, routes, spis, site -> Collections.emptySortedSet());
    }

    /**
     * The entries of the switch; within a table priorities or the longest prefix decide, not the
     * order.
     *
     * @param routes of this switch
     * @param spis announced SPIs by the name of their group, unsigned 32 bits each
     * @param branches ports that lead on to who receives what a site sends to multicast groups
     * @throws IllegalArgumentException for what {@link P4Limits} names
     */
    public List<PolicyRule> translate(
            DevicePolicy policy,
            List<Route> routes,
            Map<String, Set<Integer>> spis,
            Function<SitePolicy, SortedSet<PortNumber>> branches) {
        List<String> problems = P4Limits.problems(policy);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        EntryList entries = new EntryList(application, policy.device());
        Replicas replicas = new Replicas(policy, branches);
        int number = 0;
        for (SitePolicy site : policy.sites()) {
            number++;
            new PortEntries(site, number).addTo(entries);
            new OutboundEntries(site, number, replicas).addTo(entries);
            new MemberEntries(site, number, replicas).addTo(entries);
            new GdoiLimitEntries(site).addTo(entries);
            new SpiEntries(site, number, spis.getOrDefault(site.site().group(), Set.of()))
                    .addTo(entries);
            new WanEntries(site, number, replicas).addTo(entries);
        }
        new RouteEntries(routes).addTo(entries);
        return entries.entries();
    }

    /** The multicast groups of {@link #translate(DevicePolicy, List, Map)}. */
    public List<GroupDescription> groups(DevicePolicy policy) {
        return groups(policy, site -> Collections.emptySortedSet());
    }

    /** The multicast groups that the entries of the switch name. */
    public List<GroupDescription> groups(
            DevicePolicy policy, Function<SitePolicy, SortedSet<PortNumber>> branches) {
        return new Replicas(policy, branches).groups(application);
    }

    /** The meters of the switch's member ports. */
    public List<GdoiMeter> meters(DevicePolicy policy) {
        return policy.sites().stream()
                .map(
                        site ->
                                new GdoiMeter(
                                        policy.device(),
                                        site.site().memberPort(),
                                        policy.gdoiRate()))
                .collect(Collectors.toList());
    }
}
