// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.onosproject.net.DeviceId;
import org.onosproject.net.pi.model.PiActionProfileId;
import org.onosproject.net.pi.model.PiCounterId;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiTableId;
import org.onosproject.net.pi.runtime.PiEntity;
import org.onosproject.net.pi.runtime.PiHandle;
import org.onosproject.p4runtime.api.P4RuntimeReadClient;
import org.onosproject.p4runtime.ctl.codec.CodecException;
import org.onosproject.p4runtime.ctl.codec.Codecs;
import org.onosproject.p4runtime.ctl.utils.P4InfoBrowser;
import org.onosproject.p4runtime.ctl.utils.PipeconfHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import p4.v1.P4RuntimeGrpc.P4RuntimeBlockingStub;
import p4.v1.P4RuntimeOuterClass.ActionProfileGroup;
import p4.v1.P4RuntimeOuterClass.ActionProfileMember;
import p4.v1.P4RuntimeOuterClass.CounterData;
import p4.v1.P4RuntimeOuterClass.CounterEntry;
import p4.v1.P4RuntimeOuterClass.DirectCounterEntry;
import p4.v1.P4RuntimeOuterClass.DirectMeterEntry;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.ReadRequest;
import p4.v1.P4RuntimeOuterClass.ReadResponse;
import p4.v1.P4RuntimeOuterClass.TableEntry;

/** What is asked of a switch in one Read; table entries come with their direct counters. */
final class EntityQuery implements P4RuntimeReadClient.ReadRequest {
    private static final Logger log = LoggerFactory.getLogger(EntityQuery.class);

    private final DeviceId device;
    private final PiPipeconf pipeconf;
    private final P4InfoBrowser names;
    private final Supplier<P4RuntimeBlockingStub> stub;
    private final Executor executor;
    private final ReadRequest.Builder message;
    private String problem;

    EntityQuery(
            DeviceId device,
            long p4DeviceId,
            PiPipeconf pipeconf,
            Supplier<P4RuntimeBlockingStub> stub,
            Executor executor) {
        this.device = device;
        this.pipeconf = pipeconf;
        this.names = PipeconfHelper.getP4InfoBrowser(pipeconf);
        this.stub = stub;
        this.executor = executor;
        this.message = ReadRequest.newBuilder().setDeviceId(p4DeviceId);
    }

    @Override
    public EntityQuery handle(PiHandle handle) {
        return add(() -> Codecs.CODECS.handle().encode(handle, null, pipeconf));
    }

    @Override
    public EntityQuery handles(Iterable<? extends PiHandle> handles) {
        handles.forEach(this::handle);
        return this;
    }

    @Override
    public EntityQuery tableEntries(PiTableId table) {
        return add(
                () ->
                        entity(
                                entries(table)
                                        .setCounterData(CounterData.getDefaultInstance())
                                        .build()));
    }

    @Override
    public EntityQuery tableEntries(Iterable<PiTableId> tables) {
        tables.forEach(this::tableEntries);
        return this;
    }

    @Override
    public EntityQuery defaultTableEntry(PiTableId table) {
        return add(() -> entity(entries(table).setIsDefaultAction(true).build()));
    }

    @Override
    public EntityQuery defaultTableEntry(Iterable<PiTableId> tables) {
        tables.forEach(this::defaultTableEntry);
        return this;
    }

    @Override
    public EntityQuery actionProfileGroups(PiActionProfileId profile) {
        return add(
                () ->
                        Entity.newBuilder()
                                .setActionProfileGroup(
                                        ActionProfileGroup.newBuilder()
                                                .setActionProfileId(number(profile)))
                                .build());
    }

    @Override
    public EntityQuery actionProfileGroups(Iterable<PiActionProfileId> profiles) {
        profiles.forEach(this::actionProfileGroups);
        return this;
    }

    @Override
    public EntityQuery actionProfileMembers(PiActionProfileId profile) {
        return add(
                () ->
                        Entity.newBuilder()
                                .setActionProfileMember(
                                        ActionProfileMember.newBuilder()
                                                .setActionProfileId(number(profile)))
                                .build());
    }

