// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import p4.v1.P4RuntimeGrpc;
import p4.v1.P4RuntimeOuterClass.CounterData;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.Error;
import p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.GetForwardingPipelineConfigResponse;
import p4.v1.P4RuntimeOuterClass.Index;
import p4.v1.P4RuntimeOuterClass.MasterArbitrationUpdate;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.PacketIn;
import p4.v1.P4RuntimeOuterClass.PacketOut;
import p4.v1.P4RuntimeOuterClass.ReadRequest;
import p4.v1.P4RuntimeOuterClass.ReadResponse;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigResponse;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Uint128;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteRequest;
import p4.v1.P4RuntimeOuterClass.WriteResponse;

/**
 * A P4Runtime server on loopback that keeps entries in memory and answers as the specification
 * says: one primary, the highest election id remembered, errors per update in the details of an
 * UNKNOWN status.
 */
final class MemorySwitch extends P4RuntimeGrpc.P4RuntimeImplBase {
    private static final int METER_CELLS = 512;

    private final Map<ByteString, Entity> entities = new LinkedHashMap<>();
    private final Map<Long, MeterEntry> meterCells = new TreeMap<>(); // those with rates
    private final List<PacketOut> packets = new ArrayList<>();
    private ForwardingPipelineConfig config;
    private StreamObserver<StreamMessageResponse> stream;
    private MasterArbitrationUpdate bid; // of the client; null without a stream that bid
    private long other; // the election id of another controller; 0 while there is none
    private long highest; // election id ever seen
    private Status pipelineRefusal;
    private Server server;

