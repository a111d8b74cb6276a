// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.getvpn.gm.p4.PacketOutlet;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableShape;
import p4.v1.P4RuntimeGrpc;
import p4.v1.P4RuntimeOuterClass.CapabilitiesRequest;
import p4.v1.P4RuntimeOuterClass.CapabilitiesResponse;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigResponse;
import p4.v1.P4RuntimeOuterClass.ReadRequest;
import p4.v1.P4RuntimeOuterClass.ReadResponse;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigResponse;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;
import p4.v1.P4RuntimeOuterClass.WriteRequest;
import p4.v1.P4RuntimeOuterClass.WriteResponse;

/**
 * The P4Runtime service of one switch. Requests are done one after another, whoever they come from,
 * so that a write in progress is finished before another controller becomes primary.
 */
public final class SwitchService extends P4RuntimeGrpc.P4RuntimeImplBase {
    private static final String API_VERSION = "1.2.0";
    private static final int ENTITIES_PER_ANSWER = 500;

    private final long deviceId;
    private final PipelineInfo info;
    private final SwitchTables tables;
    private final PacketHeaders packets;
    private final PacketOutlet outlet;
    private final Arbitration arbitration;
    private ForwardingPipelineConfig saved; // verified, not yet committed
    private ForwardingPipelineConfig running;
    private long packetInLosses;
    private long tableUpdates;

    /**
     * A switch without a pipeline yet: its tables are empty, so it drops everything.
     *
     * @param deviceId 1 or more; what controllers call this switch
     * @param tables written to by this service alone
     * @param outlet takes packet-outs
     */
    public SwitchService(
            long deviceId, PipelineInfo info, SwitchTables tables, PacketOutlet outlet) {
        this.deviceId = deviceId;
        this.info = info;
        this.tables = tables;
        this.packets = new PacketHeaders(info);
        this.outlet = outlet;
        this.arbitration = new Arbitration(deviceId);
    }

    @Override
    public void capabilities(
            CapabilitiesRequest request, StreamObserver<CapabilitiesResponse> answer) {
        answer.onNext(
                CapabilitiesResponse.newBuilder().setP4RuntimeApiVersion(API_VERSION).build());
        answer.onCompleted();
    }

    @Override
    public StreamObserver<StreamMessageRequest> streamChannel(
            StreamObserver<StreamMessageResponse> out) {
        ControllerStream stream =
                new ControllerStream((ServerCallStreamObserver<StreamMessageResponse>) out);
        return new StreamObserver<>() {
            @Override
            public void onNext(StreamMessageRequest message) {
                received(stream, message);
            }

            @Override
            public void onError(Throwable cause) {
                synchronized (SwitchService.this) {
                    stream.lost();
                    arbitration.gone(stream);
                }
            }

            @Override
            public void onCompleted() {
                synchronized (SwitchService.this) {
                    stream.complete();
                    arbitration.gone(stream);
                }
            }
        };
    }

    private synchronized void received(ControllerStream stream, StreamMessageRequest message) {
        switch (message.getUpdateCase()) {
            case ARBITRATION -> {
                try {
                    arbitration.update(stream, message.getArbitration());
                } catch (StatusException e) {
                    stream.end(e);
                    arbitration.gone(stream);
                }
            }
            case PACKET -> packetOut(stream, message);
            default ->
                    stream.answer(
                            PacketHeaders.error(
                                    Status.Code.UNIMPLEMENTED,
                                    "update: must be arbitration or packet",
                                    null));
        }
    }

