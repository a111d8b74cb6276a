// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.net.device.DeviceAgentEvent;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.runtime.PiMeterCellConfig;
import org.onosproject.net.pi.runtime.PiMeterCellId;
import org.onosproject.p4runtime.api.P4RuntimeReadClient.ReadResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateStatus;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.WriteResponse;

/** Cells of the program's meter, as ONOS writes and reads them, over gRPC. */
class MeterCellTest {
    private static final long P4_DEVICE = 1;
    private static final PiMeterId METER = PiMeterId.of("GroupMember.gdoi_meter");

    private PiPipeconf pipeconf;
    private ConnectedClient connected;
    private SwitchClient client;

    @BeforeEach
    void becomePrimary() throws Exception {
        pipeconf = ConnectedClient.pipeconf();
        connected = new ConnectedClient();
        client = connected.client;
        client.setMastership(P4_DEVICE, true, BigInteger.TEN);
        assertTrue(connected.hears(DeviceAgentEvent.Type.ROLE_MASTER, 20));
    }

    @AfterEach
    void disconnect() throws Exception {
        connected.disconnect();
    }

    @Test
    void aCellIsReadBackAsItWasWrittenAmongAllOfTheMeter() {
        PiMeterCellConfig limited = limited(2, 100, 200);
        assertTrue(client.write(P4_DEVICE, pipeconf).modify(limited).submitSync().isSuccess());
        assertEquals(512, cells().size());
        assertEquals(List.of(limited), limitedCells());
    }

    @Test
    void aCellThatIsResetHasNoRates() {
        client.write(P4_DEVICE, pipeconf).modify(limited(2, 100, 200)).submitSync();
        client.write(P4_DEVICE, pipeconf).modify(PiMeterCellConfig.reset(cell(2))).submitSync();
        assertEquals(512, cells().size());
        assertEquals(List.of(), limitedCells());
    }

    @Test
    void eachCellOfAWriteHasItsOwnOutcome() {
        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf)
                        .modify(limited(2, 100, 200))
                        .modify(limited(512, 100, 200))
                        .insert(limited(3, 100, 200))
                        .modify(limited(4, 100, 200))
                        .submitSync();
        assertEquals(
                List.of(
                        EntityUpdateStatus.OK,
                        EntityUpdateStatus.OTHER_ERROR,
                        EntityUpdateStatus.OTHER_ERROR,
                        EntityUpdateStatus.OK),
                answer.all().stream()
                        .map(EntityUpdateResponse::status)
                        .collect(Collectors.toList()));
        assertEquals(
                List.of("OUT_OF_RANGE", "INVALID_ARGUMENT"),
                answer.failed().stream()
                        .map(EntityUpdateResponse::explanation)
                        .collect(Collectors.toList()));
        assertEquals(2, limitedCells().size());
    }

    @Test
    void aMeterThatTheProgramDoesNotHaveIsNotSent() {
        PiMeterId none = PiMeterId.of("GroupMember.no_such_meter");
        WriteResponse answer =
                client.write(P4_DEVICE, pipeconf)
                        .modify(PiMeterCellConfig.reset(PiMeterCellId.ofIndirect(none, 1)))
                        .submitSync();
        assertEquals(1, answer.status(EntityUpdateStatus.CODEC_ERROR).size());
        ReadResponse read = client.read(P4_DEVICE, pipeconf).meterCells(none).submitSync();
        assertFalse(read.isSuccess());
        assertTrue(read.explanation().contains("no_such_meter"), read.explanation());
    }

    private Collection<PiMeterCellConfig> cells() {
        return client.read(P4_DEVICE, pipeconf)
                .meterCells(METER)
                .submitSync()
                .all(PiMeterCellConfig.class);
    }

    private List<PiMeterCellConfig> limitedCells() {
        return cells().stream()
                .filter(cell -> !cell.isDefaultConfig())
                .collect(Collectors.toList());
    }

    private static PiMeterCellId cell(long index) {
        return PiMeterCellId.ofIndirect(METER, index);
    }

    private static PiMeterCellConfig limited(long index, long rate, long burst) {
        return PiMeterCellConfig.builder()
                .withMeterCellId(cell(index))
                .withCommittedBand(rate, burst)
                .withPeakBand(rate, burst)
                .build();
    }
}
