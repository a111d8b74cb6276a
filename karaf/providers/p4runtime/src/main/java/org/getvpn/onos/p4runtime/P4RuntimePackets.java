// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import java.nio.ByteBuffer;
import org.onosproject.net.Device;
import org.onosproject.net.DeviceId;
import org.onosproject.net.device.DeviceService;
import org.onosproject.net.packet.DefaultOutboundPacket;
import org.onosproject.net.packet.DefaultPacketContext;
import org.onosproject.net.packet.InboundPacket;
import org.onosproject.net.packet.OutboundPacket;
import org.onosproject.net.packet.PacketProgrammable;
import org.onosproject.net.packet.PacketProvider;
import org.onosproject.net.packet.PacketProviderRegistry;
import org.onosproject.net.packet.PacketProviderService;
import org.onosproject.net.pi.model.PiPipelineInterpreter;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.p4runtime.api.P4RuntimeController;
import org.onosproject.p4runtime.api.P4RuntimeEvent;
import org.onosproject.p4runtime.api.P4RuntimeEventListener;
import org.onosproject.p4runtime.api.P4RuntimePacketIn;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Packet-in and packet-out of P4 switches; the pipeconf's interpreter reads and writes headers. */
@Component(immediate = true)
public class P4RuntimePackets extends AbstractProvider implements PacketProvider {
    private static final Logger log = LoggerFactory.getLogger(P4RuntimePackets.class);

    @Reference protected PacketProviderRegistry registry;
    @Reference protected P4RuntimeController controller;
    @Reference protected DeviceService devices;

    private final P4RuntimeEventListener listener = this::received;

    private PacketProviderService service;

    /** Made by the component runtime. */
    public P4RuntimePackets() {
        super(P4RuntimeDevices.PROVIDER);
    }

    @Activate
    protected void activate() {
        service = registry.register(this);
        controller.addListener(listener);
    }

    @Deactivate
    protected void deactivate() {
        controller.removeListener(listener);
        registry.unregister(this);
    }

    @Override
    public void emit(OutboundPacket packet) {
        Device device = devices.getDevice(packet.sendThrough());
        if (device != null && device.is(PacketProgrammable.class)) {
            device.as(PacketProgrammable.class).emit(packet);
        }
    }

    private void received(P4RuntimeEvent event) {
        P4RuntimePacketIn packet = (P4RuntimePacketIn) event.subject();
        DeviceId id = packet.deviceId();
        Device device = devices.getDevice(id);
        if (device == null || !device.is(PiPipelineInterpreter.class)) {
            return;
        }
        try {
            InboundPacket in =
                    device.as(PiPipelineInterpreter.class)
                            .mapInboundPacket(packet.packetOperation(), id);
            OutboundPacket out = new DefaultOutboundPacket(id, null, in.unparsed().duplicate());
            service.processPacket(new Answer(in, out));
        } catch (PiPipelineInterpreter.PiInterpreterException e) {
            log.debug("device={} a packet-in was dropped: {}", id, e.getMessage());
        }
    }

    /** Sends the packet on as the applications that saw it decided. */
    private final class Answer extends DefaultPacketContext {
        Answer(InboundPacket in, OutboundPacket out) {
            super(System.currentTimeMillis(), in, out, false);
        }

        @Override
        public void send() {
            boolean blockedBefore = block();
            if (!blockedBefore) {
                ByteBuffer frame = outPacket().data();
                emit(
                        new DefaultOutboundPacket(
                                outPacket().sendThrough(), treatmentBuilder().build(), frame));
            }
        }
    }
}
