// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.TableShape;
import p4.config.v1.P4InfoOuterClass.P4Info;
import p4.v1.P4RuntimeGrpc;
import p4.v1.P4RuntimeOuterClass.Action;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.Error;
import p4.v1.P4RuntimeOuterClass.FieldMatch;
import p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig;
import p4.v1.P4RuntimeOuterClass.Index;
import p4.v1.P4RuntimeOuterClass.MasterArbitrationUpdate;
import p4.v1.P4RuntimeOuterClass.MeterConfig;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.MulticastGroupEntry;
import p4.v1.P4RuntimeOuterClass.PacketReplicationEngineEntry;
import p4.v1.P4RuntimeOuterClass.ReadRequest;
import p4.v1.P4RuntimeOuterClass.Replica;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;
import p4.v1.P4RuntimeOuterClass.TableAction;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Uint128;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteRequest;

/** A controller over a real gRPC channel. */
public final class SwitchController implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final long deviceId;
    private final Uint128 electionId;
    private final ManagedChannel channel;
    private final PipelineInfo info = PipelineInfo.load();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final StreamObserver<StreamMessageRequest> stream;
    private final P4RuntimeGrpc.P4RuntimeBlockingStub stub;

    /** Connects; says nothing yet. */
    public SwitchController(InetSocketAddress target, long deviceId, long electionId) {
        this.deviceId = deviceId;
        this.electionId = Uint128.newBuilder().setLow(electionId).build();
        this.channel =
                NettyChannelBuilder.forAddress(target)
                        .usePlaintext()
                        .maxInboundMetadataSize(1 << 20) // an error for each update of a batch
                        .build();
        this.stub = P4RuntimeGrpc.newBlockingStub(channel);
        this.stream =
                P4RuntimeGrpc.newStub(channel)
                        .streamChannel(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(StreamMessageResponse message) {
                                        heard.add(message);
                                    }

                                    @Override
                                    public void onError(Throwable cause) {
                                        heard.add(cause);
                                    }

                                    @Override
                                    public void onCompleted() {
                                        heard.add("completed");
                                    }
                                });
    }

    /** Requests, each with its deadline. */
    P4RuntimeGrpc.P4RuntimeBlockingStub rpc() {
        return stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Requests that do not wait for their answers. */
    P4RuntimeGrpc.P4RuntimeFutureStub later() {
        return P4RuntimeGrpc.newFutureStub(channel);
    }

    /** Sends on the stream. */
    public void say(StreamMessageRequest message) {
        stream.onNext(message);
    }

    MasterArbitrationUpdate arbitration() {
        return MasterArbitrationUpdate.newBuilder()
                .setDeviceId(deviceId)
                .setElectionId(electionId)
                .build();
    }

    void arbitrate(MasterArbitrationUpdate update) {
        say(StreamMessageRequest.newBuilder().setArbitration(update).build());
    }

    /** Asks for the mastership, and tells the status code of the answer. */
    public int arbitrate() throws InterruptedException {
        arbitrate(arbitration());
        return hear().getArbitration().getStatus().getCode();
    }

    /** The next message of the stream. */
    public StreamMessageResponse hear() throws InterruptedException {
        Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next instanceof StreamMessageResponse message) {
            return message;
        }
        throw new AssertionError("expected a message, heard " + next);
    }

    StatusRuntimeException hearEnd() throws InterruptedException {
        Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next instanceof StatusRuntimeException status) {
            return status;
        }
        throw new AssertionError("expected the end of the stream, heard " + next);
    }

    void hangUp() {
        stream.onCompleted();
    }

    SetForwardingPipelineConfigRequest.Builder pipeline(
            SetForwardingPipelineConfigRequest.Action action, P4Info p4info) {
        return pipeline(action, p4info, "{}".getBytes(StandardCharsets.US_ASCII));
    }

    private SetForwardingPipelineConfigRequest.Builder pipeline(
            SetForwardingPipelineConfigRequest.Action action, P4Info p4info, byte[] deviceConfig) {
        return SetForwardingPipelineConfigRequest.newBuilder()
                .setDeviceId(deviceId)
                .setElectionId(electionId)
                .setAction(action)
                .setConfig(
                        ForwardingPipelineConfig.newBuilder()
                                .setP4Info(p4info)
                                .setP4DeviceConfig(ByteString.copyFrom(deviceConfig))
                                .setCookie(
                                        ForwardingPipelineConfig.Cookie.newBuilder()
                                                .setCookie(42)));
    }

    /** Sets the pipeline, which empties the tables. */
    public void setPipeline() {
        rpc().setForwardingPipelineConfig(
                        pipeline(
                                        SetForwardingPipelineConfigRequest.Action.VERIFY_AND_COMMIT,
                                        info.message())
                                .build());
    }

    /**
     * Sets the pipeline of a switch that runs what the compiler made.
     *
     * @param deviceConfig the program for the target, bmv2's JSON for example
     */
    public void setPipeline(byte[] deviceConfig) {
        rpc().setForwardingPipelineConfig(
                        pipeline(
                                        SetForwardingPipelineConfigRequest.Action.VERIFY_AND_COMMIT,
                                        info.message(),
                                        deviceConfig)
                                .build());
    }

    /** An update that inserts a multicast group with one copy for each port. */
    public static Update insertGroup(int group, int... ports) {
        MulticastGroupEntry.Builder entry =
                MulticastGroupEntry.newBuilder().setMulticastGroupId(group);
        for (int port : ports) {
            entry.addReplicas(Replica.newBuilder().setEgressPort(port));
        }
        return Update.newBuilder()
                .setType(Update.Type.INSERT)
                .setEntity(
                        Entity.newBuilder()
                                .setPacketReplicationEngineEntry(
                                        PacketReplicationEngineEntry.newBuilder()
                                                .setMulticastGroupEntry(entry)))
                .build();
    }

    /** An update that gives a meter's cell both rates alike, with bursts alike. */
    public static Update meter(int meter, int index, long rate, long burst) {
        return Update.newBuilder()
                .setType(Update.Type.MODIFY)
                .setEntity(
                        Entity.newBuilder()
                                .setMeterEntry(
                                        MeterEntry.newBuilder()
                                                .setMeterId(meter)
                                                .setIndex(Index.newBuilder().setIndex(index))
                                                .setConfig(
                                                        MeterConfig.newBuilder()
                                                                .setCir(rate)
                                                                .setCburst(burst)
                                                                .setPir(rate)
                                                                .setPburst(burst))))
                .build();
    }

    WriteRequest.Builder writeRequest(List<Update> updates) {
        return WriteRequest.newBuilder()
                .setDeviceId(deviceId)
                .setElectionId(electionId)
                .addAllUpdates(updates);
    }

    /** Writes; all must be done. */
    public void write(List<Update> updates) {
        rpc().write(writeRequest(updates).build());
    }

    /** Writes, and tells the canonical code of each update; empty if all were done. */
    List<Integer> codes(WriteRequest request) {
        try {
            rpc().write(request);
            return List.of();
        } catch (StatusRuntimeException e) {
            return details(e).stream().map(Error::getCanonicalCode).toList();
        }
    }

    /** The same of updates as they are. */
    public List<Integer> codes(List<Update> updates) {
        return codes(writeRequest(updates).build());
    }

    static List<Error> details(StatusRuntimeException e) {
        List<Error> errors = new ArrayList<>();
        for (com.google.protobuf.Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
            try {
                errors.add(detail.unpack(Error.class));
            } catch (InvalidProtocolBufferException broken) {
                throw new AssertionError(broken);
            }
        }
        return errors;
    }

    /** Reads what one request asks for. */
    public List<Entity> read(Entity asked) {
        List<Entity> all = new ArrayList<>();
        rpc().read(ReadRequest.newBuilder().setDeviceId(deviceId).addEntities(asked).build())
                .forEachRemaining(answer -> all.addAll(answer.getEntitiesList()));
        return all;
    }

    /** Every entry of every table, with counters. */
    public List<TableEntry> entries() {
        TableEntry wildcard =
                TableEntry.newBuilder()
                        .setCounterData(p4.v1.P4RuntimeOuterClass.CounterData.newBuilder())
                        .build();
        return read(Entity.newBuilder().setTableEntry(wildcard).build()).stream()
                .map(Entity::getTableEntry)
                .toList();
    }

    /** A table of the program by its name. */
    public TableShape table(String name) {
        return info.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** An entry under construction. */
    public EntryText entry(String table) {
        return new EntryText(table(table));
    }

    /** Writes an entry by names. */
    public static final class EntryText {
        private final TableShape table;
        private final TableEntry.Builder entry;

        EntryText(TableShape table) {
            this.table = table;
            this.entry = TableEntry.newBuilder().setTableId(table.id());
        }

        private FieldMatch.Builder field(String name) {
            int id =
                    table.fields().stream()
                            .filter(field -> field.name().equals(name))
                            .findFirst()
                            .orElseThrow()
                            .id();
            return entry.addMatchBuilder().setFieldId(id);
        }

        /** A field that must be equal. */
        public EntryText exact(String name, long value) {
            return exact(name, BigInteger.valueOf(value));
        }

        /** The same for a field of any width. */
        public EntryText exact(String name, BigInteger value) {
            field(name).setExact(FieldMatch.Exact.newBuilder().setValue(Bytestring.of(value)));
            return this;
        }

        /** A prefix; left out if it has no bits. */
        public EntryText prefix(String name, long value, int length) {
            return prefix(name, BigInteger.valueOf(value), length);
        }

        /** The same for a field of any width. */
        public EntryText prefix(String name, BigInteger value, int length) {
            if (length > 0) {
                field(name)
                        .setLpm(
                                FieldMatch.LPM
                                        .newBuilder()
                                        .setValue(Bytestring.of(value))
                                        .setPrefixLen(length));
            }
            return this;
        }

        /** A value under a mask; left out if the mask has no bits. */
        public EntryText ternary(String name, long value, long mask) {
            return ternary(name, BigInteger.valueOf(value), BigInteger.valueOf(mask));
        }

        /** The same for a field of any width. */
        public EntryText ternary(String name, BigInteger value, BigInteger mask) {
            if (mask.signum() != 0) {
                field(name)
                        .setTernary(
                                FieldMatch.Ternary.newBuilder()
                                        .setValue(Bytestring.of(value))
                                        .setMask(Bytestring.of(mask)));
            }
            return this;
        }

        /** The priority. */
        public EntryText priority(int priority) {
            entry.setPriority(priority);
            return this;
        }

        /** The action with its parameters in order. */
        public EntryText action(String name, long... values) {
            ActionShape action =
                    table.actions().stream()
                            .filter(each -> each.name().equals(name))
                            .findFirst()
                            .orElseThrow();
            Action.Builder message = Action.newBuilder().setActionId(action.id());
            for (int i = 0; i < values.length; i++) {
                message.addParamsBuilder()
                        .setParamId(action.parameters().get(i).id())
                        .setValue(Bytestring.of(values[i]));
            }
            entry.setAction(TableAction.newBuilder().setAction(message));
            return this;
        }

        /** The entry. */
        public TableEntry.Builder message() {
            return entry;
        }

        /** An update that inserts it. */
        public Update insert() {
            return update(Update.Type.INSERT, entry);
        }

        Update delete() {
            return update(Update.Type.DELETE, entry);
        }

        /** An update that gives it another action. */
        public Update modify() {
            return update(Update.Type.MODIFY, entry);
        }
    }

    static Update update(Update.Type type, TableEntry.Builder entry) {
        return Update.newBuilder()
                .setType(type)
                .setEntity(Entity.newBuilder().setTableEntry(entry))
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
