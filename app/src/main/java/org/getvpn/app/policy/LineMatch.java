// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpPrefix;

/**
 * What one line of a policy matches at one site: addresses, protocol, ports; or what a switch sees
 * of such packets where it does not reach their ports or their protocol.
 */
public final class LineMatch {
    /** What packets keep from a switch. */
    private enum Hidden {
        /** nothing */
        NOTHING,
        /** their ports: later fragments of IPv4 show ports 0 */
        PORTS,
        /** protocol and ports, behind extension headers of IPv6 */
        PROTOCOL
    }

    private static final int ANY = -1;

    private final IpPrefix source;
    private final IpPrefix destination;
    private final int protocol;
    private final int sourcePort;
    private final int destinationPort;
    private final Hidden hidden;

    private LineMatch(
            IpPrefix source,
            IpPrefix destination,
            int protocol,
            int sourcePort,
            int destinationPort,
            Hidden hidden) {
        this.source = source;
        this.destination = destination;
        this.protocol = protocol;
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
        this.hidden = hidden;
    }

    /** What the line matches of packets that leave {@code site}; empty if none do. */
    public static Optional<LineMatch> leaving(PolicyLine line, IpPrefix site) {
        LineMatch whole = of(line);
        return intersection(whole.source, site).map(s -> whole.with(s, whole.destination));
    }

    /**
     * What the line matches of packets that arrive at {@code site}; empty if none do. Multicast
     * arrives at every site.
     */
    public static Optional<LineMatch> arriving(PolicyLine line, IpPrefix site) {
        LineMatch whole = of(line);
        if (whole.isMulticast()) {
            return Optional.of(whole).filter(match -> match.source.version() == site.version());
        }
        return intersection(whole.destination, site).map(d -> whole.with(whole.source, d));
    }

    /** Answers to what the line matches of packets that leave {@code site}; none to multicast. */
    public static Optional<LineMatch> answers(PolicyLine line, IpPrefix site) {
        return leaving(line, site)
                .filter(match -> !match.isMulticast())
                .map(
                        m ->
                                new LineMatch(
                                        m.destination,
                                        m.source,
                                        m.protocol,
                                        m.destinationPort,
                                        m.sourcePort,
                                        m.hidden));
    }

    /**
     * Packets of what it matches as a switch shows them that does not reach all of it: later
     * fragments above all. Each would slip past the line, perhaps into a later one.
     *
     * @param protocolShown what the switch shows for an IPv6 packet in place of a protocol behind
     *     extension headers; no line names it
     * @return none for a line that looks at addresses alone
     */
    public List<LineMatch> hidden(int protocolShown) {
        List<LineMatch> shown = new ArrayList<>();
        if (sourcePort != ANY || destinationPort != ANY) {
            shown.add(new LineMatch(source, destination, protocol, 0, 0, Hidden.PORTS));
        }
        if (!source.isIp4() && protocol != 0) {
            shown.add(new LineMatch(source, destination, protocolShown, ANY, ANY, Hidden.PROTOCOL));
        }
        return shown;
    }

    /** Whether its packets show no protocol, and so may have any. */
    public boolean hidesProtocol() {
        return hidden == Hidden.PROTOCOL;
    }

    /** Whether some packet matches both. */
    public boolean overlaps(LineMatch other) {
        return intersection(source, other.source).isPresent()
                && intersection(destination, other.destination).isPresent()
                && (protocol == 0 || other.protocol == 0 || protocol == other.protocol)
                && portsOverlap(sourcePort, other.sourcePort)
                && portsOverlap(destinationPort, other.destinationPort);
    }

    /** Whether some packet that hides what this does may be one that matches {@code line}. */
    boolean mayBeOf(LineMatch line) {
        return withoutPorts().overlaps(line.withoutPorts());
    }

    /** Whether this line matches every packet of {@code other}, whatever that hides. */
    boolean takesAll(LineMatch other) {
        return source.contains(other.source)
                && destination.contains(other.destination)
                && (protocol == 0 || protocol == other.protocol && !other.hidesProtocol())
                && sourcePort == ANY
                && destinationPort == ANY;
    }

    /** Whether its packets go to multicast groups, and to nobody else. */
    public boolean isMulticast() {
        return destination.isMulticast();
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
                && destinationPort == that.destinationPort
                && hidden == that.hidden;
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, destination, protocol, sourcePort, destinationPort, hidden);
    }

    private LineMatch withoutPorts() {
        return new LineMatch(source, destination, hidesProtocol() ? 0 : protocol, ANY, ANY, hidden);
    }

    private LineMatch with(IpPrefix newSource, IpPrefix newDestination) {
        return new LineMatch(
                newSource, newDestination, protocol, sourcePort, destinationPort, hidden);
    }

    private static LineMatch of(PolicyLine line) {
        return new LineMatch(
                IpPrefix.valueOf(line.source()),
                IpPrefix.valueOf(line.destination()),
                line.protocol(),
                line.sourcePort() == 0 ? ANY : line.sourcePort(),
                line.destinationPort() == 0 ? ANY : line.destinationPort(),
                Hidden.NOTHING);
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
