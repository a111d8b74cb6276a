// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.internal.PickFirstLoadBalancerProvider;
import java.net.URI;
import java.net.URL;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceAgentEvent;
import org.onosproject.net.pi.model.DefaultPiPipeconf;
import org.onosproject.net.pi.model.PiPipeconf;
import org.onosproject.net.pi.model.PiPipeconfId;
import org.onosproject.p4runtime.model.P4InfoParser;
import p4.v1.P4RuntimeOuterClass.PacketIn;

/** A client and the switch that it is connected to, over gRPC, and what it hears from there. */
final class ConnectedClient {
    static final DeviceId DEVICE = DeviceId.deviceId("device:s1");

    final MemorySwitch target = new MemorySwitch();
    final BlockingQueue<DeviceAgentEvent.Type> events = new LinkedBlockingQueue<>();
    final BlockingQueue<PacketIn> packets = new LinkedBlockingQueue<>();
    final SwitchClient client;
    private final ManagedChannel channel;
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final GrpcChannels channels = new GrpcChannels();

    ConnectedClient() throws Exception {
        LoadBalancerRegistry.getDefaultRegistry().register(new PickFirstLoadBalancerProvider());
        target.start(0);
        channel = channels.create(URI.create("grpc://127.0.0.1:" + target.port()));
        client = start();
    }

    /** A second client on the same channel; it ends with the channel. */
    void startAnotherClient() {
        start();
    }

    private SwitchClient start() {
        SwitchListener listener =
                new SwitchListener() {
                    @Override
                    public void changed(DeviceAgentEvent.Type what) {
                        events.add(what);
                    }

                    @Override
                    public void received(PacketIn packet) {
                        packets.add(packet);
                    }
                };
        SwitchClient started = new SwitchClient(DEVICE, channel, listener, executor, clock);
        started.start();
        return started;
    }

    /** Our own program's p4info, as a pipeconf. */
    static PiPipeconf pipeconf() throws Exception {
        URL p4info = ConnectedClient.class.getResource("/org/getvpn/p4/group_member.p4info.txt");
        return DefaultPiPipeconf.builder()
                .withId(new PiPipeconfId("test"))
                .withPipelineModel(P4InfoParser.parse(p4info))
                .addExtension(PiPipeconf.ExtensionType.P4_INFO_TEXT, p4info)
                .build();
    }

    /**
     * Whether it hears of this, whatever comes before.
     *
     * @param seconds to wait for each event
     */
    boolean hears(DeviceAgentEvent.Type what, int seconds) throws InterruptedException {
        DeviceAgentEvent.Type event;
        do {
            event = events.poll(seconds, TimeUnit.SECONDS);
        } while (event != null && event != what);
        return event == what;
    }

    /** Ends client and switch. */
    void disconnect() throws Exception {
        client.shutdown();
        channels.deactivate();
        clock.shutdownNow();
        executor.shutdownNow();
        target.kill();
    }
}
