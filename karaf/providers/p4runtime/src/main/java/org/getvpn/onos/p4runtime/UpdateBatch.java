// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.runtime.PiEntity;
import org.onosproject.net.pi.runtime.PiHandle;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateStatus;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.UpdateType;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.WriteResponse;
import org.onosproject.p4runtime.ctl.codec.CodecException;
import org.onosproject.p4runtime.ctl.codec.Codecs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import p4.v1.P4RuntimeGrpc.P4RuntimeBlockingStub;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.Uint128;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteRequest;

/** Updates that go to a switch in one Write; what cannot be encoded fails alone. */
final class UpdateBatch implements P4RuntimeWriteClient.WriteRequest {
    private static final Logger log = LoggerFactory.getLogger(UpdateBatch.class);

    private final DeviceId device;
    private final PiPipeconf pipeconf;
    private final Supplier<P4RuntimeBlockingStub> stub;
    private final Supplier<Uint128> electionId;
    private final Executor executor;
    private final WriteRequest.Builder message;
    private final List<EntityUpdate> updates = new ArrayList<>();
    private final List<EntityUpdate> encoded = new ArrayList<>();

    UpdateBatch(
            DeviceId device,
            long p4DeviceId,
            PiPipeconf pipeconf,
            Supplier<P4RuntimeBlockingStub> stub,
            Supplier<Uint128> electionId,
            Executor executor) {
        this.device = device;
        this.pipeconf = pipeconf;
        this.stub = stub;
        this.electionId = electionId;
        this.executor = executor;
        this.message = WriteRequest.newBuilder().setDeviceId(p4DeviceId);
    }

    @Override
    public UpdateBatch withAtomicity(P4RuntimeWriteClient.Atomicity atomicity) {
        message.setAtomicity(WriteRequest.Atomicity.valueOf(atomicity.name()));
        return this;
    }

    @Override
    public UpdateBatch insert(PiEntity entity) {
        return entity(entity, UpdateType.INSERT);
    }

    @Override
    public UpdateBatch insert(Iterable<? extends PiEntity> entities) {
        return entities(entities, UpdateType.INSERT);
    }

    @Override
    public UpdateBatch modify(PiEntity entity) {
        return entity(entity, UpdateType.MODIFY);
    }

    @Override
    public UpdateBatch modify(Iterable<? extends PiEntity> entities) {
        return entities(entities, UpdateType.MODIFY);
    }

    @Override
    public UpdateBatch delete(PiHandle handle) {
        add(
                new EntityUpdate(handle, null, UpdateType.DELETE),
                () -> Codecs.CODECS.handle().encode(handle, null, pipeconf));
        return this;
    }

    @Override
    public UpdateBatch delete(Iterable<? extends PiHandle> handles) {
        handles.forEach(this::delete);
        return this;
    }

    @Override
    public UpdateBatch entity(PiEntity entity, UpdateType type) {
        if (type == UpdateType.DELETE) {
            return delete(entity.handle(device));
        }
        add(
                new EntityUpdate(entity.handle(device), entity, type),
                () -> Codecs.CODECS.entity().encode(entity, null, pipeconf));
        return this;
    }

    @Override
    public UpdateBatch entities(Iterable<? extends PiEntity> entities, UpdateType type) {
        entities.forEach(entity -> entity(entity, type));
        return this;
    }

    @Override
    public Collection<P4RuntimeWriteClient.EntityUpdateRequest> pendingUpdates() {
        return List.copyOf(updates);
    }

    @Override
    public CompletableFuture<WriteResponse> submit() {
        return CompletableFuture.supplyAsync(this::submitSync, executor);
    }

    @Override
    public WriteResponse submitSync() {
        if (!encoded.isEmpty()) {
            try {
                stub.get().write(message.setElectionId(electionId.get()).build());
                encoded.forEach(EntityUpdate::succeeded);
            } catch (StatusRuntimeException e) {
                WriteFailure.explain(e, encoded);
                log.warn("device={} reason=write-refused: {}", device, WriteFailure.words(e));
            }
        }
        return new Outcome(updates);
    }

    private interface Encoding {
        Entity entity() throws CodecException;
    }

    private void add(EntityUpdate update, Encoding encoding) {
        updates.add(update);
        try {
            message.addUpdates(
                    Update.newBuilder()
                            .setType(Update.Type.valueOf(update.updateType().name()))
                            .setEntity(encoding.entity()));
            encoded.add(update);
        } catch (CodecException e) {
            update.failed(EntityUpdateStatus.CODEC_ERROR, e.getMessage(), e);
        }
    }

    /** What became of the updates, in the order added. */
    private static final class Outcome implements WriteResponse {
        private final List<EntityUpdateResponse> all;

        Outcome(List<? extends EntityUpdateResponse> all) {
            this.all = List.copyOf(all);
        }

        @Override
        public boolean isSuccess() {
            return all.stream().allMatch(EntityUpdateResponse::isSuccess);
        }

        @Override
        public Collection<EntityUpdateResponse> all() {
            return all;
        }

        @Override
        public Collection<EntityUpdateResponse> success() {
            return all.stream()
                    .filter(EntityUpdateResponse::isSuccess)
                    .collect(Collectors.toList());
        }

        @Override
        public Collection<EntityUpdateResponse> failed() {
            return all.stream().filter(u -> !u.isSuccess()).collect(Collectors.toList());
        }

        @Override
        public Collection<EntityUpdateResponse> status(EntityUpdateStatus status) {
            return all.stream().filter(u -> u.status() == status).collect(Collectors.toList());
        }
    }
}
