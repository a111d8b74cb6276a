// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import org.getvpn.app.forwarding.Neighbour;
import org.getvpn.app.forwarding.Route;
import org.getvpn.app.forwarding.VirtualMac;
import org.getvpn.app.policy.DropReason;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.pi.runtime.PiAction;

/** Routes of a switch. Where several ports lead on equally well, the lowest is taken. */
final class RouteEntries {
    /** Everywhere, in two halves: an entry that matches all is the table's default to ONOS. */
    private static final List<IpPrefix> EVERYWHERE =
            List.of(
                    IpPrefix.valueOf("0.0.0.0/1"),
                    IpPrefix.valueOf("128.0.0.0/1"),
                    IpPrefix.valueOf("::/1"),
                    IpPrefix.valueOf("8000::/1"));

    private final List<Route> routes;

    RouteEntries(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    void addTo(EntryList entries) {
        for (Route route : routes) {
            if (route.prefix().prefixLength() > 0) {
                entries.permit(
                        Table.ROUTE.of(route.prefix().version()),
                        EntryMatch.route(route.prefix()),
                        action(route),
                        route.site(),
                        route.purpose());
            }
        }
        for (IpPrefix half : EVERYWHERE) {
            entries.drop(
                    Table.ROUTE.of(half.version()),
                    EntryMatch.route(half),
                    DropReason.NO_ROUTE,
                    "",
                    "no route");
        }
    }

    private static PiAction action(Route route) {
        switch (route.kind()) {
            case ASK:
                return Action.deliver(Action.CONTROLLER, VirtualMac.HOP, VirtualMac.GATEWAY);
            case HOP:
                return Action.deliver(route.ports().first(), VirtualMac.HOP, VirtualMac.GATEWAY);
            default:
                Neighbour host = route.neighbour().orElseThrow();
                return Action.deliver(host.at().port(), VirtualMac.GATEWAY, host.mac());
        }
    }
}
