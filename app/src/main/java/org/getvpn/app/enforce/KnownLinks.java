// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;

/**
 * The links that ONOS knows, and the last ones of a site's switch that it lost sight of. A switch
 * forwards on without its controller: without those links the others would lose their way to the
 * site. A link whose other end is down is none; a switch that died took it down.
 *
 * <p>Only edges are treated so. They carry no transit, so there is no way around them, while a
 * core's switch that went silent is better avoided.
 */
final class KnownLinks {
    private final Predicate<DeviceId> isAvailable;
    private final Predicate<ConnectPoint> isUp;
    private final Map<DeviceId, Set<Link>> last = new HashMap<>();

    /**
     * Begins without any.
     *
     * @param isAvailable whether ONOS controls a switch at present
     * @param isUp whether a port of such a switch is enabled
     */
    KnownLinks(Predicate<DeviceId> isAvailable, Predicate<ConnectPoint> isUp) {
        this.isAvailable = isAvailable;
        this.isUp = isUp;
    }

    /**
     * As of now.
     *
     * @param active what ONOS knows
     * @param edges the switches of all sites
     */
    synchronized Set<Link> of(Iterable<Link> active, Set<DeviceId> edges) {
        Set<Link> known = new LinkedHashSet<>();
        active.forEach(known::add);
        last.keySet().retainAll(edges);
        Set<Link> found = Set.copyOf(known);
        for (DeviceId edge : edges) {
            if (isAvailable.test(edge)) {
                last.put(
                        edge,
                        found.stream()
                                .filter(link -> otherEnd(edge, link) != null)
                                .collect(Collectors.toSet()));
            } else {
                last.getOrDefault(edge, Set.of()).stream()
                        .filter(link -> isCarried(otherEnd(edge, link)))
                        .forEach(known::add);
            }
        }
        return known;
    }

    private boolean isCarried(ConnectPoint far) {
        return isAvailable.test(far.deviceId()) && isUp.test(far);
    }

    /** Where a link of {@code edge} leads to or comes from; null if it is none. */
    private static ConnectPoint otherEnd(DeviceId edge, Link link) {
        if (link.src().deviceId().equals(edge)) {
            return link.dst();
        }
        return link.dst().deviceId().equals(edge) ? link.src() : null;
    }
}
