// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.EnumMap;
import java.util.Map;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.IpPrefix;
import org.onlab.packet.MacAddress;
import org.onlab.packet.TpPort;
import org.onlab.packet.VlanId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.TrafficSelector;
import org.projectfloodlight.openflow.protocol.match.Match;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.protocol.match.MatchFields;
import org.projectfloodlight.openflow.types.IPAddress;
import org.projectfloodlight.openflow.types.IPv4Address;
import org.projectfloodlight.openflow.types.IPv6Address;
import org.projectfloodlight.openflow.types.Masked;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.OFValueType;
import org.projectfloodlight.openflow.types.OFVlanVidMatch;
import org.projectfloodlight.openflow.types.TransportPort;

/**
 * Reads an OpenFlow match as an ONOS selector: what {@link MatchWriter} writes, read back.
 *
 * <p>Used for entries that ONOS did not write. What ONOS cannot express (a field it has no
 * criterion for, a mask that is no prefix) makes the entry unreadable, never a wider selector.
 */
final class MatchReader {
    /** Adds one field of a match to a selector. */
    private interface Field {
        void read(Match match, TrafficSelector.Builder into);
    }

    private static final Map<MatchFields, Field> FIELDS = fields();

    private MatchReader() {}

    /**
     * Reads {@code match}.
     *
     * @throws IllegalArgumentException if a field has no exact counterpart in an ONOS selector
     */
    static TrafficSelector read(Match match) {
        TrafficSelector.Builder selector = DefaultTrafficSelector.builder();
        for (MatchField<?> field : match.getMatchFields()) {
            Field reader = FIELDS.get(field.id);
            if (reader == null) {
                throw new IllegalArgumentException("match field not supported: " + field.getName());
            }
            reader.read(match, selector);
        }
        return selector.build();
    }

    private static Map<MatchFields, Field> fields() {
        Map<MatchFields, Field> f = new EnumMap<>(MatchFields.class);
        f.put(MatchFields.IN_PORT, (m, s) -> s.matchInPort(port(exact(m, MatchField.IN_PORT))));
        f.put(
                MatchFields.METADATA,
                (m, s) -> s.matchMetadata(exact(m, MatchField.METADATA).getValue().getValue()));
        f.put(MatchFields.ETH_SRC, MatchReader::ethSource);
        f.put(MatchFields.ETH_DST, MatchReader::ethDestination);
        f.put(
                MatchFields.ETH_TYPE,
                (m, s) -> s.matchEthType((short) exact(m, MatchField.ETH_TYPE).getValue()));
        f.put(MatchFields.VLAN_VID, MatchReader::vlan);
        f.put(
                MatchFields.VLAN_PCP,
                (m, s) -> s.matchVlanPcp(exact(m, MatchField.VLAN_PCP).getValue()));
        f.put(
                MatchFields.IP_PROTO,
                (m, s) ->
                        s.matchIPProtocol(
                                (byte) exact(m, MatchField.IP_PROTO).getIpProtocolNumber()));
        f.put(
                MatchFields.IP_DSCP,
                (m, s) -> s.matchIPDscp(exact(m, MatchField.IP_DSCP).getDscpValue()));
        f.put(
                MatchFields.IP_ECN,
                (m, s) -> s.matchIPEcn(exact(m, MatchField.IP_ECN).getEcnValue()));
        f.put(MatchFields.IPV4_SRC, (m, s) -> s.matchIPSrc(ipv4(m, MatchField.IPV4_SRC)));
        f.put(MatchFields.IPV4_DST, (m, s) -> s.matchIPDst(ipv4(m, MatchField.IPV4_DST)));
        f.put(MatchFields.IPV6_SRC, (m, s) -> s.matchIPv6Src(ipv6(m, MatchField.IPV6_SRC)));
        f.put(MatchFields.IPV6_DST, (m, s) -> s.matchIPv6Dst(ipv6(m, MatchField.IPV6_DST)));
        f.put(
                MatchFields.IPV6_ND_TARGET,
                (m, s) ->
                        s.matchIPv6NDTargetAddress(
                                Ip6Address.valueOf(
                                        exact(m, MatchField.IPV6_ND_TARGET).getBytes())));
        f.put(
                MatchFields.IPV6_ND_SLL,
                (m, s) ->
                        s.matchIPv6NDSourceLinkLayerAddress(mac(exact(m, MatchField.IPV6_ND_SLL))));
        f.put(
                MatchFields.IPV6_ND_TLL,
                (m, s) ->
                        s.matchIPv6NDTargetLinkLayerAddress(mac(exact(m, MatchField.IPV6_ND_TLL))));
        f.put(MatchFields.ARP_OP, (m, s) -> s.matchArpOp(exact(m, MatchField.ARP_OP).getOpcode()));
        f.put(
                MatchFields.ARP_SPA,
                (m, s) -> s.matchArpSpa(Ip4Address.valueOf(exact(m, MatchField.ARP_SPA).getInt())));
        f.put(
                MatchFields.ARP_TPA,
                (m, s) -> s.matchArpTpa(Ip4Address.valueOf(exact(m, MatchField.ARP_TPA).getInt())));
        f.put(MatchFields.ARP_SHA, (m, s) -> s.matchArpSha(mac(exact(m, MatchField.ARP_SHA))));
        f.put(MatchFields.ARP_THA, (m, s) -> s.matchArpTha(mac(exact(m, MatchField.ARP_THA))));
        f.put(MatchFields.TCP_SRC, (m, s) -> s.matchTcpSrc(tp(exact(m, MatchField.TCP_SRC))));
        f.put(MatchFields.TCP_DST, (m, s) -> s.matchTcpDst(tp(exact(m, MatchField.TCP_DST))));
        f.put(MatchFields.UDP_SRC, (m, s) -> s.matchUdpSrc(tp(exact(m, MatchField.UDP_SRC))));
        f.put(MatchFields.UDP_DST, (m, s) -> s.matchUdpDst(tp(exact(m, MatchField.UDP_DST))));
        f.put(MatchFields.SCTP_SRC, (m, s) -> s.matchSctpSrc(tp(exact(m, MatchField.SCTP_SRC))));
        f.put(MatchFields.SCTP_DST, (m, s) -> s.matchSctpDst(tp(exact(m, MatchField.SCTP_DST))));
        f.put(
                MatchFields.ICMPV4_TYPE,
                (m, s) -> s.matchIcmpType((byte) exact(m, MatchField.ICMPV4_TYPE).getType()));
        f.put(
                MatchFields.ICMPV4_CODE,
                (m, s) -> s.matchIcmpCode((byte) exact(m, MatchField.ICMPV4_CODE).getCode()));
        f.put(
                MatchFields.ICMPV6_TYPE,
                (m, s) -> s.matchIcmpv6Type((byte) exact(m, MatchField.ICMPV6_TYPE).getValue()));
        f.put(
                MatchFields.ICMPV6_CODE,
                (m, s) -> s.matchIcmpv6Code((byte) exact(m, MatchField.ICMPV6_CODE).getValue()));
        return f;
    }

