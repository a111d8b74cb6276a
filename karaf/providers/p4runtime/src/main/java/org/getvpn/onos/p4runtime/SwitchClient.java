// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.runtime.PiPacketOperation;
import org.onosproject.p4runtime.api.P4RuntimeClient;
import org.onosproject.p4runtime.ctl.codec.CodecException;
import org.onosproject.p4runtime.ctl.codec.Codecs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import p4.v1.P4RuntimeGrpc;
import p4.v1.P4RuntimeGrpc.P4RuntimeBlockingStub;
import p4.v1.P4RuntimeOuterClass.CapabilitiesRequest;

/** P4Runtime with one switch. */
final class SwitchClient implements P4RuntimeClient {
    private static final Logger log = LoggerFactory.getLogger(SwitchClient.class);

    /** Reads of large tables and a new pipeline take a while; nothing may take for ever. */
    private static final int DEADLINE_SECONDS = 30;

    private final DeviceId device;
    private final ManagedChannel channel;
    private final Executor executor;
    private final Connection connection;
    private final StreamSession session;
    private final PipelineConfig pipeline;

    /**
     * @param executor for what the caller does not wait for
     * @param clock for attempts to connect again
     */
    SwitchClient(
            DeviceId device,
            ManagedChannel channel,
            SwitchListener listener,
            Executor executor,
            ScheduledExecutorService clock) {
        this.device = device;
        this.channel = channel;
        this.executor = executor;
        this.connection = new Connection(channel, listener, clock);
        this.session = new StreamSession(device, channel, connection, listener, clock);
        this.pipeline = new PipelineConfig(device, this::stub);
    }

    /** Begins to connect. */
    void start() {
        connection.start();
    }

    @Override
    public void shutdown() {
        connection.stop();
        session.close();
    }

    @Override
    public boolean isServerReachable() {
        return connection.isOpen();
    }

    @Override
    public CompletableFuture<Boolean> probeService() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        stub().capabilities(CapabilitiesRequest.getDefaultInstance());
                        return true;
                    } catch (StatusRuntimeException e) {
                        // a server that knows only an older P4Runtime is a server
                        return e.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
                    }
                },
                executor);
    }

    @Override
    public void setMastership(long p4DeviceId, boolean master, BigInteger electionId) {
        if (master) {
            session.becomePrimary(p4DeviceId, electionId);
        } else {
            session.becomeBackup(p4DeviceId, electionId);
        }
    }

    @Override
    public boolean isSessionOpen(long p4DeviceId) {
        return session.isOpen();
    }

    @Override
    public void closeSession(long p4DeviceId) {
        session.close();
    }

    @Override
    public boolean isMaster(long p4DeviceId) {
        return session.isPrimary();
    }

    @Override
    public void packetOut(long p4DeviceId, PiPacketOperation packet, PiPipeconf pipeconf) {
        try {
            if (!session.send(Codecs.CODECS.packetOut().encode(packet, null, pipeconf))) {
                log.debug("device={} a packet-out was dropped", device);
            }
        } catch (CodecException e) {
            log.warn("device={} reason=packet-out-unfit: {}", device, e.getMessage());
        }
    }

    @Override
    public CompletableFuture<Boolean> setPipelineConfig(
            long p4DeviceId, PiPipeconf pipeconf, ByteBuffer deviceData) {
        return CompletableFuture.supplyAsync(
                () -> pipeline.set(p4DeviceId, session.electionId(), pipeconf, deviceData),
                executor);
    }

    @Override
    public CompletableFuture<Boolean> isPipelineConfigSet(long p4DeviceId, PiPipeconf pipeconf) {
        return CompletableFuture.supplyAsync(() -> pipeline.is(p4DeviceId, pipeconf), executor);
    }

    @Override
    public CompletableFuture<Boolean> isAnyPipelineConfigSet(long p4DeviceId) {
        return CompletableFuture.supplyAsync(
                () -> pipeline.cookie(p4DeviceId).isPresent(), executor);
    }

    @Override
    public UpdateBatch write(long p4DeviceId, PiPipeconf pipeconf) {
        return new UpdateBatch(
                device, p4DeviceId, pipeconf, this::stub, session::electionId, executor);
    }

    @Override
    public EntityQuery read(long p4DeviceId, PiPipeconf pipeconf) {
        return new EntityQuery(device, p4DeviceId, pipeconf, this::stub, executor);
    }

    private P4RuntimeBlockingStub stub() {
        return P4RuntimeGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
