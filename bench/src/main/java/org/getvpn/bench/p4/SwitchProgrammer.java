// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.p4;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.TableShape;
import org.getvpn.gm.p4runtime.PipelineInfo;
import p4.v1.P4RuntimeGrpc;
import p4.v1.P4RuntimeOuterClass.Action;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.FieldMatch;
import p4.v1.P4RuntimeOuterClass.ForwardingPipelineConfig;
import p4.v1.P4RuntimeOuterClass.MasterArbitrationUpdate;
import p4.v1.P4RuntimeOuterClass.SetForwardingPipelineConfigRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;
import p4.v1.P4RuntimeOuterClass.StreamMessageResponse;
import p4.v1.P4RuntimeOuterClass.TableAction;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Uint128;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteRequest;

/**
 * A program that makes any P4Runtime switch the switch of site 10.1.0.0/16, and leaves it so:
 * {@code SwitchProgrammer PORT CLEAR|ESP}, see {@link Treatment}.
 */
public final class SwitchProgrammer {
    private static final long LOCAL = 1;
    private static final long MEMBER = 2;
    private static final long WAN = 3;
    private static final long SITE = 1;
    private static final long ROUTER_MAC = 0x0200_0000_00fdL;
    private static final long NEXT_MAC = 0x0200_0000_00feL;
    private static final int PATIENCE_SECONDS = 20;

    private final PipelineInfo info = PipelineInfo.load();
    private final List<Update> updates = new ArrayList<>();

    private SwitchProgrammer() {}

    /** Ends with an exception if the switch refuses anything. */
    public static void main(String[] words) throws Exception {
        SwitchProgrammer programmer = new SwitchProgrammer();
        programmer.site(Treatment.valueOf(words[1]));
        programmer.write(Integer.parseInt(words[0]));
    }

    private void site(Treatment treatment) {
        entry("port_role").exact("port", SwitchPath.LOCAL_PORT).action("set_role", LOCAL, SITE);
        entry("port_role").exact("port", SwitchPath.WAN_PORT).action("set_role", WAN, SITE);
        entry("port_role").exact("port", SwitchPath.MEMBER_PORT).action("set_role", MEMBER, SITE);
        entry("source_guard")
                .exact("site", SITE)
                .prefix("ipv4_src", 0x0a01_0000L, 16)
                .action("accept_source");
        Line line =
                entry("outbound_policy")
                        .exact("site", SITE)
                        .ternary("ipv4_src", 0x0a00_0000L, 0xff00_0000L)
                        .ternary("ipv4_dst", 0x0a00_0000L, 0xff00_0000L)
                        .priority(10);
        if (treatment == Treatment.ESP) {
            line.action("protect", SwitchPath.MEMBER_PORT);
        } else {
            line.action("bypass");
        }
        entry("member_guard")
                .exact("site", SITE)
                .exact("esp", 1)
                .exact("gdoi", 0)
                .priority(10)
                .action("to_wan");
        entry("route")
                .prefix("ipv4_dst", 0x0a02_0000L, 16)
                .action("deliver", SwitchPath.WAN_PORT, ROUTER_MAC, NEXT_MAC);
        entry("egress_guard")
                .exact("only_to", WAN)
                .exact("port", SwitchPath.WAN_PORT)
                .action("permit");
    }

