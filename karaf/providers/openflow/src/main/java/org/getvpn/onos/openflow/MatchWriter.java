// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import org.onlab.packet.Ip6Address;
import org.onlab.packet.IpPrefix;
import org.onlab.packet.TpPort;
import org.onlab.packet.VlanId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.criteria.ArpHaCriterion;
import org.onosproject.net.flow.criteria.ArpOpCriterion;
import org.onosproject.net.flow.criteria.ArpPaCriterion;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.EthCriterion;
import org.onosproject.net.flow.criteria.EthTypeCriterion;
import org.onosproject.net.flow.criteria.IPCriterion;
import org.onosproject.net.flow.criteria.IPDscpCriterion;
import org.onosproject.net.flow.criteria.IPEcnCriterion;
import org.onosproject.net.flow.criteria.IPProtocolCriterion;
import org.onosproject.net.flow.criteria.IPv6NDLinkLayerAddressCriterion;
import org.onosproject.net.flow.criteria.IPv6NDTargetAddressCriterion;
import org.onosproject.net.flow.criteria.IcmpCodeCriterion;
import org.onosproject.net.flow.criteria.IcmpTypeCriterion;
import org.onosproject.net.flow.criteria.Icmpv6CodeCriterion;
import org.onosproject.net.flow.criteria.Icmpv6TypeCriterion;
import org.onosproject.net.flow.criteria.MetadataCriterion;
import org.onosproject.net.flow.criteria.PortCriterion;
import org.onosproject.net.flow.criteria.SctpPortCriterion;
import org.onosproject.net.flow.criteria.TcpPortCriterion;
import org.onosproject.net.flow.criteria.UdpPortCriterion;
import org.onosproject.net.flow.criteria.VlanIdCriterion;
import org.onosproject.net.flow.criteria.VlanPcpCriterion;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.match.Match;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.types.ArpOpcode;
import org.projectfloodlight.openflow.types.EthType;
import org.projectfloodlight.openflow.types.ICMPv4Code;
import org.projectfloodlight.openflow.types.ICMPv4Type;
import org.projectfloodlight.openflow.types.IPAddress;
import org.projectfloodlight.openflow.types.IPv4Address;
import org.projectfloodlight.openflow.types.IPv6Address;
import org.projectfloodlight.openflow.types.IpDscp;
import org.projectfloodlight.openflow.types.IpEcn;
import org.projectfloodlight.openflow.types.IpProtocol;
import org.projectfloodlight.openflow.types.MacAddress;
import org.projectfloodlight.openflow.types.OFMetadata;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.OFVlanVidMatch;
import org.projectfloodlight.openflow.types.TransportPort;
import org.projectfloodlight.openflow.types.U64;
import org.projectfloodlight.openflow.types.U8;
import org.projectfloodlight.openflow.types.VlanPcp;

/**
 * Writes an ONOS selector as an OpenFlow 1.3 match (ONF TS-023, 7.2.3).
 *
 * <p>The match comes out as a switch reports it back, so that both can be compared: a prefix of
 * full length is an exact value, a prefix of length 0 is absent, host bits are cleared.
 */
final class MatchWriter {
    private final Match.Builder match;

    private MatchWriter(OFFactory factory) {
        match = factory.buildMatch();
    }

    /**
     * Writes {@code selector}.
     *
     * @throws IllegalArgumentException if a criterion has no place in OpenFlow 1.3 or here
     */
    static Match write(OFFactory factory, TrafficSelector selector) {
        MatchWriter writer = new MatchWriter(factory);
        selector.criteria().forEach(writer::criterion);
        return writer.match.build();
    }

    static OFPort port(PortNumber port) {
        return OFPort.of((int) port.toLong());
    }

    static IPv6Address ipv6(Ip6Address address) {
        return IPv6Address.of(address.toOctets());
    }

    static MacAddress mac(org.onlab.packet.MacAddress address) {
        return MacAddress.of(address.toLong());
    }

    private void criterion(Criterion c) {
        switch (c.type()) {
            case IN_PORT:
                match.setExact(MatchField.IN_PORT, port(((PortCriterion) c).port()));
                break;
            case METADATA:
                match.setExact(
                        MatchField.METADATA,
                        OFMetadata.of(U64.of(((MetadataCriterion) c).metadata())));
                break;
            case ETH_SRC:
                match.setExact(MatchField.ETH_SRC, mac(((EthCriterion) c).mac()));
                break;
            case ETH_DST:
                match.setExact(MatchField.ETH_DST, mac(((EthCriterion) c).mac()));
                break;
            case ETH_SRC_MASKED:
                masked(MatchField.ETH_SRC, (EthCriterion) c);
                break;
            case ETH_DST_MASKED:
                masked(MatchField.ETH_DST, (EthCriterion) c);
                break;
            case ETH_TYPE:
                match.setExact(
                        MatchField.ETH_TYPE,
                        EthType.of(((EthTypeCriterion) c).ethType().toShort() & 0xffff));
                break;
            case VLAN_VID:
                vlan(((VlanIdCriterion) c).vlanId());
                break;
            case VLAN_PCP:
                match.setExact(MatchField.VLAN_PCP, VlanPcp.of(((VlanPcpCriterion) c).priority()));
                break;
            default:
                network(c);
                break;
        }
    }

