// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.onlab.packet.DeserializationException;
import org.onlab.packet.Ethernet;
import org.onlab.util.ImmutableByteSequence;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.driver.AbstractHandlerBehaviour;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;
import org.onosproject.net.packet.DefaultInboundPacket;
import org.onosproject.net.packet.InboundPacket;
import org.onosproject.net.packet.OutboundPacket;
import org.onosproject.net.pi.model.PiMatchFieldId;
import org.onosproject.net.pi.model.PiPacketMetadataId;
import org.onosproject.net.pi.model.PiPacketOperationType;
import org.onosproject.net.pi.model.PiPipelineInterpreter;
import org.onosproject.net.pi.model.PiTableId;
import org.onosproject.net.pi.model.PiTableModel;
import org.onosproject.net.pi.runtime.PiAction;
import org.onosproject.net.pi.runtime.PiPacketMetadata;
import org.onosproject.net.pi.runtime.PiPacketOperation;

/**
 * Packets to and from switches that run {@code group_member.p4}. Flow rules of other applications,
 * in OpenFlow's words, have no place in this program and are refused.
 */
public class GroupMemberInterpreter extends AbstractHandlerBehaviour
        implements PiPipelineInterpreter {
    private static final P4InfoModel MODEL = new P4InfoModel(GroupMemberPipeconf.p4info());
    private static final int PORT_BITS = 9;
    private static final int RESERVED_BITS = 7;

    @Override
    public Optional<PiMatchFieldId> mapCriterionType(Criterion.Type type) {
        return Optional.empty();
    }

    @Override
    public Optional<PiTableId> mapFlowRuleTableId(int table) {
        return Optional.empty();
    }

    @Override
    public PiAction mapTreatment(TrafficTreatment treatment, PiTableId table)
            throws PiInterpreterException {
        throw new PiInterpreterException(
                "group_member.p4 takes no rules of other applications: " + treatment);
    }

    @Override
    public Collection<PiPacketOperation> mapOutboundPacket(OutboundPacket packet)
            throws PiInterpreterException {
        List<PiPacketOperation> operations = new ArrayList<>();
        for (Instruction instruction : packet.treatment().allInstructions()) {
            if (!(instruction instanceof OutputInstruction)) {
                throw new PiInterpreterException("a packet-out has a port, not " + instruction);
            }
            PortNumber port = ((OutputInstruction) instruction).port();
            if (port.isLogical()) {
                throw new PiInterpreterException("a packet-out has one port, not " + port);
            }
            operations.add(
                    PiPacketOperation.builder()
                            .withType(PiPacketOperationType.PACKET_OUT)
                            .withData(ImmutableByteSequence.copyFrom(packet.data().duplicate()))
                            .withMetadata(metadata("egress_port", port.toLong(), PORT_BITS))
                            .withMetadata(metadata("reserved", 0, RESERVED_BITS))
                            .build());
        }
        return operations;
    }

    @Override
    public InboundPacket mapInboundPacket(PiPacketOperation packet, DeviceId device)
            throws PiInterpreterException {
        long port =
                packet.metadatas().stream()
                        .filter(field -> field.id().id().equals("ingress_port"))
                        .findFirst()
                        .map(field -> number(field.value()))
                        .orElseThrow(() -> new PiInterpreterException("no ingress_port"));
        byte[] octets = packet.data().asArray();
        try {
            return new DefaultInboundPacket(
                    new ConnectPoint(device, PortNumber.portNumber(port)),
                    Ethernet.deserializer().deserialize(octets, 0, octets.length),
                    packet.data().asReadOnlyBuffer());
        } catch (DeserializationException e) {
            throw new PiInterpreterException("no Ethernet frame: " + e.getMessage());
        }
    }

    @Override
    public Optional<PiAction> getOriginalDefaultAction(PiTableId table) {
        return MODEL.table(table)
                .flatMap(PiTableModel::constDefaultAction)
                .map(action -> PiAction.builder().withId(action.id()).build());
    }

    private static PiPacketMetadata metadata(String name, long value, int width) {
        return PiPacketMetadata.builder()
                .withId(PiPacketMetadataId.of(name))
                .withValue(Action.bits(value, width))
                .build();
    }

    private static long number(ImmutableByteSequence octets) {
        long number = 0;
        for (byte octet : octets.asArray()) {
            number = number << 8 | octet & 0xff;
        }
        return number;
    }
}
