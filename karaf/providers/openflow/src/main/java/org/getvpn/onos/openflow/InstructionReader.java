// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.onlab.packet.EthType;
import org.onlab.packet.IpAddress;
import org.onlab.packet.TpPort;
import org.onlab.packet.VlanId;
import org.onosproject.core.GroupId;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.flow.instructions.Instructions;
import org.onosproject.net.meter.MeterId;
import org.projectfloodlight.openflow.protocol.action.OFAction;
import org.projectfloodlight.openflow.protocol.action.OFActionGroup;
import org.projectfloodlight.openflow.protocol.action.OFActionOutput;
import org.projectfloodlight.openflow.protocol.action.OFActionPushVlan;
import org.projectfloodlight.openflow.protocol.action.OFActionSetField;
import org.projectfloodlight.openflow.protocol.action.OFActionSetQueue;
import org.projectfloodlight.openflow.protocol.instruction.OFInstruction;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionApplyActions;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionGotoTable;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionMeter;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionWriteActions;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionWriteMetadata;
import org.projectfloodlight.openflow.protocol.match.MatchFields;
import org.projectfloodlight.openflow.types.ArpOpcode;
import org.projectfloodlight.openflow.types.IPv4Address;
import org.projectfloodlight.openflow.types.IPv6Address;
import org.projectfloodlight.openflow.types.IpDscp;
import org.projectfloodlight.openflow.types.MacAddress;
import org.projectfloodlight.openflow.types.OFVlanVidMatch;
import org.projectfloodlight.openflow.types.TransportPort;
import org.projectfloodlight.openflow.types.VlanPcp;

/**
 * Reads OpenFlow instructions as an ONOS treatment: what {@link InstructionWriter} writes, read
 * back.
 *
 * <p>Used for entries that ONOS did not write. Such an entry must be visible so that it can be
 * judged and deleted, so what ONOS cannot express is left out and {@link #complete} is false.
 */
final class InstructionReader {
    /** Adds one set-field value to a treatment. */
    private interface Field {
        void read(Object value, TrafficTreatment.Builder into);
    }

    private static final Map<MatchFields, Field> FIELDS = fields();

    private final TrafficTreatment.Builder treatment = DefaultTrafficTreatment.builder();
    private boolean complete = true;

    InstructionReader(List<OFInstruction> instructions) {
        instructions.forEach(this::instruction);
    }

    TrafficTreatment treatment() {
        return treatment.build();
    }

    /** Whether every instruction and action was understood. */
    boolean complete() {
        return complete;
    }

    private void instruction(OFInstruction i) {
        switch (i.getType()) {
            case METER:
                treatment.meter(MeterId.meterId(((OFInstructionMeter) i).getMeterId()));
                break;
            case APPLY_ACTIONS:
                treatment.immediate();
                ((OFInstructionApplyActions) i).getActions().forEach(this::action);
                break;
            case CLEAR_ACTIONS:
                treatment.wipeDeferred();
                break;
            case WRITE_ACTIONS:
                treatment.deferred();
                ((OFInstructionWriteActions) i).getActions().forEach(this::action);
                treatment.immediate();
                break;
            case WRITE_METADATA:
                OFInstructionWriteMetadata metadata = (OFInstructionWriteMetadata) i;
                treatment.writeMetadata(
                        metadata.getMetadata().getValue(), metadata.getMetadataMask().getValue());
                break;
            case GOTO_TABLE:
                treatment.transition((int) ((OFInstructionGotoTable) i).getTableId().getValue());
                break;
            default:
                complete = false;
                break;
        }
    }

    private void action(OFAction a) {
        switch (a.getType()) {
            case OUTPUT:
                treatment.setOutput(MatchReader.port(((OFActionOutput) a).getPort()));
                break;
            case GROUP:
                treatment.group(new GroupId(((OFActionGroup) a).getGroup().getGroupNumber()));
                break;
            case SET_QUEUE:
                treatment.setQueue(((OFActionSetQueue) a).getQueueId());
                break;
            case POP_VLAN:
                treatment.popVlan();
                break;
            case PUSH_VLAN:
                int type = ((OFActionPushVlan) a).getEthertype().getValue();
                treatment.pushVlan(new EthType(type));
                break;
            case DEC_NW_TTL:
                treatment.decNwTtl();
                break;
            case SET_FIELD:
                setField((OFActionSetField) a);
                break;
            default:
                complete = false;
                break;
        }
    }

    private void setField(OFActionSetField a) {
        Field reader = FIELDS.get(a.getField().getMatchField().id);
        if (reader == null || a.getField().isMasked()) {
            complete = false;
        } else {
            reader.read(a.getField().getValue(), treatment);
        }
    }

    private static Map<MatchFields, Field> fields() {
        Map<MatchFields, Field> f = new EnumMap<>(MatchFields.class);
        f.put(MatchFields.ETH_SRC, (v, t) -> t.setEthSrc(mac(v)));
        f.put(MatchFields.ETH_DST, (v, t) -> t.setEthDst(mac(v)));
        f.put(
                MatchFields.VLAN_VID,
                (v, t) -> t.setVlanId(VlanId.vlanId(((OFVlanVidMatch) v).getVlan())));
        f.put(MatchFields.VLAN_PCP, (v, t) -> t.setVlanPcp(((VlanPcp) v).getValue()));
        f.put(MatchFields.IP_DSCP, (v, t) -> t.setIpDscp(((IpDscp) v).getDscpValue()));
        f.put(MatchFields.IPV4_SRC, (v, t) -> t.setIpSrc(ipv4(v)));
        f.put(MatchFields.IPV4_DST, (v, t) -> t.setIpDst(ipv4(v)));
        f.put(MatchFields.IPV6_SRC, (v, t) -> t.add(Instructions.modL3IPv6Src(ipv6(v))));
        f.put(MatchFields.IPV6_DST, (v, t) -> t.add(Instructions.modL3IPv6Dst(ipv6(v))));
        f.put(MatchFields.ARP_OP, (v, t) -> t.setArpOp((short) ((ArpOpcode) v).getOpcode()));
        f.put(MatchFields.ARP_SPA, (v, t) -> t.setArpSpa(ipv4(v)));
        f.put(MatchFields.ARP_TPA, (v, t) -> t.setArpTpa(ipv4(v)));
        f.put(MatchFields.ARP_SHA, (v, t) -> t.setArpSha(mac(v)));
        f.put(MatchFields.ARP_THA, (v, t) -> t.setArpTha(mac(v)));
        f.put(MatchFields.TCP_SRC, (v, t) -> t.setTcpSrc(port(v)));
        f.put(MatchFields.TCP_DST, (v, t) -> t.setTcpDst(port(v)));
        f.put(MatchFields.UDP_SRC, (v, t) -> t.setUdpSrc(port(v)));
        f.put(MatchFields.UDP_DST, (v, t) -> t.setUdpDst(port(v)));
        return f;
    }

    private static org.onlab.packet.MacAddress mac(Object value) {
        return MatchReader.mac((MacAddress) value);
    }

    private static IpAddress ipv4(Object value) {
        return IpAddress.valueOf(((IPv4Address) value).getInt());
    }

    private static IpAddress ipv6(Object value) {
        return IpAddress.valueOf(IpAddress.Version.INET6, ((IPv6Address) value).getBytes());
    }

    private static TpPort port(Object value) {
        return TpPort.tpPort(((TransportPort) value).getPort());
    }
}
