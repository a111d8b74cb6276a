// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.Ip6Address;
import org.onlab.packet.IpAddress;
import org.onlab.packet.IpPrefix;
import org.onlab.packet.MacAddress;
import org.onlab.packet.TpPort;
import org.onlab.packet.VlanId;
import org.onosproject.core.GroupId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.flow.instructions.Instructions;
import org.onosproject.net.meter.MeterId;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowAdd;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.match.Match;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.types.EthType;
import org.projectfloodlight.openflow.types.IPv4Address;

/** What is written to a switch is read back as the same, over the wire format. */
class MatchRoundTripTest {
    private static final OFFactory OF13 = OFFactories.getFactory(OFVersion.OF_13);
    private static final short IPV4 = 0x0800;
    private static final short IPV6 = (short) 0x86dd;
    private static final short ARP = 0x0806;
    private static final MacAddress MAC = MacAddress.valueOf("02:00:00:00:00:01");

    static Stream<TrafficSelector> selectors() {
        return Stream.of(
                        select(),
                        select().matchInPort(PortNumber.portNumber(7)),
                        select().matchInPort(PortNumber.LOCAL),
                        select().matchMetadata(0x1234_5678_9abcL),
                        select().matchEthSrc(MAC).matchEthDst(MacAddress.BROADCAST),
                        select().matchEthDstMasked(
                                        MacAddress.valueOf("01:00:5e:00:00:00"),
                                        MacAddress.valueOf("ff:ff:ff:80:00:00")),
                        select().matchVlanId(VlanId.vlanId((short) 100)).matchVlanPcp((byte) 5),
                        select().matchVlanId(VlanId.ANY),
                        select().matchVlanId(VlanId.NONE),
                        select().matchEthType(IPV4)
                                .matchIPSrc(IpPrefix.valueOf("10.1.0.0/16"))
                                .matchIPDst(IpPrefix.valueOf("10.2.0.5/32"))
                                .matchIPDscp((byte) 46)
                                .matchIPEcn((byte) 1),
                        select().matchEthType(IPV4).matchIPProtocol((byte) 50),
                        select().matchEthType(IPV4).matchIPProtocol((byte) 0xfe),
                        transport(IPV4, 6).matchTcpSrc(port(1)).matchTcpDst(port(65535)),
                        transport(IPV6, 17).matchUdpSrc(port(848)).matchUdpDst(port(848)),
                        transport(IPV4, 132).matchSctpSrc(port(5)).matchSctpDst(port(6)),
                        transport(IPV4, 1).matchIcmpType((byte) 3).matchIcmpCode((byte) 4),
                        transport(IPV6, 58).matchIcmpv6Type((byte) 2).matchIcmpv6Code((byte) 0),
                        select().matchEthType(ARP)
                                .matchArpOp(1)
                                .matchArpSpa(Ip4Address.valueOf("10.1.0.10"))
                                .matchArpTpa(Ip4Address.valueOf("10.1.0.1"))
                                .matchArpSha(MAC)
                                .matchArpTha(MAC),
                        select().matchEthType(IPV6)
                                .matchIPv6Src(IpPrefix.valueOf("2001:db8::/32"))
                                .matchIPv6Dst(IpPrefix.valueOf("2001:db8::1/128")),
                        transport(IPV6, 58)
                                .matchIcmpv6Type((byte) 135)
                                .matchIPv6NDTargetAddress(Ip6Address.valueOf("fe80::1"))
                                .matchIPv6NDSourceLinkLayerAddress(MAC),
                        transport(IPV6, 58)
                                .matchIcmpv6Type((byte) 136)
                                .matchIPv6NDTargetLinkLayerAddress(MAC))
                .map(TrafficSelector.Builder::build);
    }

