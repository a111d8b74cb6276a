// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.ArrayList;
import java.util.List;
import org.onlab.packet.IpAddress;
import org.onlab.packet.TpPort;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.Instructions.GroupInstruction;
import org.onosproject.net.flow.instructions.Instructions.MetadataInstruction;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;
import org.onosproject.net.flow.instructions.Instructions.SetQueueInstruction;
import org.onosproject.net.flow.instructions.L2ModificationInstruction;
import org.onosproject.net.flow.instructions.L2ModificationInstruction.ModEtherInstruction;
import org.onosproject.net.flow.instructions.L2ModificationInstruction.ModVlanHeaderInstruction;
import org.onosproject.net.flow.instructions.L2ModificationInstruction.ModVlanIdInstruction;
import org.onosproject.net.flow.instructions.L2ModificationInstruction.ModVlanPcpInstruction;
import org.onosproject.net.flow.instructions.L3ModificationInstruction;
import org.onosproject.net.flow.instructions.L3ModificationInstruction.ModArpEthInstruction;
import org.onosproject.net.flow.instructions.L3ModificationInstruction.ModArpIPInstruction;
import org.onosproject.net.flow.instructions.L3ModificationInstruction.ModArpOpInstruction;
import org.onosproject.net.flow.instructions.L3ModificationInstruction.ModDscpInstruction;
import org.onosproject.net.flow.instructions.L3ModificationInstruction.ModIPInstruction;
import org.onosproject.net.flow.instructions.L4ModificationInstruction;
import org.onosproject.net.flow.instructions.L4ModificationInstruction.ModTransportPortInstruction;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.action.OFAction;
import org.projectfloodlight.openflow.protocol.instruction.OFInstruction;
import org.projectfloodlight.openflow.protocol.oxm.OFOxm;
import org.projectfloodlight.openflow.protocol.oxm.OFOxms;
import org.projectfloodlight.openflow.types.ArpOpcode;
import org.projectfloodlight.openflow.types.EthType;
import org.projectfloodlight.openflow.types.IPv4Address;
import org.projectfloodlight.openflow.types.IpDscp;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFVlanVidMatch;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.TransportPort;
import org.projectfloodlight.openflow.types.U64;
import org.projectfloodlight.openflow.types.VlanPcp;

/**
 * Writes an ONOS treatment as OpenFlow 1.3 instructions and actions (ONF TS-023, 7.2.4 and 7.2.5).
 *
 * <p>A treatment that does nothing (ONOS's drop) is an empty list of instructions.
 */
final class InstructionWriter {
    /** The whole packet to the controller (OFPCML_NO_BUFFER). */
    private static final int WHOLE_PACKET = 0xffff;

    private final OFFactory factory;

    private InstructionWriter(OFFactory factory) {
        this.factory = factory;
    }

    /**
     * Writes {@code treatment} as the instructions of a flow entry.
     *
     * @throws IllegalArgumentException if an instruction has no place in OpenFlow 1.3 or here
     */
    static List<OFInstruction> instructions(OFFactory factory, TrafficTreatment treatment) {
        return new InstructionWriter(factory).write(treatment);
    }

    /**
     * Writes the immediate part of {@code treatment} as an action list, for packet-outs and
     * buckets.
     *
     * @throws IllegalArgumentException if it holds what is no action
     */
    static List<OFAction> actions(OFFactory factory, TrafficTreatment treatment) {
        return new InstructionWriter(factory).actions(treatment.allInstructions());
    }

    private List<OFInstruction> write(TrafficTreatment treatment) {
        List<OFInstruction> written = new ArrayList<>();
        treatment
                .meters()
                .forEach(m -> written.add(factory.instructions().meter(m.meterId().id())));
        List<OFAction> immediate = actions(treatment.immediate());
        if (!immediate.isEmpty()) {
            written.add(factory.instructions().applyActions(immediate));
        }
        if (treatment.clearedDeferred()) {
            written.add(factory.instructions().clearActions());
        }
        List<OFAction> deferred = actions(treatment.deferred());
        if (!deferred.isEmpty()) {
            written.add(factory.instructions().writeActions(deferred));
        }
        if (treatment.writeMetadata() != null) {
            MetadataInstruction metadata = treatment.writeMetadata();
            written.add(
                    factory.instructions()
                            .writeMetadata(
                                    U64.of(metadata.metadata()), U64.of(metadata.metadataMask())));
        }
        if (treatment.tableTransition() != null) {
            written.add(
                    factory.instructions()
                            .gotoTable(TableId.of(treatment.tableTransition().tableId())));
        }
        return written;
    }

