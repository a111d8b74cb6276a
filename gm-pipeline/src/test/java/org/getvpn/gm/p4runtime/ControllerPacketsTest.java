// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.getvpn.gm.p4runtime.SwitchLab.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.PacketMetadata;
import p4.v1.P4RuntimeOuterClass.PacketOut;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;

/** Packets between the switch and its controllers. */
class ControllerPacketsTest {
    @AutoClose private final SwitchLab lab;

    ControllerPacketsTest() throws IOException {
        lab = new SwitchLab();
    }

    private static StreamMessageRequest packetOut(byte[] frame, long... metadata) {
        PacketOut.Builder packet = PacketOut.newBuilder().setPayload(ByteString.copyFrom(frame));
        for (int i = 0; i < metadata.length; i++) {
            packet.addMetadata(
                    PacketMetadata.newBuilder()
                            .setMetadataId(i + 1)
                            .setValue(Bytestring.of(metadata[i])));
        }
        return StreamMessageRequest.newBuilder().setPacket(packet).build();
    }

    @Test
    void aPacketOutLeavesByThePortItNames() throws InterruptedException {
        SwitchController c = lab.primary();
        c.say(packetOut(new byte[60], 3, 0));
        List<Object> frame = lab.sent.poll(10, TimeUnit.SECONDS);
        assertEquals(3, frame.get(0));
        assertEquals(60, ((byte[]) frame.get(1)).length);
    }

    @Test
    void aPacketOutThatContradictsItsHeaderIsAnsweredByAStreamError() throws InterruptedException {
        SwitchController c = lab.primary();
        for (StreamMessageRequest wrong :
                List.of(
                        packetOut(new byte[60]),
                        packetOut(new byte[60], 3),
                        packetOut(new byte[60], 3, 0, 0),
                        packetOut(new byte[60], 10, 0))) {
            c.say(wrong);
            StreamMessageResponse answer = c.hear();
            assertEquals(3, answer.getError().getCanonicalCode(), answer.toString());
            assertEquals(wrong.getPacket(), answer.getError().getPacketOut().getPacketOut());
        }
        c.say(packetOut(new byte[60], 512, 0));
        assertEquals(11, c.hear().getError().getCanonicalCode());
        assertTrue(lab.sent.isEmpty());
    }

    @Test
    void onlyThePrimarySendsAndReceivesPackets() throws InterruptedException {
        SwitchController backup = lab.controller(1);
        assertEquals(OK, backup.arbitrate());
        SwitchController primary = lab.controller(2);
        assertEquals(OK, primary.arbitrate());
        backup.hear();
        primary.setPipeline();
        backup.say(packetOut(new byte[60], 3, 0));
        assertEquals(
                Status.Code.PERMISSION_DENIED.value(), backup.hear().getError().getCanonicalCode());
        lab.service.packetIn(4, new byte[] {1, 2, 3});
        StreamMessageResponse packet = primary.hear();
        assertEquals(Bytestring.of(4), packet.getPacket().getMetadata(0).getValue());
        assertEquals(3, packet.getPacket().getPayload().size());
        assertEquals(0, lab.service.packetInLosses());
    }

    @Test
    void aPacketForNobodyIsCounted() {
        lab.service.packetIn(4, new byte[60]);
        assertEquals(1, lab.service.packetInLosses());
    }
}