    static Stream<TrafficTreatment> treatments() {
        return Stream.of(
                        treat().drop(),
                        treat().setOutput(PortNumber.portNumber(3)),
                        treat().punt().wipeDeferred(),
                        treat().setEthSrc(MAC)
                                .setEthDst(MacAddress.BROADCAST)
                                .decNwTtl()
                                .group(new GroupId(9)),
                        treat().pushVlan()
                                .setVlanId(VlanId.vlanId((short) 5))
                                .setVlanPcp((byte) 3)
                                .popVlan(),
                        treat().setIpSrc(IpAddress.valueOf("10.0.0.1"))
                                .setIpDst(IpAddress.valueOf("10.0.0.2"))
                                .setIpDscp((byte) 46),
                        treat().add(Instructions.modL3IPv6Src(IpAddress.valueOf("2001:db8::1")))
                                .add(Instructions.modL3IPv6Dst(IpAddress.valueOf("2001:db8::2"))),
                        treat().setTcpSrc(port(1)).setTcpDst(port(2)),
                        treat().setUdpSrc(port(1)).setUdpDst(port(2)),
                        treat().setArpOp((short) 2)
                                .setArpSha(MAC)
                                .setArpTha(MAC)
                                .setArpSpa(IpAddress.valueOf("10.0.0.1"))
                                .setArpTpa(IpAddress.valueOf("10.0.0.2")),
                        treat().deferred().setOutput(PortNumber.portNumber(2)),
                        treat().meter(MeterId.meterId(4)).writeMetadata(0x10, 0xff).transition(1))
                .map(TrafficTreatment.Builder::build);
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void aMatchIsReadBackAsItWasWritten(TrafficSelector selector) throws OFParseError {
        assertEquals(selector, MatchReader.read(overTheWire(selector, treat().build()).getMatch()));
    }

    @ParameterizedTest
    @MethodSource("treatments")
    void instructionsAreReadBackAsTheyWereWritten(TrafficTreatment treatment) throws OFParseError {
        OFFlowAdd received = overTheWire(select().build(), treatment);

        InstructionReader read = new InstructionReader(received.getInstructions());

        assertEquals(treatment, read.treatment());
        assertEquals(true, read.complete());
        assertEquals(InstructionWriter.instructions(OF13, treatment), received.getInstructions());
    }

    @Test
    void aPrefixIsWrittenAsASwitchReportsIt() {
        assertEquals(
                OF13.matchWildcardAll(),
                MatchWriter.write(
                        OF13, select().matchIPSrc(IpPrefix.valueOf("0.0.0.0/0")).build()));
        assertEquals(
                OF13.buildMatch().setExact(MatchField.IPV4_DST, IPv4Address.of("10.0.0.1")).build(),
                MatchWriter.write(
                        OF13, select().matchIPDst(IpPrefix.valueOf("10.0.0.1/32")).build()));
    }

    @Test
    void aMaskThatIsNoPrefixIsNotReadAsAWiderOne() {
        Match match =
                OF13.buildMatch()
                        .setExact(MatchField.ETH_TYPE, EthType.IPv4)
                        .setMasked(
                                MatchField.IPV4_SRC,
                                IPv4Address.of("10.0.0.1"),
                                IPv4Address.of("255.0.0.255"))
                        .build();

        assertThrows(IllegalArgumentException.class, () -> MatchReader.read(match));
    }

    private static OFFlowAdd overTheWire(TrafficSelector selector, TrafficTreatment treatment)
            throws OFParseError {
        ByteBuf wire = Unpooled.buffer();
        OF13.buildFlowAdd()
                .setMatch(MatchWriter.write(OF13, selector))
                .setInstructions(InstructionWriter.instructions(OF13, treatment))
                .build()
                .writeTo(wire);
        return (OFFlowAdd) OF13.getReader().readFrom(wire);
    }

    private static TrafficSelector.Builder select() {
        return DefaultTrafficSelector.builder();
    }

    private static TrafficSelector.Builder transport(short type, int protocol) {
        return select().matchEthType(type).matchIPProtocol((byte) protocol);
    }

    private static TrafficTreatment.Builder treat() {
        return DefaultTrafficTreatment.builder();
    }

    private static TpPort port(int number) {
        return TpPort.tpPort(number);
    }
}