    private void packetOut(ControllerStream stream, StreamMessageRequest message) {
        if (arbitration.primary().orElse(null) != stream) {
            stream.answer(
                    PacketHeaders.error(
                            Status.Code.PERMISSION_DENIED,
                            "packet: only the primary controller sends",
                            null));
            return;
        }
        try {
            if (running == null) {
                stream.answer(
                        PacketHeaders.error(
                                Status.Code.FAILED_PRECONDITION,
                                "packet: no pipeline is set",
                                null));
                return;
            }
            int port = packets.egressPort(message.getPacket());
            outlet.send(port, message.getPacket().getPayload().toByteArray());
        } catch (RefusedUpdate e) {
            stream.answer(
                    PacketHeaders.error(
                            Status.fromCodeValue(e.refusal().code()).getCode(),
                            e.getMessage(),
                            message.getPacket()));
        }
    }

    /**
     * Passes a packet to the primary controller; without one, or if it does not read, the packet is
     * lost and counted.
     *
     * @param port where it came in
     */
    public synchronized void packetIn(int port, byte[] frame) {
        Optional<Arbitration.Controller> primary = arbitration.primary();
        if (primary.isEmpty()
                || !((ControllerStream) primary.get()).offer(packets.packetIn(port, frame))) {
            packetInLosses++;
        }
    }

    /** Whether a controller is primary. */
    public synchronized boolean hasPrimary() {
        return arbitration.primary().isPresent();
    }

