// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.onlab.packet.EthType.EtherType;
import org.onlab.packet.IpAddress;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.EthTypeCriterion;
import org.onosproject.net.flow.criteria.IPCriterion;
import org.onosproject.net.flow.criteria.IPProtocolCriterion;
import org.onosproject.net.flow.criteria.IcmpTypeCriterion;
import org.onosproject.net.flow.criteria.Icmpv6TypeCriterion;
import org.onosproject.net.flow.criteria.PortCriterion;
import org.onosproject.net.flow.criteria.TcpPortCriterion;
import org.onosproject.net.flow.criteria.UdpPortCriterion;

/** An IP packet as a switch sees it, and what a table does to it. */
public final class TestPacket {
    final long inPort;
    final IpAddress source;
    final IpAddress destination;
    final int protocol;
    final int sourcePort;
    final int destinationPort;

    /** Ports are those of the flow; a non-first fragment shows 0 instead, of IPv6 no protocol. */
    final boolean laterFragment;

    /** A packet as it comes in by a port. */
    public TestPacket(
            long inPort,
            String source,
            String destination,
            int protocol,
            int sourcePort,
            int destinationPort,
            boolean laterFragment) {
        this.inPort = inPort;
        this.source = IpAddress.valueOf(source);
        this.destination = IpAddress.valueOf(destination);
        this.protocol = protocol;
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
        this.laterFragment = laterFragment;
    }

    /** What the rules of table 0 do: the highest priority that matches; empty if none does. */
    public Optional<PolicyRule> decide(List<PolicyRule> rules) {
        List<PolicyRule> matching =
                rules.stream().filter(this::matches).collect(Collectors.toList());
        Optional<PolicyRule> best =
                matching.stream().max(Comparator.comparingInt(r -> r.rule().priority()));
        Set<String> atTop =
                matching.stream()
                        .filter(r -> r.rule().priority() == best.get().rule().priority())
                        .map(r -> r.rule().treatment().toString())
                        .collect(Collectors.toSet());
        if (atTop.size() > 1) {
            throw new AssertionError("OpenFlow leaves open which of these wins for " + this);
        }
        return best;
    }

    /** {@code drop}, {@code forward}, or {@code port N}. */
    public String outcome(List<PolicyRule> rules) {
        Optional<PolicyRule> rule = decide(rules);
        if (rule.isEmpty() || rule.get().reason().isPresent()) {
            return "drop";
        }
        return rule.get().rule().treatment().tableTransition() != null
                ? "forward"
                : rule.get().rule().treatment().allInstructions().get(0).toString();
    }

    @Override
    public String toString() {
        return inPort
                + ": "
                + source
                + ":"
                + sourcePort
                + " > "
                + destination
                + ":"
                + destinationPort
                + " proto "
                + protocol
                + (laterFragment ? " later fragment" : "");
    }

    private boolean matches(PolicyRule rule) {
        return rule.rule().selector().criteria().stream().allMatch(this::matches);
    }

    private boolean matches(Criterion criterion) {
        switch (criterion.type()) {
            case IN_PORT:
                return ((PortCriterion) criterion).port().toLong() == inPort;
            case ETH_TYPE:
                return ((EthTypeCriterion) criterion)
                        .ethType()
                        .equals((source.isIp4() ? EtherType.IPV4 : EtherType.IPV6).ethType());
            case IPV4_SRC:
            case IPV6_SRC:
                return ((IPCriterion) criterion).ip().contains(source);
            case IPV4_DST:
            case IPV6_DST:
                return ((IPCriterion) criterion).ip().contains(destination);
            case IP_PROTO:
                return ((IPProtocolCriterion) criterion).protocol() == shownProtocol();
            case TCP_SRC:
                return ((TcpPortCriterion) criterion).tcpPort().toInt() == shown(sourcePort);
            case TCP_DST:
                return ((TcpPortCriterion) criterion).tcpPort().toInt() == shown(destinationPort);
            case UDP_SRC:
                return ((UdpPortCriterion) criterion).udpPort().toInt() == shown(sourcePort);
            case UDP_DST:
                return ((UdpPortCriterion) criterion).udpPort().toInt() == shown(destinationPort);
            case ICMPV4_TYPE:
                return ((IcmpTypeCriterion) criterion).icmpType() == shown(sourcePort);
            case ICMPV6_TYPE:
                return ((Icmpv6TypeCriterion) criterion).icmpv6Type() == shown(sourcePort);
            default:
                throw new AssertionError("no meaning for " + criterion);
        }
    }

    private int shownProtocol() {
        return laterFragment && source.isIp6() ? 44 : protocol; // the fragment header's own number
    }

    private int shown(int port) {
        return laterFragment ? 0 : port;
    }
}
