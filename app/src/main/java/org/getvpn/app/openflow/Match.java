// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.List;
import org.getvpn.app.policy.LineMatch;
import org.onlab.packet.EthType;
import org.onlab.packet.ICMP6;
import org.onlab.packet.IPv4;
import org.onlab.packet.IPv6;
import org.onlab.packet.IpPrefix;
import org.onlab.packet.TpPort;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.criteria.Criteria;
import org.onosproject.net.flow.criteria.Criterion;

/** Builds OpenFlow matches whose prerequisites (Ethernet type, IP protocol) are always there. */
final class Match {
    /**
     * The protocol that a switch shows for a non-first fragment of IPv6: the header that says so
     * hides any other. Further extension headers are looked past.
     */
    static final int LATER_FRAGMENT = 44;

    private static final int SCTP = 132;
    private static final Criterion IPV6 =
            Criteria.matchEthType(EthType.EtherType.IPV6.ethType().toShort());

    private final TrafficSelector.Builder builder = DefaultTrafficSelector.builder();

    private Match() {}

    /** Every packet. */
    static Match all() {
        return new Match();
    }

    /** Packets that came in by {@code port}. */
    static Match from(PortNumber port) {
        Match match = new Match();
        match.builder.matchInPort(port);
        return match;
    }

    /** Of that Ethernet type. */
    Match ethernet(EthType.EtherType type) {
        builder.matchEthType(type.ethType().toShort());
        return this;
    }

    /** Any IP packet from {@code prefix}. */
    Match source(IpPrefix prefix) {
        version(prefix);
        if (prefix.prefixLength() == 0) {
            return this;
        }
        if (prefix.isIp4()) {
            builder.matchIPSrc(prefix);
        } else {
            builder.matchIPv6Src(prefix);
        }
        return this;
    }

    /** Any IP packet to {@code prefix}. */
    Match destination(IpPrefix prefix) {
        version(prefix);
        if (prefix.prefixLength() == 0) {
            return this;
        }
        if (prefix.isIp4()) {
            builder.matchIPDst(prefix);
        } else {
            builder.matchIPv6Dst(prefix);
        }
        return this;
    }

    /** ESP (IP protocol 50, RFC 4303). */
    Match esp() {
        return protocol(IPv6.PROTOCOL_ESP);
    }

    /** Of an IP protocol, 0 to 255; after {@link #source} or {@link #destination}. */
    Match protocol(int protocol) {
        builder.matchIPProtocol((byte) protocol);
        return this;
    }

    /** UDP from a port. */
    Match udpSource(int port) {
        protocol(IPv4.PROTOCOL_UDP);
        builder.matchUdpSrc(TpPort.tpPort(port));
        return this;
    }

    /** UDP to a port. */
    Match udpDestination(int port) {
        protocol(IPv4.PROTOCOL_UDP);
        builder.matchUdpDst(TpPort.tpPort(port));
        return this;
    }

    /**
     * UDP of which this is not the first fragment; after {@link #source}. It has no ports, and
     * OpenFlow 1.3 has no field for fragments: a switch shows both ports as 0, which no datagram of
     * a program has. In IPv6 it shows no protocol either.
     */
    Match laterUdpFragment() {
        return IPV6.equals(builder.build().getCriterion(Criterion.Type.ETH_TYPE))
                ? protocol(LATER_FRAGMENT)
                : udpSource(0).udpDestination(0);
    }

    /** ICMP (IPv4) or ICMPv6 of a type. */
    Match icmp(IpPrefix of, int type) {
        if (of.isIp4()) {
            protocol(IPv4.PROTOCOL_ICMP);
            builder.matchIcmpType((byte) type);
        } else {
            protocol(IPv6.PROTOCOL_ICMP6 & 0xff);
            builder.matchIcmpv6Type((byte) type);
        }
        return this;
    }

    /**
     * Questions and answers of IPv6's neighbours by {@code port} (RFC 4861, sections 4.3 and 4.4).
     * OpenFlow 1.3 cannot match the hop limit.
     */
    static List<Match> discovery(PortNumber port) {
        return List.of(
                discovery(port, ICMP6.NEIGHBOR_SOLICITATION),
                discovery(port, ICMP6.NEIGHBOR_ADVERTISEMENT));
    }

    private static Match discovery(PortNumber port, byte type) {
        Match match = from(port).ethernet(EthType.EtherType.IPV6);
        match.protocol(IPv6.PROTOCOL_ICMP6);
        match.builder.matchIcmpv6Type(type);
        return match;
    }

    /** What a line matches. */
    Match line(LineMatch line) {
        source(line.source());
        destination(line.destination());
        if (line.protocol() != 0) {
            protocol(line.protocol());
        }
        line.sourcePort().ifPresent(port -> sourcePort(line.protocol(), TpPort.tpPort(port)));
        line.destinationPort()
                .ifPresent(port -> destinationPort(line.protocol(), TpPort.tpPort(port)));
        return this;
    }

    /** The finished match. */
    TrafficSelector build() {
        return builder.build();
    }

    private void sourcePort(int protocol, TpPort port) {
        switch (protocol) {
            case IPv4.PROTOCOL_TCP:
                builder.matchTcpSrc(port);
                break;
            case IPv4.PROTOCOL_UDP:
                builder.matchUdpSrc(port);
                break;
            case SCTP:
                builder.matchSctpSrc(port);
                break;
            default:
                throw new IllegalArgumentException("protocol " + protocol + " has no ports");
        }
    }

    private void destinationPort(int protocol, TpPort port) {
        switch (protocol) {
            case IPv4.PROTOCOL_TCP:
                builder.matchTcpDst(port);
                break;
            case IPv4.PROTOCOL_UDP:
                builder.matchUdpDst(port);
                break;
            case SCTP:
                builder.matchSctpDst(port);
                break;
            default:
                throw new IllegalArgumentException("protocol " + protocol + " has no ports");
        }
    }

    private void version(IpPrefix prefix) {
        ethernet(prefix.isIp4() ? EthType.EtherType.IPV4 : EthType.EtherType.IPV6);
    }
}
