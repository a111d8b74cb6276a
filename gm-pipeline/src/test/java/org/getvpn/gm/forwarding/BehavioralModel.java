// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.getvpn.gm.p4runtime.SwitchController;
import p4.v1.P4RuntimeOuterClass.PacketIn;
import p4.v1.P4RuntimeOuterClass.PacketMetadata;
import p4.v1.P4RuntimeOuterClass.PacketOut;
import p4.v1.P4RuntimeOuterClass.StreamMessageRequest;

/**
 * bmv2's {@code simple_switch_grpc} with the compiled program, a process of its own. Frames come
 * and go over its gRPC service for that (p4/bm/dataplane_interface.proto of the behavioral model),
 * which names for each copy the frame it was made of, so that nothing has to be guessed.
 */
final class BehavioralModel implements TargetSwitch {
    static final String MISSING =
            "bmv2: simple_switch_grpc is neither on the PATH nor named by GETVPN_BMV2 (docs/p4.md)";

    private static final String PROGRAM = "/org/getvpn/p4/group_member.json";
    private static final long PATIENCE_SECONDS = 60;
    private static final int AT_ONCE =
            32; // a port's queue has 64 places, and what is too much is lost
    private static final MethodDescriptor.Marshaller<byte[]> OCTETS =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] message) {
                    return new ByteArrayInputStream(message);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
    private static final MethodDescriptor<byte[], byte[]> PACKET_STREAM =
            MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName("p4.bm.DataplaneInterface/PacketStream")
                    .setRequestMarshaller(OCTETS)
                    .setResponseMarshaller(OCTETS)
                    .build();

    // fields of PacketStreamRequest and PacketStreamResponse alike
    private static final int ID = 1;
    private static final int DEVICE_ID = 2;
    private static final int PORT = 3;
    private static final int PACKET = 4;

    private static final PacketOut TO_ITSELF =
            PacketOut.newBuilder()
                    .setPayload(ByteString.copyFromUtf8("from controller to controller"))
                    .addMetadata(metadata(1, GroupMemberProgram.PORT_CONTROLLER))
                    .addMetadata(metadata(2, 0))
                    .build();

    private final Process process;
    private final SwitchController controller;
    private final ManagedChannel wires;
    private long lastId;

    private static PacketMetadata metadata(int id, int value) {
        return PacketMetadata.newBuilder()
                .setMetadataId(id)
                .setValue(ByteString.copyFrom(BigInteger.valueOf(value).toByteArray()))
                .build();
    }

    /** The one that GETVPN_BMV2 names, else that of the PATH. */
    static Optional<Path> installed() {
        String named = System.getenv("GETVPN_BMV2");
        Stream<Path> places =
                named != null
                        ? Stream.of(Path.of(named))
                        : Stream.of(System.getenv("PATH").split(":"))
                                .map(folder -> Path.of(folder, "simple_switch_grpc"));
        return places.filter(Files::isExecutable).findFirst();
    }

    /** Starts it, and sets its pipeline. */
    BehavioralModel(Path program) throws IOException, InterruptedException {
        InetSocketAddress p4runtime = unusedPort();
        InetSocketAddress dataplane = unusedPort();
        List<String> words = new ArrayList<>(List.of(program.toString(), "--no-p4"));
        words.addAll(List.of("--device-id", Integer.toString(DEVICE), "--"));
        words.addAll(List.of("--grpc-server-addr", text(p4runtime)));
        words.addAll(List.of("--dp-grpc-server-addr", text(dataplane)));
        words.addAll(List.of("--cpu-port", Integer.toString(GroupMemberProgram.PORT_CONTROLLER)));
        process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (InputStream compiled = BehavioralModel.class.getResourceAsStream(PROGRAM)) {
            awaitListening(p4runtime);
            awaitListening(dataplane);
            controller = new SwitchController(p4runtime, DEVICE, 1);
            wires = NettyChannelBuilder.forAddress(dataplane).usePlaintext().build();
            controller.arbitrate();
            controller.setPipeline(compiled.readAllBytes());
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static InetSocketAddress unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void awaitListening(InetSocketAddress address)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IOException("bmv2 ended with " + process.exitValue());
            }
        }
    }

    @Override
    public SwitchController controller() {
        return controller;
    }

    @Override
    public Passage pass(List<Arrival> arrivals) throws Exception {
        List<List<String>> copies = new ArrayList<>();
        List<String> punted = new ArrayList<>();
        for (int from = 0; from < arrivals.size(); from += AT_ONCE) {
            int to = Math.min(from + AT_ONCE, arrivals.size());
            copies.addAll(copies(arrivals.subList(from, to)));
            punted.addAll(punted());
        }
        return new Passage(copies, punted);
    }

    private List<List<String>> copies(List<Arrival> arrivals) throws Exception {
        long firstId = lastId + 1;
        List<List<String>> copies = new ArrayList<>();
        arrivals.forEach(arrival -> copies.add(new ArrayList<>()));
        CompletableFuture<Void> done = new CompletableFuture<>();
        StreamObserver<byte[]> in =
                ClientCalls.asyncBidiStreamingCall(
                        wires.newCall(PACKET_STREAM, CallOptions.DEFAULT),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(byte[] response) {
                                left(response, firstId, copies, done);
                            }

                            @Override
                            public void onError(Throwable cause) {
                                done.completeExceptionally(cause);
                            }

                            @Override
                            public void onCompleted() {
                                done.complete(null);
                            }
                        });
        for (Arrival arrival : arrivals) {
            in.onNext(request(++lastId, arrival));
        }
        in.onCompleted(); // answered when bmv2 holds no packet any more
        done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        copies.forEach(each -> each.sort(null));
        return copies;
    }

    /** Frames for the controller until one that it sent to itself is back. */
    private List<String> punted() throws InterruptedException {
        controller.say(StreamMessageRequest.newBuilder().setPacket(TO_ITSELF).build());
        List<String> punted = new ArrayList<>();
        for (PacketIn next = controller.hear().getPacket();
                !next.getPayload().equals(TO_ITSELF.getPayload());
                next = controller.hear().getPacket()) {
            punted.add(
                    TargetSwitch.at(
                            new BigInteger(1, next.getMetadata(0).getValue().toByteArray())
                                    .intValueExact(),
                            next.getPayload().toByteArray()));
        }
        return punted;
    }

    private static byte[] request(long id, Arrival arrival) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(octets);
        out.writeUInt64(ID, id);
        out.writeUInt64(DEVICE_ID, DEVICE);
        out.writeUInt32(PORT, arrival.port());
        out.writeByteArray(PACKET, arrival.frame());
        out.flush();
        return octets.toByteArray();
    }

    /** A port that the switch does not have, 0 among them, is nowhere. */
    private static void left(
            byte[] response, long firstId, List<List<String>> copies, CompletableFuture<?> done) {
        try {
            CodedInputStream fields = CodedInputStream.newInstance(response);
            long id = 0;
            int port = 0;
            byte[] frame = {};
            for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case ID -> id = fields.readUInt64();
                    case PORT -> port = fields.readUInt32();
                    case PACKET -> frame = fields.readByteArray();
                    default -> fields.skipField(tag);
                }
            }
            if (port >= 1 && port <= PORTS) {
                copies.get((int) (id - firstId)).add(TargetSwitch.at(port, frame));
            }
        } catch (IOException | RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        controller.close();
        wires.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
