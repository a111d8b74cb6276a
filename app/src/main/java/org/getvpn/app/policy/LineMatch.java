// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.Objects;
import java.util.Optional;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpPrefix;

/** What one line of a policy matches at one site: addresses, protocol, ports. */
public final class LineMatch {
    private static final int ANY = -1;

    private final IpPrefix source;
    private final IpPrefix destination;
    private final int protocol;
    private final int sourcePort;
    private final int destinationPort;

    private LineMatch(
            IpPrefix source,
            IpPrefix destination,
            int protocol,
            int sourcePort,
            int destinationPort) {
        this.source = source;
        this.destination = destination;
        this.protocol = protocol;
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
    }

    /** What the line matches of packets that leave {@code site}; empty if none do. */
    public static Optional<LineMatch> leaving(PolicyLine line, IpPrefix site) {
        LineMatch whole = of(line);
        return intersection(whole.source, site).map(s -> whole.with(s, whole.destination));
    }

    /** What the line matches of packets that arrive at {@code site}; empty if none do. */
    public static Optional<LineMatch> arriving(PolicyLine line, IpPrefix site) {
        LineMatch whole = of(line);
        return intersection(whole.destination, site).map(d -> whole.with(whole.source, d));
    }

    /** Answers to what the line matches of packets that leave {@code site}. */
    public static Optional<LineMatch> answers(PolicyLine line, IpPrefix site) {
        return leaving(line, site)
                .map(
                        m ->
                                new LineMatch(
                                        m.destination,
                                        m.source,
                                        m.protocol,
                                        m.destinationPort,
                                        m.sourcePort));
    }

    /** Non-first fragments of what it matches, as a switch shows them; empty without ports. */
    public Optional<LineMatch> fragments() {
        return sourcePort == ANY && destinationPort == ANY
                ? Optional.empty()
                : Optional.of(new LineMatch(source, destination, protocol, 0, 0));
    }

    /** Whether some packet matches both. */
    public boolean overlaps(LineMatch other) {
        return intersection(source, other.source).isPresent()
                && intersection(destination, other.destination).isPresent()
                && (protocol == 0 || other.protocol == 0 || protocol == other.protocol)
                && portsOverlap(sourcePort, other.sourcePort)
                && portsOverlap(destinationPort, other.destinationPort);
    }

    /** Whether some packet matches both, as far as addresses and protocol tell. */
    boolean overlapsPortless(LineMatch other) {
        return withoutPorts().overlaps(other.withoutPorts());
    }

    /** Whether every packet that matches {@code other}, on whatever ports, matches this. */
    boolean contains(LineMatch other) {
        return source.contains(other.source)
                && destination.contains(other.destination)
                && (protocol == 0 || protocol == other.protocol)
                && sourcePort == ANY
                && destinationPort == ANY;
    }

    /** Where packets come from. */
    public IpPrefix source() {
        return source;
    }

    /** Where packets go to. */
    public IpPrefix destination() {
        return destination;
    }

    /** IP protocol, 0 for any. */
    public int protocol() {
        return protocol;
    }

    /** Empty for any. */
    public Optional<Integer> sourcePort() {
        return sourcePort == ANY ? Optional.empty() : Optional.of(sourcePort);
    }

    /** Empty for any. */
    public Optional<Integer> destinationPort() {
        return destinationPort == ANY ? Optional.empty() : Optional.of(destinationPort);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof LineMatch)) {
            return false;
        }
        LineMatch that = (LineMatch) other;
        return source.equals(that.source)
                && destination.equals(that.destination)
                && protocol == that.protocol
                && sourcePort == that.sourcePort
                && destinationPort == that.destinationPort;
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, destination, protocol, sourcePort, destinationPort);
    }

    private LineMatch withoutPorts() {
        return new LineMatch(source, destination, protocol, ANY, ANY);
    }

    private LineMatch with(IpPrefix newSource, IpPrefix newDestination) {
        return new LineMatch(newSource, newDestination, protocol, sourcePort, destinationPort);
    }

    private static LineMatch of(PolicyLine line) {
        return new LineMatch(
                IpPrefix.valueOf(line.source()),
                IpPrefix.valueOf(line.destination()),
                line.protocol(),
                line.sourcePort() == 0 ? ANY : line.sourcePort(),
                line.destinationPort() == 0 ? ANY : line.destinationPort());
    }

    /** The narrower of two prefixes if one contains the other. */
    private static Optional<IpPrefix> intersection(IpPrefix one, IpPrefix other) {
        if (one.contains(other)) {
            return Optional.of(other);
        }
        return other.contains(one) ? Optional.of(one) : Optional.empty();
    }

    private static boolean portsOverlap(int one, int other) {
        return one == ANY || other == ANY || one == other;
    }
}