    static PortNumber port(OFPort port) {
        for (PortNumber.Logical reserved : PortNumber.Logical.values()) {
            if ((int) reserved.number() == port.getPortNumber()) {
                return reserved.instance();
            }
        }
        return PortNumber.portNumber(Integer.toUnsignedLong(port.getPortNumber()));
    }

    static MacAddress mac(org.projectfloodlight.openflow.types.MacAddress mac) {
        return MacAddress.valueOf(mac.getLong());
    }

    private static void ethSource(Match m, TrafficSelector.Builder s) {
        if (m.isPartiallyMasked(MatchField.ETH_SRC)) {
            var masked = m.getMasked(MatchField.ETH_SRC);
            s.matchEthSrcMasked(mac(masked.getValue()), mac(masked.getMask()));
        } else {
            s.matchEthSrc(mac(m.get(MatchField.ETH_SRC)));
        }
    }

    private static void ethDestination(Match m, TrafficSelector.Builder s) {
        if (m.isPartiallyMasked(MatchField.ETH_DST)) {
            var masked = m.getMasked(MatchField.ETH_DST);
            s.matchEthDstMasked(mac(masked.getValue()), mac(masked.getMask()));
        } else {
            s.matchEthDst(mac(m.get(MatchField.ETH_DST)));
        }
    }

    private static void vlan(Match m, TrafficSelector.Builder s) {
        if (m.isPartiallyMasked(MatchField.VLAN_VID)) {
            Masked<OFVlanVidMatch> masked = m.getMasked(MatchField.VLAN_VID);
            if (!masked.getMask().equals(OFVlanVidMatch.PRESENT)
                    || !masked.getValue().equals(OFVlanVidMatch.PRESENT)) {
                throw new IllegalArgumentException("VLAN mask not supported: " + masked);
            }
            s.matchVlanId(VlanId.ANY);
        } else if (m.get(MatchField.VLAN_VID).isPresentBitSet()) {
            s.matchVlanId(VlanId.vlanId(m.get(MatchField.VLAN_VID).getVlan()));
        } else {
            s.matchVlanId(VlanId.NONE);
        }
    }

    private static <F extends OFValueType<F>> F exact(Match match, MatchField<F> field) {
        if (match.isPartiallyMasked(field)) {
            throw new IllegalArgumentException("mask not supported: " + field.getName());
        }
        return match.get(field);
    }

    private static IpPrefix ipv4(Match match, MatchField<IPv4Address> field) {
        Masked<IPv4Address> masked = masked(match, field, IPv4Address.NO_MASK);
        return IpPrefix.valueOf(masked.getValue().getInt(), prefixLength(field, masked.getMask()));
    }

    private static IpPrefix ipv6(Match match, MatchField<IPv6Address> field) {
        Masked<IPv6Address> masked = masked(match, field, IPv6Address.NO_MASK);
        return IpPrefix.valueOf(
                org.onlab.packet.IpAddress.Version.INET6,
                masked.getValue().getBytes(),
                prefixLength(field, masked.getMask()));
    }

    private static <F extends OFValueType<F>> Masked<F> masked(
            Match match, MatchField<F> field, F fullMask) {
        return match.isPartiallyMasked(field)
                ? match.getMasked(field)
                : Masked.of(match.get(field), fullMask);
    }

    private static int prefixLength(MatchField<?> field, IPAddress<?> mask) {
        if (!mask.isCidrMask()) {
            throw new IllegalArgumentException(
                    "mask is no prefix: " + field.getName() + " " + mask);
        }
        return mask.asCidrMaskLength();
    }

    private static TpPort tp(TransportPort port) {
        return TpPort.tpPort(port.getPort());
    }
}
