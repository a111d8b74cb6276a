// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.getvpn.gm.p4runtime.SwitchLab.DEVICE;
import static org.getvpn.gm.p4runtime.SwitchLab.OK;
import static org.getvpn.gm.p4runtime.SwitchLab.code;
import static org.getvpn.gm.p4runtime.SwitchLab.route;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.config.v1.P4InfoOuterClass.P4Info;
import p4.v1.P4RuntimeOuterClass.CapabilitiesRequest;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigRequest.ResponseType;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigRequest.Action;

/** Which pipeline the switch takes, and what it tells of it. */
class PipelineConfigTest {
    @AutoClose private final SwitchLab lab;

    PipelineConfigTest() throws IOException {
        lab = new SwitchLab();
    }

    @Test
    void capabilitiesNameTheVersionOfTheApi() {
        assertEquals(
                "1.2.0",
                lab.controller(1)
                        .rpc()
                        .capabilities(CapabilitiesRequest.getDefaultInstance())
                        .getP4RuntimeApiVersion());
    }

    @Test
    void withoutAPipelineNothingIsWrittenOrRead() throws InterruptedException {
        SwitchController first = lab.controller(1);
        assertEquals(OK, first.arbitrate());
        assertEquals(
                Status.Code.FAILED_PRECONDITION,
                code(() -> first.write(List.of(route(first, 0x0a00_0000L, 8).insert()))));
        assertEquals(Status.Code.FAILED_PRECONDITION, code(first::entries));
        assertEquals(Status.Code.FAILED_PRECONDITION, code(() -> get(first, ResponseType.ALL)));
    }

    @Test
    void onlyTheP4InfoOfTheProgramIsAcceptedAndAnotherLeavesTheTables()
            throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(route(first, 0x0a00_0000L, 8).insert()));
        P4Info.Builder other = lab.info.message().toBuilder();
        other.getTablesBuilder(3).setSize(1);
        for (P4Info wrong : List.of(other.build(), P4Info.getDefaultInstance())) {
            for (Action action : List.of(Action.VERIFY, Action.VERIFY_AND_COMMIT)) {
                assertEquals(
                        Status.Code.INVALID_ARGUMENT,
                        code(
                                () ->
                                        first.rpc()
                                                .setForwardingPipelineConfig(
                                                        first.pipeline(action, wrong).build())));
            }
        }
        assertEquals(1, first.entries().size());
        assertEquals(42, get(first, ResponseType.COOKIE_ONLY).getCookie().getCookie());
    }

    private p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig get(
            SwitchController controller, ResponseType type) {
        return controller
                .rpc()
                .getForwardingPipelineConfig(
                        GetForwardingPipelineConfigRequest.newBuilder()
                                .setDeviceId(DEVICE)
                                .setResponseType(type)
                                .build())
                .getConfig();
    }

    @Test
    void thePipelineIsToldAsItWasSet() throws InterruptedException {
        SwitchController first = lab.primary();
        assertEquals(lab.info.message(), get(first, ResponseType.ALL).getP4Info());
        assertEquals("{}", get(first, ResponseType.ALL).getP4DeviceConfig().toStringUtf8());
        assertFalse(get(first, ResponseType.COOKIE_ONLY).hasP4Info());
        assertEquals(lab.info.message(), get(first, ResponseType.P4INFO_AND_COOKIE).getP4Info());
        assertFalse(get(first, ResponseType.DEVICE_CONFIG_AND_COOKIE).hasP4Info());
    }

    @Test
    void committingEmptiesTheTablesAndReconcilingKeepsThem() throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(route(first, 0x0a00_0000L, 8).insert()));
        first.rpc()
                .setForwardingPipelineConfig(
                        first.pipeline(Action.RECONCILE_AND_COMMIT, lab.info.message()).build());
        assertEquals(1, first.entries().size());
        first.setPipeline();
        assertEquals(0, first.entries().size());
    }

    @Test
    void whatWasNotSavedCannotBeCommitted() throws InterruptedException {
        SwitchController first = lab.primary();
        Runnable commit =
                () ->
                        first.rpc()
                                .setForwardingPipelineConfig(
                                        first.pipeline(Action.COMMIT, lab.info.message())
                                                .clearConfig()
                                                .build());
        assertEquals(Status.Code.NOT_FOUND, code(commit));
        first.rpc()
                .setForwardingPipelineConfig(
                        first.pipeline(Action.VERIFY_AND_SAVE, lab.info.message()).build());
        commit.run();
    }
}
