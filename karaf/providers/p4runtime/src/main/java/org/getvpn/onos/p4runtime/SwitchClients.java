// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.onlab.util.Tools;
import org.onosproject.event.ListenerRegistry;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceAgentEvent;
import org.onosproject.net.device.DeviceAgentListener;
import org.onosproject.net.pi.service.PiPipeconfService;
import org.onosproject.net.provider.ProviderId;
import org.onosproject.p4runtime.api.P4RuntimeClient;
import org.onosproject.p4runtime.api.P4RuntimeController;
import org.onosproject.p4runtime.api.P4RuntimeEvent;
import org.onosproject.p4runtime.api.P4RuntimeEventListener;
import org.onosproject.p4runtime.ctl.codec.CodecException;
import org.onosproject.p4runtime.ctl.codec.Codecs;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import p4.v1.P4RuntimeOuterClass.PacketIn;

/** One P4Runtime client per switch, and who hears of it. */
@Component(immediate = true, service = P4RuntimeController.class)
public class SwitchClients implements P4RuntimeController {
    private static final Logger log = LoggerFactory.getLogger(SwitchClients.class);

    /** Calls that nobody waits for; each ends by its deadline. */
    private static final int THREADS = 8;

    @Reference protected PiPipeconfService pipeconfs;

    private final Map<DeviceId, SwitchClient> clients = new ConcurrentHashMap<>();
    private final Map<DeviceId, Map<ProviderId, DeviceAgentListener>> agents =
            new ConcurrentHashMap<>();
    private final ListenerRegistry<P4RuntimeEvent, P4RuntimeEventListener> listeners =
            new ListenerRegistry<>();

    private ExecutorService executor;
    private ScheduledExecutorService clock;

    @Activate
    protected void activate() {
        executor =
                Executors.newFixedThreadPool(
                        THREADS, Tools.groupedThreads("getvpn/p4runtime", "call-%d", log));
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Tools.groupedThreads("getvpn/p4runtime", "connect", log));
    }

    @Deactivate
    protected void deactivate() {
        clients.keySet().forEach(this::remove);
        clock.shutdownNow();
        executor.shutdownNow();
    }

    @Override
    public boolean create(DeviceId device, ManagedChannel channel) {
        SwitchClient client =
                new SwitchClient(device, channel, new Switch(device), executor, clock);
        if (clients.putIfAbsent(device, client) != null) {
            throw new IllegalArgumentException("there is a client of " + device + " already");
        }
        client.start();
        return true;
    }

    @Override
    public P4RuntimeClient get(DeviceId device) {
        return clients.get(device);
    }

    @Override
    public void remove(DeviceId device) {
        SwitchClient client = clients.remove(device);
        if (client != null) {
            client.shutdown();
        }
    }

    @Override
    public void addDeviceAgentListener(
            DeviceId device, ProviderId provider, DeviceAgentListener listener) {
        agents.computeIfAbsent(device, d -> new ConcurrentHashMap<>()).put(provider, listener);
    }

    @Override
    public void removeDeviceAgentListener(DeviceId device, ProviderId provider) {
        agents.computeIfPresent(
                device,
                (d, byProvider) -> {
                    byProvider.remove(provider);
                    return byProvider.isEmpty() ? null : byProvider;
                });
    }

    @Override
    public void addListener(P4RuntimeEventListener listener) {
        listeners.addListener(listener);
    }

    @Override
    public void removeListener(P4RuntimeEventListener listener) {
        listeners.removeListener(listener);
    }

    /** What one switch says, told to those who listen to it. */
    private final class Switch implements SwitchListener {
        private final DeviceId device;

        Switch(DeviceId device) {
            this.device = device;
        }

        @Override
        public void changed(DeviceAgentEvent.Type what) {
            DeviceAgentEvent event = new DeviceAgentEvent(what, device);
            agents.getOrDefault(device, Map.of()).values().forEach(agent -> agent.event(event));
        }

        /** On the stream's thread: who is slow holds up this switch, and no queue grows. */
        @Override
        public void received(PacketIn packet) {
            pipeconfs
                    .getPipeconf(device)
                    .ifPresent(
                            pipeconf -> {
                                try {
                                    listeners.process(
                                            new P4RuntimeEvent(
                                                    P4RuntimeEvent.Type.PACKET_IN,
                                                    new ReceivedPacket(
                                                            device,
                                                            Codecs.CODECS
                                                                    .packetIn()
                                                                    .decode(
                                                                            packet, null,
                                                                            pipeconf))));
                                } catch (CodecException e) {
                                    log.warn(
                                            "device={} reason=packet-in-unreadable: {}",
                                            device,
                                            e.getMessage());
                                }
                            });
        }
    }
}
