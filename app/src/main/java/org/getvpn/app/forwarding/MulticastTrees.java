// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.getvpn.app.policy.DevicePolicy;
import org.getvpn.app.policy.MemberAccess;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/**
 * The ways of multicast data: from each site a tree of shortest paths to the other sites of its
 * group, all of which receive. A site is reached by one of its WAN ports, sites that share them
 * once. Pure: same policy and topology, same trees.
 */
public final class MulticastTrees {
    private final NetworkPolicy policy;
    private final NextHops nextHops;
    private final Map<SitePolicy, Map<DeviceId, SortedSet<PortNumber>>> trees = new HashMap<>();

    /** Trees over these next hops, none computed yet. */
    public MulticastTrees(NetworkPolicy policy, NextHops nextHops) {
        this.policy = policy;
        this.nextHops = nextHops;
    }

    /** Every site, in the order written. */
    List<SitePolicy> sites() {
        return policy.sites();
    }

    /** Ports of {@code device} that lead on to who receives what {@code from} sends to groups. */
    public SortedSet<PortNumber> branches(DeviceId device, SitePolicy from) {
        return Collections.unmodifiableSortedSet(
                trees.computeIfAbsent(from, this::tree)
                        .getOrDefault(device, new TreeSet<>(NextHops.BY_NUMBER)));
    }

    /** Other sites that share WAN ports with {@code from} and receive what it sends. */
    List<SitePolicy> besides(SitePolicy from) {
        return policy.device(from.site().device()).attachedWith(from).stream()
                .filter(to -> receives(from, to))
                .collect(Collectors.toList());
    }

    private Map<DeviceId, SortedSet<PortNumber>> tree(SitePolicy from) {
        if (from.multicastDestinations().isEmpty()) {
            return Map.of();
        }
        Set<WanPorts> leaves = new LinkedHashSet<>();
        for (SitePolicy to : policy.sites()) {
            if (receives(from, to)) {
                leaves.add(attachment(to));
            }
        }
        leaves.remove(attachment(from));
        DeviceId device = from.site().device();
        return nextHops.tree(new WanPorts(device, from.site().ports().wan()), leaves);
    }

    private static boolean receives(SitePolicy from, SitePolicy to) {
        return to != from
                && to.site().group().equals(from.site().group())
                && to.access() != MemberAccess.EVICTED;
    }

    private WanPorts attachment(SitePolicy site) {
        DevicePolicy device = policy.device(site.site().device());
        return new WanPorts(device.device(), device.attachedPorts(site));
    }
}
