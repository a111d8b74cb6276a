// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.List;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import p4.config.v1.P4InfoOuterClass.ControllerPacketMetadata;
import p4.v1.P4RuntimeOuterClass.PacketIn;
import p4.v1.P4RuntimeOuterClass.PacketMetadata;
import p4.v1.P4RuntimeOuterClass.PacketOut;
import p4.v1.P4RuntimeOuterClass.PacketOutError;
import p4.v1.P4RuntimeOuterClass.StreamError;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;

/**
 * The headers {@code packet_in} and {@code packet_out} of the program, as metadata beside a packet
 * (P4Runtime 1.4, section 16.1).
 */
final class PacketHeaders {
    private static final String SPACE = "getvpn-gm";

    private final List<ControllerPacketMetadata.Metadata> in;
    private final List<ControllerPacketMetadata.Metadata> out;

    PacketHeaders(PipelineInfo info) {
        in = info.packetHeader("packet_in");
        out = info.packetHeader("packet_out");
    }

    /** A packet for a controller, from this port. */
    StreamMessageResponse packetIn(int port, byte[] frame) {
        PacketIn.Builder packet = PacketIn.newBuilder().setPayload(ByteString.copyFrom(frame));
        for (ControllerPacketMetadata.Metadata field : in) {
            long value = field.getName().equals("ingress_port") ? port : 0;
            packet.addMetadata(
                    PacketMetadata.newBuilder()
                            .setMetadataId(field.getId())
                            .setValue(Bytestring.of(value)));
        }
        return StreamMessageResponse.newBuilder().setPacket(packet).build();
    }

    /**
     * The port that a controller's packet is to leave by.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT if there is not each field once
     */
    int egressPort(PacketOut packet) throws RefusedUpdate {
        if (packet.getMetadataCount() != out.size()) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT,
                    "packet.metadata: "
                            + packet.getMetadataCount()
                            + " fields: must be "
                            + out.size()
                            + ", each of packet_out once");
        }
        long port = -1;
        for (ControllerPacketMetadata.Metadata field : out) {
            ByteString octets =
                    packet.getMetadataList().stream()
                            .filter(metadata -> metadata.getMetadataId() == field.getId())
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new RefusedUpdate(
                                                    Refusal.INVALID_ARGUMENT,
                                                    "packet.metadata: "
                                                            + field.getName()
                                                            + " is missing"))
                            .getValue();
            long value =
                    Bytestring.value(
                            octets, field.getBitwidth(), "packet.metadata." + field.getName());
            if (field.getName().equals("egress_port")) {
                port = value;
            }
        }
        return (int) port;
    }

    /**
     * Tells a controller what was wrong with a message of its stream.
     *
     * @param packet the packet that was refused, or null
     */
    static StreamMessageResponse error(Status.Code code, String text, PacketOut packet) {
        StreamError.Builder error =
                StreamError.newBuilder()
                        .setCanonicalCode(code.value())
                        .setMessage(text)
                        .setSpace(SPACE)
                        .setCode(code.value());
        PacketOutError.Builder refused = PacketOutError.newBuilder();
        if (packet != null) {
            refused.setPacketOut(packet);
        }
        return StreamMessageResponse.newBuilder().setError(error.setPacketOut(refused)).build();
    }
}