    private void write(int port) throws IOException, InterruptedException {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            CountDownLatch isPrimary = new CountDownLatch(1);
            StreamObserver<StreamMessageRequest> stream =
                    P4RuntimeGrpc.newStub(channel).streamChannel(new FirstAnswer(isPrimary));
            Uint128 election = Uint128.newBuilder().setLow(1).build();
            stream.onNext(
                    StreamMessageRequest.newBuilder()
                            .setArbitration(
                                    MasterArbitrationUpdate.newBuilder()
                                            .setDeviceId(1)
                                            .setElectionId(election))
                            .build());
            if (!isPrimary.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the switch did not answer");
            }
            P4RuntimeGrpc.P4RuntimeBlockingStub switchStub =
                    P4RuntimeGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
            switchStub.setForwardingPipelineConfig(
                    SetForwardingPipelineConfigRequest.newBuilder()
                            .setDeviceId(1)
                            .setElectionId(election)
                            .setAction(SetForwardingPipelineConfigRequest.Action.VERIFY_AND_COMMIT)
                            .setConfig(
                                    ForwardingPipelineConfig.newBuilder()
                                            .setP4Info(info.message())
                                            .setP4DeviceConfig(compiled()))
                            .build());
            switchStub.write(
                    WriteRequest.newBuilder()
                            .setDeviceId(1)
                            .setElectionId(election)
                            .addAllUpdates(updates)
                            .build());
            stream.onCompleted();
        } finally {
            channel.shutdown().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static ByteString compiled() throws IOException {
        try (InputStream json =
                SwitchProgrammer.class.getResourceAsStream("/org/getvpn/p4/group_member.json")) {
            return ByteString.readFrom(json);
        }
    }

    private record FirstAnswer(CountDownLatch heard)
            implements StreamObserver<StreamMessageResponse> {
        @Override
        public void onNext(StreamMessageResponse message) {
            if (message.hasArbitration() && message.getArbitration().getStatus().getCode() == 0) {
                heard.countDown();
            }
        }

        @Override
        public void onError(Throwable cause) {
            // whoever waits for the answer says that there was none
        }

        @Override
        public void onCompleted() {
            // the switch may hang up afterwards
        }
    }

    private Line entry(String table) {
        return new Line(
                info.tables().stream()
                        .filter(each -> each.name().equals(table))
                        .findFirst()
                        .orElseThrow());
    }

    private static ByteString octets(long value) {
        byte[] all = BigInteger.valueOf(value).toByteArray();
        boolean hasSign = all.length > 1 && all[0] == 0; // P4Runtime wants the shortest form
        return ByteString.copyFrom(all, hasSign ? 1 : 0, all.length - (hasSign ? 1 : 0));
    }

    /** An entry by the names of the program. */
    private final class Line {
        private final TableShape table;
        private final TableEntry.Builder entry;

        Line(TableShape table) {
            this.table = table;
            this.entry = TableEntry.newBuilder().setTableId(table.id());
        }

        private FieldMatch.Builder field(String name) {
            return entry.addMatchBuilder()
                    .setFieldId(
                            table.fields().stream()
                                    .filter(each -> each.name().equals(name))
                                    .findFirst()
                                    .orElseThrow()
                                    .id());
        }

        Line exact(String name, long value) {
            field(name).setExact(FieldMatch.Exact.newBuilder().setValue(octets(value)));
            return this;
        }

        Line prefix(String name, long value, int bits) {
            field(name)
                    .setLpm(FieldMatch.LPM.newBuilder().setValue(octets(value)).setPrefixLen(bits));
            return this;
        }

        Line ternary(String name, long value, long mask) {
            field(name)
                    .setTernary(
                            FieldMatch.Ternary.newBuilder()
                                    .setValue(octets(value))
                                    .setMask(octets(mask)));
            return this;
        }

        Line priority(int priority) {
            entry.setPriority(priority);
            return this;
        }

        void action(String name, long... values) {
            ActionShape action =
                    table.actions().stream()
                            .filter(each -> each.name().equals(name))
                            .findFirst()
                            .orElseThrow();
            Action.Builder message = Action.newBuilder().setActionId(action.id());
            for (int i = 0; i < values.length; i++) {
                message.addParamsBuilder()
                        .setParamId(action.parameters().get(i).id())
                        .setValue(octets(values[i]));
            }
            entry.setAction(TableAction.newBuilder().setAction(message));
            updates.add(
                    Update.newBuilder()
                            .setType(Update.Type.INSERT)
                            .setEntity(Entity.newBuilder().setTableEntry(entry))
                            .build());
        }
    }
}
