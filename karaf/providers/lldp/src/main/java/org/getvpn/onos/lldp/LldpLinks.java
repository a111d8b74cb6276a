// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.lldp;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.onlab.packet.Ethernet;
import org.onlab.packet.MacAddress;
import org.onlab.packet.ONOSLLDP;
import org.onlab.util.SafeRecurringTask;
import org.onlab.util.Tools;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.CoreService;
import org.onosproject.mastership.MastershipService;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.Device;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;
import org.onosproject.net.LinkKey;
import org.onosproject.net.Port;
import org.onosproject.net.PortNumber;
import org.onosproject.net.device.DeviceEvent;
import org.onosproject.net.device.DeviceListener;
import org.onosproject.net.device.DeviceService;
import org.onosproject.net.flow.DefaultTrafficSelector;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.TrafficSelector;
import org.onosproject.net.link.DefaultLinkDescription;
import org.onosproject.net.link.LinkProvider;
import org.onosproject.net.link.LinkProviderRegistry;
import org.onosproject.net.link.LinkProviderService;
import org.onosproject.net.packet.DefaultOutboundPacket;
import org.onosproject.net.packet.PacketContext;
import org.onosproject.net.packet.PacketPriority;
import org.onosproject.net.packet.PacketProcessor;
import org.onosproject.net.packet.PacketService;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.net.provider.ProviderId;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds links between switches: a probe out of every port, and where it comes in again is the other
 * end. Probes are ONOS's own LLDP frames; a switch in between that swallows LLDP lets the same
 * frame pass as BDDP (a broadcast with another Ethernet type).
 *
 * <p>A link is gone when a port goes down, a switch leaves, or no probe came for {@value
 * #STALE_SECONDS} s.
 */
@Component(immediate = true)
public class LldpLinks extends AbstractProvider implements LinkProvider {
    private static final long PROBE_SECONDS = 2;
    private static final long STALE_SECONDS = 10;

    /** Locally administered, so that a probe is nobody's frame. */
    private static final long PROBE_SOURCE = 0x02_eb_00_00_00_00L;

    private static final List<Short> PROBE_TYPES = List.of(Ethernet.TYPE_LLDP, Ethernet.TYPE_BSN);

    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference protected CoreService core;
    @Reference protected LinkProviderRegistry registry;
    @Reference protected DeviceService devices;
    @Reference protected MastershipService masters;
    @Reference protected PacketService packets;

    private final PacketProcessor processor = this::process;
    private final DeviceListener listener = this::changed;
    private final Map<LinkKey, Long> seenAtNanos = new ConcurrentHashMap<>();

    private ApplicationId application;
    private LinkProviderService service;
    private ScheduledExecutorService clock;

    /** Made by the component runtime. */
    public LldpLinks() {
        super(new ProviderId("lldp", "org.onosproject.provider.lldp"));
    }

    @Activate
    protected void activate() {
        application = core.registerApplication("org.onosproject.provider.lldp");
        service = registry.register(this);
        packets.addProcessor(processor, PacketProcessor.advisor(0));
        for (short type : PROBE_TYPES) {
            packets.requestPackets(frames(type), PacketPriority.CONTROL, application);
        }
        devices.addListener(listener);
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Tools.groupedThreads("getvpn/lldp", "probes", log));
        clock.scheduleWithFixedDelay(
                SafeRecurringTask.wrap(this::tick), 1, PROBE_SECONDS, TimeUnit.SECONDS);
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        clock.shutdownNow();
        devices.removeListener(listener);
        for (short type : PROBE_TYPES) {
            packets.cancelPackets(frames(type), PacketPriority.CONTROL, application);
        }
        packets.removeProcessor(processor);
        registry.unregister(this);
        log.info("Stopped");
    }

    private static TrafficSelector frames(short type) {
        return DefaultTrafficSelector.builder().matchEthType(type).build();
    }

    private void tick() {
        for (Device device : devices.getAvailableDevices()) {
            if (masters.isLocalMaster(device.id())) {
                devices.getPorts(device.id()).forEach(port -> probe(device, port));
            }
        }
        expire(System.nanoTime());
    }

    private void expire(long nowNanos) {
        seenAtNanos.forEach(
                (link, at) -> {
                    if (nowNanos - at > TimeUnit.SECONDS.toNanos(STALE_SECONDS)
                            && seenAtNanos.remove(link, at)) {
                        service.linkVanished(description(link.src(), link.dst()));
                    }
                });
    }

    private void probe(Device device, Port port) {
        if (!port.isEnabled() || port.number().isLogical()) {
            return;
        }
        ONOSLLDP probe =
                ONOSLLDP.onosLLDP(
                        device.id().toString(), device.chassisId(), (int) port.number().toLong());
        emit(device, port.number(), probe, Ethernet.TYPE_LLDP, MacAddress.ONOS_LLDP);
        emit(device, port.number(), probe, Ethernet.TYPE_BSN, MacAddress.BROADCAST);
    }

    private void emit(
            Device device, PortNumber port, ONOSLLDP probe, short type, MacAddress destination) {
        Ethernet frame = new Ethernet();
        frame.setEtherType(type);
        frame.setSourceMACAddress(
                MacAddress.valueOf(PROBE_SOURCE | (device.chassisId().id() & 0xffff_ffffL)));
        frame.setDestinationMACAddress(destination);
        frame.setPad(true);
        frame.setPayload(probe);
        packets.emit(
                new DefaultOutboundPacket(
                        device.id(),
                        DefaultTrafficTreatment.builder().setOutput(port).build(),
                        ByteBuffer.wrap(frame.serialize())));
    }

    private void process(PacketContext context) {
        Ethernet frame = context.inPacket().parsed();
        if (context.isHandled() || frame == null || !PROBE_TYPES.contains(frame.getEtherType())) {
            return;
        }
        ONOSLLDP probe = ONOSLLDP.parseONOSLLDP(frame);
        if (probe == null) {
            return;
        }
        ConnectPoint to = context.inPacket().receivedFrom();
        ConnectPoint from =
                new ConnectPoint(
                        DeviceId.deviceId(probe.getDeviceString()),
                        PortNumber.portNumber(probe.getPort()));
        context.block();
        // A probe is only a frame: anyone on a port can make one. It must at least name a port
        // here.
        if (devices.getPort(from) != null && !from.equals(to)) {
            seenAtNanos.put(LinkKey.linkKey(from, to), System.nanoTime());
            service.linkDetected(description(from, to));
        }
    }

    private static DefaultLinkDescription description(ConnectPoint from, ConnectPoint to) {
        return new DefaultLinkDescription(from, to, Link.Type.DIRECT);
    }

    private void changed(DeviceEvent event) {
        DeviceId device = event.subject().id();
        switch (event.type()) {
            case DEVICE_REMOVED:
                forget(device);
                break;
            case DEVICE_AVAILABILITY_CHANGED:
                if (!devices.isAvailable(device)) {
                    forget(device);
                }
                break;
            case PORT_ADDED:
            case PORT_UPDATED:
                if (event.port().isEnabled()) {
                    if (masters.isLocalMaster(device)) {
                        probe(event.subject(), event.port());
                    }
                } else {
                    forget(new ConnectPoint(device, event.port().number()));
                }
                break;
            case PORT_REMOVED:
                forget(new ConnectPoint(device, event.port().number()));
                break;
            default:
                break;
        }
    }

    private void forget(DeviceId device) {
        seenAtNanos
                .keySet()
                .removeIf(
                        link ->
                                link.src().deviceId().equals(device)
                                        || link.dst().deviceId().equals(device));
        service.linksVanished(device);
    }

    private void forget(ConnectPoint port) {
        seenAtNanos.keySet().removeIf(link -> link.src().equals(port) || link.dst().equals(port));
        service.linksVanished(port);
    }
}