    @Override
    public EntityQuery actionProfileMembers(Iterable<PiActionProfileId> profiles) {
        profiles.forEach(this::actionProfileMembers);
        return this;
    }

    @Override
    public EntityQuery counterCells(PiCounterId counter) {
        return add(
                () ->
                        Entity.newBuilder()
                                .setCounterEntry(
                                        CounterEntry.newBuilder()
                                                .setCounterId(
                                                        names.counters()
                                                                .getByName(counter.id())
                                                                .getPreamble()
                                                                .getId()))
                                .build());
    }

    @Override
    public EntityQuery counterCells(Iterable<PiCounterId> counters) {
        counters.forEach(this::counterCells);
        return this;
    }

    @Override
    public EntityQuery directCounterCells(PiTableId table) {
        return add(
                () ->
                        Entity.newBuilder()
                                .setDirectCounterEntry(
                                        DirectCounterEntry.newBuilder()
                                                .setTableEntry(entries(table)))
                                .build());
    }

    @Override
    public EntityQuery directCounterCells(Iterable<PiTableId> tables) {
        tables.forEach(this::directCounterCells);
        return this;
    }

    @Override
    public EntityQuery meterCells(PiMeterId meter) {
        return add(
                () ->
                        Entity.newBuilder()
                                .setMeterEntry(
                                        MeterEntry.newBuilder()
                                                .setMeterId(
                                                        names.meters()
                                                                .getByName(meter.id())
                                                                .getPreamble()
                                                                .getId()))
                                .build());
    }

    @Override
    public EntityQuery meterCells(Iterable<PiMeterId> meters) {
        meters.forEach(this::meterCells);
        return this;
    }

    @Override
    public EntityQuery directMeterCells(PiTableId table) {
        return add(
                () ->
                        Entity.newBuilder()
                                .setDirectMeterEntry(
                                        DirectMeterEntry.newBuilder().setTableEntry(entries(table)))
                                .build());
    }

    @Override
    public EntityQuery directMeterCells(Iterable<PiTableId> tables) {
        tables.forEach(this::directMeterCells);
        return this;
    }

    @Override
    public CompletableFuture<P4RuntimeReadClient.ReadResponse> submit() {
        return CompletableFuture.supplyAsync(this::submitSync, executor);
    }

    @Override
    public P4RuntimeReadClient.ReadResponse submitSync() {
        if (problem != null) {
            return new ReadAnswer(List.of(), problem, null);
        }
        List<PiEntity> entities = new ArrayList<>();
        if (message.getEntitiesCount() == 0) {
            return new ReadAnswer(entities, null, null);
        }
        try {
            Iterator<ReadResponse> answers = stub.get().read(message.build());
            while (answers.hasNext()) {
                answers.next().getEntitiesList().forEach(entity -> decode(entity, entities));
            }
            return new ReadAnswer(entities, null, null);
        } catch (StatusRuntimeException e) {
            log.warn("device={} reason=read-refused: {}", device, e.getStatus());
            return new ReadAnswer(List.of(), e.getStatus().toString(), e);
        }
    }

    private void decode(Entity entity, List<PiEntity> into) {
        try {
            into.add(Codecs.CODECS.entity().decode(entity, null, pipeconf));
        } catch (CodecException e) {
            log.warn("device={} reason=entity-unreadable: {}", device, e.getMessage());
        }
    }

    private interface Encoding {
        Entity entity() throws CodecException, P4InfoBrowser.NotFoundException;
    }

    private EntityQuery add(Encoding encoding) {
        try {
            message.addEntities(encoding.entity());
        } catch (CodecException | P4InfoBrowser.NotFoundException e) {
            problem = e.getMessage();
        }
        return this;
    }

    private static Entity entity(TableEntry entry) {
        return Entity.newBuilder().setTableEntry(entry).build();
    }

    private TableEntry.Builder entries(PiTableId table) throws P4InfoBrowser.NotFoundException {
        return TableEntry.newBuilder()
                .setTableId(names.tables().getByName(table.id()).getPreamble().getId());
    }

    private int number(PiActionProfileId profile) throws P4InfoBrowser.NotFoundException {
        return names.actionProfiles().getByName(profile.id()).getPreamble().getId();
    }
}