    private void network(Criterion c) {
        switch (c.type()) {
            case IP_PROTO:
                match.setExact(
                        MatchField.IP_PROTO, IpProtocol.of(((IPProtocolCriterion) c).protocol()));
                break;
            case IP_DSCP:
                match.setExact(MatchField.IP_DSCP, IpDscp.of(((IPDscpCriterion) c).ipDscp()));
                break;
            case IP_ECN:
                match.setExact(MatchField.IP_ECN, IpEcn.of(((IPEcnCriterion) c).ipEcn()));
                break;
            case IPV4_SRC:
                ipv4(MatchField.IPV4_SRC, ((IPCriterion) c).ip());
                break;
            case IPV4_DST:
                ipv4(MatchField.IPV4_DST, ((IPCriterion) c).ip());
                break;
            case IPV6_SRC:
                ipv6(MatchField.IPV6_SRC, ((IPCriterion) c).ip());
                break;
            case IPV6_DST:
                ipv6(MatchField.IPV6_DST, ((IPCriterion) c).ip());
                break;
            case IPV6_ND_TARGET:
                match.setExact(
                        MatchField.IPV6_ND_TARGET,
                        ipv6(((IPv6NDTargetAddressCriterion) c).targetAddress()));
                break;
            case IPV6_ND_SLL:
                match.setExact(
                        MatchField.IPV6_ND_SLL, mac(((IPv6NDLinkLayerAddressCriterion) c).mac()));
                break;
            case IPV6_ND_TLL:
                match.setExact(
                        MatchField.IPV6_ND_TLL, mac(((IPv6NDLinkLayerAddressCriterion) c).mac()));
                break;
            case ARP_OP:
                match.setExact(MatchField.ARP_OP, ArpOpcode.of(((ArpOpCriterion) c).arpOp()));
                break;
            case ARP_SPA:
                match.setExact(
                        MatchField.ARP_SPA, IPv4Address.of(((ArpPaCriterion) c).ip().toInt()));
                break;
            case ARP_TPA:
                match.setExact(
                        MatchField.ARP_TPA, IPv4Address.of(((ArpPaCriterion) c).ip().toInt()));
                break;
            case ARP_SHA:
                match.setExact(MatchField.ARP_SHA, mac(((ArpHaCriterion) c).mac()));
                break;
            case ARP_THA:
                match.setExact(MatchField.ARP_THA, mac(((ArpHaCriterion) c).mac()));
                break;
            default:
                transport(c);
                break;
        }
    }

    private void transport(Criterion c) {
        switch (c.type()) {
            case TCP_SRC:
                match.setExact(MatchField.TCP_SRC, tp(((TcpPortCriterion) c).tcpPort()));
                break;
            case TCP_DST:
                match.setExact(MatchField.TCP_DST, tp(((TcpPortCriterion) c).tcpPort()));
                break;
            case UDP_SRC:
                match.setExact(MatchField.UDP_SRC, tp(((UdpPortCriterion) c).udpPort()));
                break;
            case UDP_DST:
                match.setExact(MatchField.UDP_DST, tp(((UdpPortCriterion) c).udpPort()));
                break;
            case SCTP_SRC:
                match.setExact(MatchField.SCTP_SRC, tp(((SctpPortCriterion) c).sctpPort()));
                break;
            case SCTP_DST:
                match.setExact(MatchField.SCTP_DST, tp(((SctpPortCriterion) c).sctpPort()));
                break;
            case ICMPV4_TYPE:
                match.setExact(
                        MatchField.ICMPV4_TYPE, ICMPv4Type.of(((IcmpTypeCriterion) c).icmpType()));
                break;
            case ICMPV4_CODE:
                match.setExact(
                        MatchField.ICMPV4_CODE, ICMPv4Code.of(((IcmpCodeCriterion) c).icmpCode()));
                break;
            case ICMPV6_TYPE:
                match.setExact(
                        MatchField.ICMPV6_TYPE, U8.of(((Icmpv6TypeCriterion) c).icmpv6Type()));
                break;
            case ICMPV6_CODE:
                match.setExact(
                        MatchField.ICMPV6_CODE, U8.of(((Icmpv6CodeCriterion) c).icmpv6Code()));
                break;
            default:
                throw new IllegalArgumentException("criterion not supported: " + c);
        }
    }

    private void masked(MatchField<MacAddress> field, EthCriterion c) {
        match.setMasked(field, mac(c.mac()), mac(c.mask()));
    }

    private void vlan(VlanId vlan) {
        if (vlan.equals(VlanId.ANY)) {
            match.setMasked(MatchField.VLAN_VID, OFVlanVidMatch.PRESENT, OFVlanVidMatch.PRESENT);
        } else if (vlan.equals(VlanId.NONE)) {
            match.setExact(MatchField.VLAN_VID, OFVlanVidMatch.UNTAGGED);
        } else {
            match.setExact(MatchField.VLAN_VID, OFVlanVidMatch.ofVlan(vlan.toShort()));
        }
    }

    private void ipv4(MatchField<IPv4Address> field, IpPrefix prefix) {
        prefix(
                field,
                IPv4Address.of(prefix.address().getIp4Address().toInt()),
                IPv4Address.ofCidrMaskLength(prefix.prefixLength()));
    }

    private void ipv6(MatchField<IPv6Address> field, IpPrefix prefix) {
        prefix(
                field,
                ipv6(prefix.address().getIp6Address()),
                IPv6Address.ofCidrMaskLength(prefix.prefixLength()));
    }

    private <F extends IPAddress<F>> void prefix(MatchField<F> field, F address, F mask) {
        if (mask.asCidrMaskLength() == mask.getLength() * 8) {
            match.setExact(field, address);
        } else if (mask.asCidrMaskLength() > 0) {
            match.setMasked(field, address.applyMask(mask), mask);
        }
    }

    private static TransportPort tp(TpPort port) {
        return TransportPort.of(port.toInt());
    }
}
