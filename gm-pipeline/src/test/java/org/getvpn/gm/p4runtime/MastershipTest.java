// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.getvpn.gm.p4runtime.SwitchLab.DEVICE;
import static org.getvpn.gm.p4runtime.SwitchLab.OK;
import static org.getvpn.gm.p4runtime.SwitchLab.code;
import static org.getvpn.gm.p4runtime.SwitchLab.route;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;
import p4.v1.P4RuntimeOuterClass.Uint128;

/** Who of several controllers may write. */
class MastershipTest {
    @AutoClose private final SwitchLab lab;

    MastershipTest() throws IOException {
        lab = new SwitchLab();
    }

    @Test
    void theHighestElectionIdIsPrimaryAndTheOthersAreTold() throws InterruptedException {
        /* arbitration(5) -->   <-- OK;  arbitration(9) -->   <-- OK, to the first ALREADY_EXISTS */
        SwitchController first = lab.controller(5);
        SwitchController second = lab.controller(9);
        assertEquals(OK, first.arbitrate());
        assertEquals(OK, second.arbitrate());
        StreamMessageResponse lost = first.hear();
        assertEquals(
                Status.Code.ALREADY_EXISTS.value(), lost.getArbitration().getStatus().getCode());
        assertEquals(9, lost.getArbitration().getElectionId().getLow());
        second.setPipeline();
        assertEquals(Status.Code.PERMISSION_DENIED, code(first::setPipeline));
        assertEquals(
                Status.Code.PERMISSION_DENIED,
                code(() -> first.write(List.of(route(first, 0x0a00_0000L, 8).insert()))));
        assertTrue(second.entries().isEmpty());
    }

    @Test
    void aLowerElectionIdIsBackup() throws InterruptedException {
        SwitchController first = lab.controller(9);
        SwitchController second = lab.controller(5);
        assertEquals(OK, first.arbitrate());
        assertEquals(Status.Code.ALREADY_EXISTS.value(), second.arbitrate());
    }

    @Test
    void electionIdsAreUnsignedNumbersOf128Bits() throws InterruptedException {
        SwitchController first = lab.controller(-1);
        SwitchController second = lab.controller(1);
        assertEquals(OK, first.arbitrate());
        second.arbitrate(
                second.arbitration().toBuilder()
                        .setElectionId(Uint128.newBuilder().setHigh(1).setLow(0))
                        .build());
        assertEquals(OK, second.hear().getArbitration().getStatus().getCode());
    }

    @Test
    void whenThePrimaryLeavesNobodyWritesUntilAnIdAsHighComes() throws InterruptedException {
        SwitchController first = lab.controller(9);
        SwitchController backup = lab.controller(5);
        assertEquals(OK, first.arbitrate());
        assertEquals(Status.Code.ALREADY_EXISTS.value(), backup.arbitrate());
        first.setPipeline();
        first.write(List.of(route(first, 0x0a00_0000L, 8).insert()));
        first.hangUp();
        StreamMessageResponse told = backup.hear();
        assertEquals(Status.Code.NOT_FOUND.value(), told.getArbitration().getStatus().getCode());
        assertEquals(9, told.getArbitration().getElectionId().getLow());
        assertEquals(Status.Code.PERMISSION_DENIED, code(backup::setPipeline));
        assertEquals(1, backup.entries().size(), "the tables outlive the controller");
        SwitchController next = lab.controller(9);
        assertEquals(OK, next.arbitrate());
        next.write(List.of(route(next, 0x0b00_0000L, 8).insert()));
        assertEquals(2, next.entries().size());
    }

    @Test
    void aPrimaryThatLowersItsIdIsPrimaryNoMore() throws InterruptedException {
        SwitchController first = lab.primary();
        SwitchController second = lab.controller(3);
        assertEquals(OK, second.arbitrate());
        assertEquals(
                Status.Code.ALREADY_EXISTS.value(),
                first.hear().getArbitration().getStatus().getCode());
        second.arbitrate(
                second.arbitration().toBuilder()
                        .setElectionId(Uint128.newBuilder().setLow(2))
                        .build());
        assertEquals(
                Status.Code.NOT_FOUND.value(),
                second.hear().getArbitration().getStatus().getCode());
        assertEquals(
                Status.Code.NOT_FOUND.value(), first.hear().getArbitration().getStatus().getCode());
    }

    @Test
    void anElectionIdIsTakenOnce() throws InterruptedException {
        assertEquals(OK, lab.controller(5).arbitrate());
        SwitchController second = lab.controller(5);
        second.arbitrate(second.arbitration());
        assertEquals(Status.Code.INVALID_ARGUMENT, second.hearEnd().getStatus().getCode());
    }

    @Test
    void aControllerWithoutElectionIdIsBackup() throws InterruptedException {
        SwitchController reader = lab.controller(0);
        reader.arbitrate(reader.arbitration().toBuilder().clearElectionId().build());
        assertEquals(
                Status.Code.NOT_FOUND.value(),
                reader.hear().getArbitration().getStatus().getCode());
        assertEquals(Status.Code.PERMISSION_DENIED, code(reader::setPipeline));
    }

    @Test
    void anotherDeviceIsNotFound() throws InterruptedException {
        SwitchController stranger = lab.controller(DEVICE + 1, 1);
        stranger.arbitrate(stranger.arbitration());
        assertEquals(Status.Code.NOT_FOUND, stranger.hearEnd().getStatus().getCode());
        assertEquals(Status.Code.NOT_FOUND, code(stranger::setPipeline));
        assertEquals(Status.Code.NOT_FOUND, code(stranger::entries));
    }

    @Test
    void theSeventeenthControllerIsTurnedAway() throws InterruptedException {
        for (int i = 1; i <= Arbitration.MOST_CONTROLLERS; i++) {
            assertEquals(OK, lab.controller(i).arbitrate());
        }
        SwitchController late = lab.controller(100);
        late.arbitrate(late.arbitration());
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, late.hearEnd().getStatus().getCode());
    }
}