    /** Begins to serve on {@code port}; 0 takes a free one. Keeps what it knows, unless reset. */
    void start(int port) throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .addService(this)
                        .build()
                        .start();
    }

    int port() {
        return server.getPort();
    }

    /** Ends as a killed process does; its state is gone. */
    synchronized void kill() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(10, TimeUnit.SECONDS);
        entities.clear();
        meterCells.clear();
        config = null;
        bid = null;
        other = 0;
        highest = 0;
        stream = null;
    }

    /** Another controller comes with this election id, the highest so far. */
    synchronized void anotherBecomesPrimary(long electionId) {
        other = electionId;
        highest = electionId;
        tellWhoIsPrimary();
    }

    /** The other controller goes. What it bid is remembered. */
    synchronized void anotherLeaves() {
        other = 0;
        tellWhoIsPrimary();
    }

    synchronized void refusePipelines(Status why) {
        pipelineRefusal = why;
    }

    synchronized void endStream() {
        end(Status.ABORTED.withDescription("ended by the test"));
    }

    synchronized void send(PacketIn packet) {
        stream.onNext(StreamMessageResponse.newBuilder().setPacket(packet).build());
    }

    synchronized List<PacketOut> packets() {
        return List.copyOf(packets);
    }

    synchronized List<Entity> entities() {
        return List.copyOf(entities.values());
    }

    /** Puts something there that nobody wrote. */
    synchronized void plant(Entity entity) {
        entities.put(key(entity), entity);
    }

    @Override
    public StreamObserver<StreamMessageRequest> streamChannel(
            StreamObserver<StreamMessageResponse> answers) {
        synchronized (this) {
            stream = answers;
        }
        return new StreamObserver<>() {
            @Override
            public void onNext(StreamMessageRequest message) {
                if (message.hasPacket()) {
                    synchronized (MemorySwitch.this) {
                        packets.add(message.getPacket());
                    }
                } else {
                    arbitrate(message.getArbitration());
                }
            }

            @Override
            public void onError(Throwable t) {
                onCompleted();
            }

            @Override
            public void onCompleted() {
                synchronized (MemorySwitch.this) {
                    if (stream == answers) {
                        stream = null;
                        bid = null;
                    }
                }
            }
        };
    }

    private synchronized void arbitrate(MasterArbitrationUpdate update) {
        long id = update.getElectionId().getLow();
        if (other != 0 && id == other) {
            end(Status.INVALID_ARGUMENT.withDescription("another controller has this id"));
            return;
        }
        if (update.equals(bid)) {
            return; // as PI does
        }
        bid = update;
        highest = Long.compareUnsigned(id, highest) > 0 ? id : highest;
        tellWhoIsPrimary();
    }

    private void tellWhoIsPrimary() {
        if (bid == null) {
            return;
        }
        Status.Code code = Status.Code.OK;
        if (bid.getElectionId().getLow() != highest) {
            code = other == highest ? Status.Code.ALREADY_EXISTS : Status.Code.NOT_FOUND;
        }
        stream.onNext(
                StreamMessageResponse.newBuilder()
                        .setArbitration(
                                bid.toBuilder()
                                        .setElectionId(Uint128.newBuilder().setLow(highest))
                                        .setStatus(
                                                com.google.rpc.Status.newBuilder()
                                                        .setCode(code.value())))
                        .build());
    }

    private void end(Status why) {
        stream.onError(why.asRuntimeException());
        stream = null;
        bid = null;
    }

    @Override
    public synchronized void setForwardingPipelineConfig(
            SetForwardingPipelineConfigRequest request,
            StreamObserver<SetForwardingPipelineConfigResponse> answer) {
        if (pipelineRefusal != null || !isPrimary(request.getElectionId())) {
            answer.onError(
                    (pipelineRefusal != null ? pipelineRefusal : Status.PERMISSION_DENIED)
                            .asRuntimeException());
            return;
        }
        config = request.getConfig();
        entities.clear();
        meterCells.clear();
        answer.onNext(SetForwardingPipelineConfigResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public synchronized void getForwardingPipelineConfig(
            GetForwardingPipelineConfigRequest request,
            StreamObserver<GetForwardingPipelineConfigResponse> answer) {
        if (config == null) {
            answer.onError(Status.FAILED_PRECONDITION.asRuntimeException());
            return;
        }
        answer.onNext(
                GetForwardingPipelineConfigResponse.newBuilder()
                        .setConfig(
                                ForwardingPipelineConfig.newBuilder().setCookie(config.getCookie()))
                        .build());
        answer.onCompleted();
    }

    @Override
    public synchronized void write(WriteRequest request, StreamObserver<WriteResponse> answer) {
        if (!isPrimary(request.getElectionId())) {
            answer.onError(
                    Status.PERMISSION_DENIED
                            .withDescription("not the primary")
                            .asRuntimeException());
            return;
        }
        com.google.rpc.Status.Builder failure =
                com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNKNOWN.value())
                        .setMessage("see details");
        boolean failed = false;
        for (Update update : request.getUpdatesList()) {
            Status.Code code = apply(update);
            failed |= code != Status.Code.OK;
            failure.addDetails(
                    Any.pack(
                            Error.newBuilder()
                                    .setCanonicalCode(code.value())
                                    .setMessage(code.toString())
                                    .build()));
        }
        if (failed) {
            answer.onError(StatusProto.toStatusRuntimeException(failure.build()));
            return;
        }
        answer.onNext(WriteResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public synchronized void read(ReadRequest request, StreamObserver<ReadResponse> answer) {
        for (Entity wanted : request.getEntitiesList()) {
            ReadResponse.Builder found = ReadResponse.newBuilder();
            if (wanted.hasMeterEntry()) {
                meterCells(wanted.getMeterEntry().getMeterId(), found);
            }
            entities.values().stream()
                    .filter(entity -> entity.getEntityCase() == wanted.getEntityCase())
                    .filter(
                            entity ->
                                    entity.getTableEntry().getTableId()
                                            == wanted.getTableEntry().getTableId())
                    .forEach(entity -> found.addEntities(withCounter(wanted, entity)));
            answer.onNext(found.build());
        }
        answer.onCompleted();
    }

    private void meterCells(int meter, ReadResponse.Builder found) {
        for (long i = 0; i < METER_CELLS; i++) {
            MeterEntry cell = MeterEntry.newBuilder().setMeterId(meter).setIndex(index(i)).build();
            found.addEntitiesBuilder().setMeterEntry(meterCells.getOrDefault(i, cell));
        }
    }

    private static Index index(long index) {
        return Index.newBuilder().setIndex(index).build();
    }

    private Status.Code set(Update.Type type, MeterEntry cell) {
        if (type != Update.Type.MODIFY) {
            return Status.Code.INVALID_ARGUMENT;
        }
        long index = cell.getIndex().getIndex();
        if (index >= METER_CELLS) {
            return Status.Code.OUT_OF_RANGE;
        }
        if (cell.hasConfig()) {
            meterCells.put(index, cell);
        } else {
            meterCells.remove(index);
        }
        return Status.Code.OK;
    }

    private static Entity withCounter(Entity wanted, Entity entity) {
        return wanted.getTableEntry().hasCounterData()
                ? entity.toBuilder()
                        .setTableEntry(
                                entity.getTableEntry().toBuilder()
                                        .setCounterData(
                                                CounterData.newBuilder()
                                                        .setPacketCount(3)
                                                        .setByteCount(192)))
                        .build()
                : entity;
    }

    private Status.Code apply(Update update) {
        if (update.getEntity().hasMeterEntry()) {
            return set(update.getType(), update.getEntity().getMeterEntry());
        }
        ByteString key = key(update.getEntity());
        switch (update.getType()) {
            case INSERT:
                return entities.putIfAbsent(key, update.getEntity()) == null
                        ? Status.Code.OK
                        : Status.Code.ALREADY_EXISTS;
            case MODIFY:
                return entities.replace(key, update.getEntity()) == null
                        ? Status.Code.NOT_FOUND
                        : Status.Code.OK;
            case DELETE:
                return entities.remove(key) == null ? Status.Code.NOT_FOUND : Status.Code.OK;
            default:
                return Status.Code.INVALID_ARGUMENT;
        }
    }

    private boolean isPrimary(Uint128 electionId) {
        return bid != null
                && electionId.equals(bid.getElectionId())
                && electionId.getLow() == highest;
    }

    private static ByteString key(Entity entity) {
        if (entity.hasTableEntry()) {
            TableEntry entry = entity.getTableEntry();
            return TableEntry.newBuilder()
                    .setTableId(entry.getTableId())
                    .setPriority(entry.getPriority())
                    .addAllMatch(entry.getMatchList())
                    .build()
                    .toByteString();
        }
        return ByteString.copyFromUtf8(
                "group "
                        + entity.getPacketReplicationEngineEntry()
                                .getMulticastGroupEntry()
                                .getMulticastGroupId());
    }
}