    private List<OFAction> actions(List<Instruction> instructions) {
        List<OFAction> actions = new ArrayList<>();
        for (Instruction i : instructions) {
            switch (i.type()) {
                case NOACTION:
                    break;
                case OUTPUT:
                    actions.add(output(((OutputInstruction) i).port()));
                    break;
                case GROUP:
                    actions.add(
                            factory.actions()
                                    .group(OFGroup.of(((GroupInstruction) i).groupId().id())));
                    break;
                case QUEUE:
                    SetQueueInstruction queue = (SetQueueInstruction) i;
                    actions.add(factory.actions().setQueue(queue.queueId()));
                    if (queue.port() != null) {
                        actions.add(output(queue.port()));
                    }
                    break;
                case L2MODIFICATION:
                    actions.add(link((L2ModificationInstruction) i));
                    break;
                case L3MODIFICATION:
                    actions.add(network((L3ModificationInstruction) i));
                    break;
                case L4MODIFICATION:
                    actions.add(transport((L4ModificationInstruction) i));
                    break;
                default:
                    throw notSupported(i);
            }
        }
        return actions;
    }

    private OFAction output(PortNumber port) {
        // Switches report 0 where the length has no meaning.
        int length = port.equals(PortNumber.CONTROLLER) ? WHOLE_PACKET : 0;
        return factory.actions().output(MatchWriter.port(port), length);
    }

    private OFAction link(L2ModificationInstruction i) {
        OFOxms fields = factory.oxms();
        switch (i.subtype()) {
            case ETH_SRC:
                return set(fields.ethSrc(MatchWriter.mac(((ModEtherInstruction) i).mac())));
            case ETH_DST:
                return set(fields.ethDst(MatchWriter.mac(((ModEtherInstruction) i).mac())));
            case VLAN_ID:
                short vlan = ((ModVlanIdInstruction) i).vlanId().toShort();
                return set(fields.vlanVid(OFVlanVidMatch.ofVlan(vlan)));
            case VLAN_PCP:
                return set(fields.vlanPcp(VlanPcp.of(((ModVlanPcpInstruction) i).vlanPcp())));
            case VLAN_POP:
                return factory.actions().popVlan();
            case VLAN_PUSH:
                int type = ((ModVlanHeaderInstruction) i).ethernetType().toShort() & 0xffff;
                return factory.actions().pushVlan(EthType.of(type));
            default:
                throw notSupported(i);
        }
    }

    private OFAction network(L3ModificationInstruction i) {
        OFOxms fields = factory.oxms();
        switch (i.subtype()) {
            case DEC_TTL:
                return factory.actions().decNwTtl();
            case IP_DSCP:
                return set(fields.ipDscp(IpDscp.of(((ModDscpInstruction) i).dscp())));
            case IPV4_SRC:
            case IPV6_SRC:
                // the treatment builder's setIpSrc says IPV4_SRC for both versions
                IpAddress source = ((ModIPInstruction) i).ip();
                return set(
                        source.isIp4()
                                ? fields.ipv4Src(ipv4(source))
                                : fields.ipv6Src(MatchWriter.ipv6(source.getIp6Address())));
            case IPV4_DST:
            case IPV6_DST:
                IpAddress destination = ((ModIPInstruction) i).ip();
                return set(
                        destination.isIp4()
                                ? fields.ipv4Dst(ipv4(destination))
                                : fields.ipv6Dst(MatchWriter.ipv6(destination.getIp6Address())));
            case ARP_OP:
                return set(fields.arpOp(ArpOpcode.of((int) ((ModArpOpInstruction) i).op())));
            case ARP_SPA:
                return set(fields.arpSpa(ipv4(((ModArpIPInstruction) i).ip())));
            case ARP_TPA:
                return set(fields.arpTpa(ipv4(((ModArpIPInstruction) i).ip())));
            case ARP_SHA:
                return set(fields.arpSha(MatchWriter.mac(((ModArpEthInstruction) i).mac())));
            case ARP_THA:
                return set(fields.arpTha(MatchWriter.mac(((ModArpEthInstruction) i).mac())));
            default:
                throw notSupported(i);
        }
    }

    private OFAction transport(L4ModificationInstruction i) {
        OFOxms fields = factory.oxms();
        TpPort port = ((ModTransportPortInstruction) i).port();
        switch (i.subtype()) {
            case TCP_SRC:
                return set(fields.tcpSrc(TransportPort.of(port.toInt())));
            case TCP_DST:
                return set(fields.tcpDst(TransportPort.of(port.toInt())));
            case UDP_SRC:
                return set(fields.udpSrc(TransportPort.of(port.toInt())));
            case UDP_DST:
                return set(fields.udpDst(TransportPort.of(port.toInt())));
            default:
                throw notSupported(i);
        }
    }

    private OFAction set(OFOxm<?> field) {
        return factory.actions().setField(field);
    }

    private static IPv4Address ipv4(IpAddress address) {
        return IPv4Address.of(address.getIp4Address().toInt());
    }

    private static IllegalArgumentException notSupported(Instruction i) {
        return new IllegalArgumentException("instruction not supported: " + i);
    }
}
