// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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
        Map<DeviceId, Link> entrances = entrances(root);
        Map<DeviceId, SortedSet<PortNumber>> branches = new HashMap<>();
        for (DeviceId leaf : leaves) {
            Link entrance = entrances.get(leaf);
            while (entrance != null) {
                DeviceId before = entrance.src().deviceId();
                branches.computeIfAbsent(before, d -> new TreeSet<>(BY_NUMBER))
                        .add(entrance.src().port());
                entrance = entrances.get(before);
            }
        }
        return branches;
    }

    /** The link by which each switch is reached first; among equals the one of the lowest port. */
    private Map<DeviceId, Link> entrances(DeviceId root) {
        Map<DeviceId, Link> entrances = new HashMap<>();
        Deque<DeviceId> queue = new ArrayDeque<>(List.of(root));
        while (!queue.isEmpty()) {
            DeviceId at = queue.remove();
            if (edges.contains(at) && !at.equals(root)) {
                continue; // carries no transit
            }
            List<Link> onwards = new ArrayList<>(outOf.getOrDefault(at, List.of()));
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
