// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import org.getvpn.app.policy.KeyServerPolicy;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;

/** The routes of each switch. Pure: same policy, topology and neighbours, same routes. */
public final class Routes {
    private final NetworkPolicy policy;
    private final NextHops nextHops;
    private final Collection<Neighbour> neighbours;

    /**
     * @param neighbours at their rightful ports
     */
    public Routes(NetworkPolicy policy, NextHops nextHops, Collection<Neighbour> neighbours) {
        this.policy = policy;
        this.nextHops = nextHops;
        this.neighbours = List.copyOf(neighbours);
    }

    /** The routes of {@code device}, each prefix once. */
    public List<Route> of(DeviceId device) {
        List<Route> routes = new ArrayList<>();
        for (SitePolicy site : policy.sites()) {
            for (IpPrefix prefix : site.site().prefixes()) {
                add(routes, device, site.site().device(), prefix, site.site().name());
            }
        }
        policy.keyServer()
                .map(KeyServerPolicy::attachment)
                .ifPresent(at -> add(routes, device, at.port().deviceId(), at.prefix(), ""));
        for (Neighbour neighbour : neighbours) {
            if (neighbour.at().deviceId().equals(device)) {
                routes.add(Route.delivery(neighbour, siteOf(neighbour)));
            }
        }
        return routes;
    }

    private void add(
            List<Route> routes, DeviceId device, DeviceId home, IpPrefix prefix, String site) {
        if (device.equals(home)) {
            routes.add(Route.ask(prefix, site));
            return;
        }
        SortedSet<PortNumber> ports = nextHops.towards(device, home);
        if (!ports.isEmpty()) {
            routes.add(Route.hop(prefix, ports, site));
        }
    }

    private String siteOf(Neighbour neighbour) {
        return policy.sites().stream()
                .map(SitePolicy::site)
                .filter(site -> site.contains(neighbour.address()))
                .map(site -> site.name())
                .findFirst()
                .orElse("");
    }
}
