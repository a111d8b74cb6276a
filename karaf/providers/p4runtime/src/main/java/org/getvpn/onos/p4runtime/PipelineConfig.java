// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.p4runtime.ctl.utils.PipeconfHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import p4.v1.P4RuntimeGrpc.P4RuntimeBlockingStub;
import p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig;
import p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig.Cookie;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.Uint128;

/**
 * Which program runs on a switch (P4Runtime 1.3, section 7). The pipeconf's fingerprint is the
 * cookie, so that a controller that comes back sees without a transfer that its program is there.
 */
final class PipelineConfig {
    private static final Logger log = LoggerFactory.getLogger(PipelineConfig.class);

    private final DeviceId device;
    private final Supplier<P4RuntimeBlockingStub> stub;

    PipelineConfig(DeviceId device, Supplier<P4RuntimeBlockingStub> stub) {
        this.device = device;
        this.stub = stub;
    }

    /** Puts {@code pipeconf} on the switch, which loses all entries of the one before. */
    boolean set(long p4DeviceId, Uint128 electionId, PiPipeconf pipeconf, ByteBuffer deviceData) {
        ForwardingPipelineConfig config =
                ForwardingPipelineConfig.newBuilder()
                        .setP4Info(PipeconfHelper.getP4Info(pipeconf))
                        .setP4DeviceConfig(ByteString.copyFrom(deviceData))
                        .setCookie(Cookie.newBuilder().setCookie(pipeconf.fingerprint()))
                        .build();
        try {
            stub.get()
                    .setForwardingPipelineConfig(
                            SetForwardingPipelineConfigRequest.newBuilder()
                                    .setDeviceId(p4DeviceId)
                                    .setElectionId(electionId)
                                    .setAction(
                                            SetForwardingPipelineConfigRequest.Action
                                                    .VERIFY_AND_COMMIT)
                                    .setConfig(config)
                                    .build());
            log.info("device={} runs pipeline {}", device, pipeconf.id());
            return true;
        } catch (StatusRuntimeException e) {
            log.warn(
                    "device={} reason=pipeline-refused: {}: {}",
                    device,
                    pipeconf.id(),
                    e.getStatus());
            return false;
        }
    }

    /** Whether the switch runs {@code pipeconf}. */
    boolean is(long p4DeviceId, PiPipeconf pipeconf) {
        OptionalLong cookie = cookie(p4DeviceId);
        return cookie.isPresent() && cookie.getAsLong() == pipeconf.fingerprint();
    }

    /** The cookie of the pipeline that runs; empty without one. */
    OptionalLong cookie(long p4DeviceId) {
        try {
            ForwardingPipelineConfig config =
                    stub.get()
                            .getForwardingPipelineConfig(
                                    GetForwardingPipelineConfigRequest.newBuilder()
                                            .setDeviceId(p4DeviceId)
                                            .setResponseType(
                                                    GetForwardingPipelineConfigRequest.ResponseType
                                                            .COOKIE_ONLY)
                                            .build())
                            .getConfig();
            return config.hasCookie()
                    ? OptionalLong.of(config.getCookie().getCookie())
                    : OptionalLong.empty();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.FAILED_PRECONDITION) {
                log.warn("device={} reason=pipeline-unknown: {}", device, e.getStatus());
            }
            return OptionalLong.empty();
        }
    }
}
