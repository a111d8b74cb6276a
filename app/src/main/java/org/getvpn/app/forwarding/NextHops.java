// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;
import org.onosproject.net.PortNumber;

/** Shortest paths by hops, over links that may carry transit. Pure: same links, same answer. */
public final class NextHops {
    /** Lowest first. */
    static final Comparator<PortNumber> BY_NUMBER = Comparator.comparingLong(PortNumber::toLong);

    private final Map<DeviceId, List<Link>> into = new HashMap<>();
    private final Map<DeviceId, List<Link>> outOf = new HashMap<>();
    private final Set<DeviceId> edges;

    /**
     * @param links usable ones, each direction a link of its own
     * @param edges switches that carry no transit
     */
    public NextHops(Iterable<Link> links, Set<DeviceId> edges) {
        this.edges = Set.copyOf(edges);
        for (Link link : links) {
            into.computeIfAbsent(link.dst().deviceId(), d -> new ArrayList<>()).add(link);
            outOf.computeIfAbsent(link.src().deviceId(), d -> new ArrayList<>()).add(link);
        }
    }

    /** Ports of {@code from} on every shortest path to {@code to}; empty if there is none. */
    public SortedSet<PortNumber> towards(DeviceId from, DeviceId to) {
        SortedSet<PortNumber> ports = new TreeSet<>(BY_NUMBER);
        Map<DeviceId, Integer> distances = distancesTo(to);
        Integer own = distances.get(from);
        if (own == null || own == 0) {
            return ports;
        }
        for (Link link : outOf.getOrDefault(from, List.of())) {
            DeviceId next = link.dst().deviceId();
            boolean passable = next.equals(to) || !edges.contains(next);
            if (passable && distances.getOrDefault(next, own) == own - 1) {
                ports.add(link.src().port());
            }
        }
        return ports;
    }

    /**
     * A tree of shortest paths from {@code root} to each of {@code leaves} that can be reached: the
     * ports of each switch that lead on. Every switch is entered by one link.
     */
    Map<DeviceId, SortedSet<PortNumber>> tree(DeviceId root, Set<DeviceId> leaves) {
        Map<DeviceId, Link> entrances = entrances(root, link -> true);
        Map<DeviceId, SortedSet<PortNumber>> branches = new HashMap<>();
        leaves.forEach(leaf -> climb(entrances.get(leaf), entrances, branches));
        return branches;
    }

    /**
     * The same from some ports of an edge to each of {@code leaves} that can be reached: it is
     * entered by one link, at one of its ports, maybe of the root's own switch.
     */
    Map<DeviceId, SortedSet<PortNumber>> tree(WanPorts root, Iterable<WanPorts> leaves) {
        Map<DeviceId, Link> entrances = entrances(root.device(), link -> root.has(link.src()));
        List<DeviceId> nearestFirst = new ArrayList<>(List.of(root.device()));
        nearestFirst.addAll(entrances.keySet());
        Map<DeviceId, SortedSet<PortNumber>> branches = new HashMap<>();
        for (WanPorts leaf : leaves) {
            Optional<Link> entrance =
                    into.getOrDefault(leaf.device(), List.of()).stream()
                            .filter(link -> leaf.has(link.dst()) && isPassable(link, root))
                            .filter(link -> nearestFirst.contains(link.src().deviceId()))
                            .min(
                                    Comparator.<Link>comparingInt(
                                                    link ->
                                                            nearestFirst.indexOf(
                                                                    link.src().deviceId()))
                                            .thenComparing(link -> link.src().port(), BY_NUMBER));
            entrance.ifPresent(link -> climb(link, entrances, branches));
        }
        return branches;
    }

    private boolean isPassable(Link link, WanPorts root) {
        return link.src().deviceId().equals(root.device())
                ? root.has(link.src())
                : !edges.contains(link.src().deviceId());
    }

    private static void climb(
            Link leaf,
            Map<DeviceId, Link> entrances,
            Map<DeviceId, SortedSet<PortNumber>> branches) {
        for (Link link = leaf; link != null; link = entrances.get(link.src().deviceId())) {
            branches.computeIfAbsent(link.src().deviceId(), d -> new TreeSet<>(BY_NUMBER))
                    .add(link.src().port());
        }
    }

    /**
     * The link by which each switch is reached first, nearest switch first; among equals the one of
     * the lowest port.
     *
     * @param isFirst whether a link may be the first one, out of {@code root}
     */
    private Map<DeviceId, Link> entrances(DeviceId root, Predicate<Link> isFirst) {
        Map<DeviceId, Link> entrances = new LinkedHashMap<>();
        Deque<DeviceId> queue = new ArrayDeque<>(List.of(root));
        while (!queue.isEmpty()) {
            DeviceId at = queue.remove();
            if (edges.contains(at) && !at.equals(root)) {
                continue; // carries no transit
            }
            List<Link> onwards = new ArrayList<>(outOf.getOrDefault(at, List.of()));
            onwards.removeIf(link -> at.equals(root) && !isFirst.test(link));
            onwards.sort(Comparator.comparing(link -> link.src().port(), BY_NUMBER));
            for (Link link : onwards) {
                DeviceId next = link.dst().deviceId();
                if (!next.equals(root) && entrances.putIfAbsent(next, link) == null) {
                    queue.add(next);
                }
            }
        }
        return entrances;
    }

    private Map<DeviceId, Integer> distancesTo(DeviceId to) {
        Map<DeviceId, Integer> distances = new HashMap<>();
        Deque<DeviceId> queue = new ArrayDeque<>();
        distances.put(to, 0);
        queue.add(to);
        while (!queue.isEmpty()) {
            DeviceId at = queue.remove();
            if (edges.contains(at) && !at.equals(to)) {
                continue; // reachable itself, but leads nowhere
            }
            for (Link link : into.getOrDefault(at, List.of())) {
                if (distances.putIfAbsent(link.src().deviceId(), distances.get(at) + 1) == null) {
                    queue.add(link.src().deviceId());
                }
            }
        }
        return distances;
    }
}
