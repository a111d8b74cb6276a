// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.onlab.packet.IpPrefix;
import org.onosproject.net.PortNumber;

/** What one switch does with packets to a prefix, in no protocol's words. */
public final class Route {
    /** Where it leads. */
    public enum Kind {
        /** hosts here, not known yet: the application asks for them */
        ASK,
        /** the next switch, by any of several ports */
        HOP,
        /** the host itself */
        DELIVERY
    }

    private final Kind kind;
    private final IpPrefix prefix;
    private final SortedSet<PortNumber> ports;
    private final Optional<Neighbour> neighbour;
    private final String site;

    private Route(
            Kind kind,
            IpPrefix prefix,
            SortedSet<PortNumber> ports,
            Optional<Neighbour> neighbour,
            String site) {
        this.kind = kind;
        this.prefix = Objects.requireNonNull(prefix);
        this.ports = ports;
        this.neighbour = neighbour;
        this.site = Objects.requireNonNull(site);
    }

    static Route ask(IpPrefix prefix, String site) {
        return new Route(Kind.ASK, prefix, new TreeSet<>(), Optional.empty(), site);
    }

    static Route hop(IpPrefix prefix, SortedSet<PortNumber> ports, String site) {
        return new Route(Kind.HOP, prefix, ports, Optional.empty(), site);
    }

    static Route delivery(Neighbour to, String site) {
        return new Route(
                Kind.DELIVERY, to.address().toIpPrefix(), new TreeSet<>(), Optional.of(to), site);
    }

    /** Where it leads. */
    public Kind kind() {
        return kind;
    }

    /** Destinations; the longest prefix decides. */
    public IpPrefix prefix() {
        return prefix;
    }

    /** Ports of a {@link Kind#HOP}, at least one, lowest first; empty for other kinds. */
    public SortedSet<PortNumber> ports() {
        return ports;
    }

    /** The host of a {@link Kind#DELIVERY}; empty for other kinds. */
    public Optional<Neighbour> neighbour() {
        return neighbour;
    }

    /** Name of the site that it serves; empty for none. */
    public String site() {
        return site;
    }

    /** What it is for, in a few words. */
    public String purpose() {
        switch (kind) {
            case ASK:
                return "host not known yet";
            case HOP:
                return "next hop";
            default:
                return "delivery";
        }
    }
}