    /** How many entries each table has, in the order of p4info. */
    public synchronized Map<String, Integer> tableSizes() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (TableShape table : info.tables()) {
            sizes.put(table.name(), tables.entries(table).size());
        }
        return sizes;
    }

    /** Updates of Writes that were done: one for each entry or group that came, changed or went. */
    public synchronized long tableUpdates() {
        return tableUpdates;
    }

    /** Packets for a controller that none took. */
    public synchronized long packetInLosses() {
        return packetInLosses;
    }

    @Override
    public synchronized void setForwardingPipelineConfig(
            SetForwardingPipelineConfigRequest request,
            StreamObserver<SetForwardingPipelineConfigResponse> answer) {
        try {
            checkWriter(request.getDeviceId(), request.getRoleId(), electionId(request));
            set(request);
            answer.onNext(SetForwardingPipelineConfigResponse.getDefaultInstance());
            answer.onCompleted();
        } catch (StatusException e) {
            answer.onError(e);
        }
    }

    private static ElectionId electionId(SetForwardingPipelineConfigRequest request) {
        return ElectionId.of(request.getElectionId());
    }

    private void set(SetForwardingPipelineConfigRequest request) throws StatusException {
        switch (request.getAction()) {
            case VERIFY -> verify(request);
            case VERIFY_AND_SAVE -> {
                verify(request);
                saved = request.getConfig();
            }
            case VERIFY_AND_COMMIT -> {
                verify(request);
                running = request.getConfig();
                saved = null;
                tables.clear();
            }
            case COMMIT -> {
                if (request.hasConfig()) {
                    throw invalid("config: must not be given with COMMIT");
                }
                if (saved == null) {
                    throw Status.NOT_FOUND
                            .withDescription("nothing was saved by VERIFY_AND_SAVE")
                            .asException();
                }
                running = saved;
                saved = null;
            }
            case RECONCILE_AND_COMMIT -> { // the same tables: every entry stays valid
                verify(request);
                running = request.getConfig();
                saved = null;
            }
            default -> throw invalid("action: must be one of the five actions");
        }
    }

    private void verify(SetForwardingPipelineConfigRequest request) throws StatusException {
        if (!request.hasConfig()) {
            throw invalid("config: must be given");
        }
        if (!request.getConfig().getP4Info().equals(info.message())) {
            throw invalid(
                    "config.p4info: must be that of this switch, group_member.p4info.txt of the"
                            + " same release: it has one program, compiled in");
        }
    }

    private static StatusException invalid(String text) {
        return Status.INVALID_ARGUMENT.withDescription(text).asException();
    }

    @Override
    public synchronized void getForwardingPipelineConfig(
            GetForwardingPipelineConfigRequest request,
            StreamObserver<GetForwardingPipelineConfigResponse> answer) {
        try {
            checkDevice(request.getDeviceId());
            checkPipeline();
            ForwardingPipelineConfig.Builder config = running.toBuilder();
            switch (request.getResponseType()) {
                case ALL -> {}
                case COOKIE_ONLY -> config.clearP4Info().clearP4DeviceConfig();
                case P4INFO_AND_COOKIE -> config.clearP4DeviceConfig();
                case DEVICE_CONFIG_AND_COOKIE -> config.clearP4Info();
                default -> throw invalid("response_type: must be one of the four");
            }
            answer.onNext(
                    GetForwardingPipelineConfigResponse.newBuilder().setConfig(config).build());
            answer.onCompleted();
        } catch (StatusException e) {
            answer.onError(e);
        }
    }

    @Override
    public synchronized void write(WriteRequest request, StreamObserver<WriteResponse> answer) {
        if (Context.current().isCancelled()) {
            // who sent it is gone, and the election id may be another's by now
            answer.onError(Status.CANCELLED.asException());
            return;
        }
        try {
            checkWriter(
                    request.getDeviceId(),
                    request.getRoleId(),
                    ElectionId.of(request.getElectionId()));
            checkPipeline();
            boolean atomic =
                    switch (request.getAtomicity()) {
                        case CONTINUE_ON_ERROR -> false;
                        case ROLLBACK_ON_ERROR, DATAPLANE_ATOMIC -> true;
                        default -> throw invalid("atomicity: must be one of the three");
                    };
            List<RefusedUpdate> refusals = Updates.apply(tables, request.getUpdatesList(), atomic);
            tableUpdates += refusals.stream().filter(refusal -> refusal == null).count();
            if (refusals.stream().anyMatch(refusal -> refusal != null)) {
                answer.onError(StatusDetails.of("updates", refusals));
                return;
            }
            answer.onNext(WriteResponse.getDefaultInstance());
            answer.onCompleted();
        } catch (StatusException e) {
            answer.onError(e);
        }
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> answer) {
        List<Entity> found = new ArrayList<>();
        List<RefusedUpdate> refusals = new ArrayList<>();
        try {
            find(request, found, refusals);
        } catch (StatusException e) {
            answer.onError(e);
            return;
        }
        for (int from = 0; from < found.size(); from += ENTITIES_PER_ANSWER) {
            answer.onNext(
                    ReadResponse.newBuilder()
                            .addAllEntities(
                                    found.subList(
                                            from,
                                            Math.min(from + ENTITIES_PER_ANSWER, found.size())))
                            .build());
        }
        if (refusals.stream().anyMatch(refusal -> refusal != null)) {
            answer.onError(StatusDetails.of("requests", refusals));
            return;
        }
        answer.onCompleted();
    }

    private synchronized void find(
            ReadRequest request, List<Entity> found, List<RefusedUpdate> refusals)
            throws StatusException {
        checkDevice(request.getDeviceId());
        checkPipeline();
        for (Entity asked : request.getEntitiesList()) {
            try {
                found.addAll(Query.find(tables, asked));
                refusals.add(null);
            } catch (RefusedUpdate e) {
                refusals.add(e);
            }
        }
    }

    private void checkDevice(long id) throws StatusException {
        if (id != deviceId) {
            throw Status.NOT_FOUND
                    .withDescription("device_id " + id + ": this is device " + deviceId)
                    .asException();
        }
    }

    private void checkWriter(long device, long role, ElectionId id) throws StatusException {
        checkDevice(device);
        if (role != 0) {
            throw Status.NOT_FOUND
                    .withDescription("role_id " + role + ": this switch has the default role alone")
                    .asException();
        }
        if (!arbitration.isPrimary(id)) {
            throw Status.PERMISSION_DENIED
                    .withDescription(
                            "election_id: not the primary controller's; become primary on the"
                                    + " stream channel")
                    .asException();
        }
    }

    private void checkPipeline() throws StatusException {
        if (running == null) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("no pipeline is set: SetForwardingPipelineConfig first")
                    .asException();
        }
    }
}
