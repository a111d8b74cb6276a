// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.nio.ByteBuffer;
import org.onlab.packet.Ethernet;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.TrafficTreatment;
import org.onosproject.net.packet.DefaultInboundPacket;
import org.onosproject.net.packet.DefaultOutboundPacket;
import org.onosproject.net.packet.DefaultPacketContext;
import org.onosproject.net.packet.InboundPacket;
import org.onosproject.net.packet.OutboundPacket;
import org.onosproject.net.packet.PacketProvider;
import org.onosproject.net.packet.PacketProviderRegistry;
import org.onosproject.net.packet.PacketProviderService;
import org.onosproject.net.provider.AbstractProvider;
import org.onosproject.openflow.controller.OpenFlowController;
import org.onosproject.openflow.controller.OpenFlowPacketContext;
import org.onosproject.openflow.controller.OpenFlowSwitch;
import org.onosproject.openflow.controller.PacketListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.projectfloodlight.openflow.types.OFBufferId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Packet-in and packet-out. */
@Component(immediate = true)
public class OpenFlowPackets extends AbstractProvider implements PacketProvider {
    private static final int LISTENER_PRIORITY = 20;

    private final Logger log = LoggerFactory.getLogger(getClass());

    @Reference protected PacketProviderRegistry registry;
    @Reference protected OpenFlowController controller;

    private final PacketListener listener = this::received;

    private PacketProviderService service;

    /** Made by the component runtime. */
    public OpenFlowPackets() {
        super(Switches.PROVIDER);
    }

    @Activate
    protected void activate() {
        service = registry.register(this);
        controller.addPacketListener(LISTENER_PRIORITY, listener);
        log.info("Started");
    }

    @Deactivate
    protected void deactivate() {
        controller.removePacketListener(listener);
        registry.unregister(this);
        log.info("Stopped");
    }

    @Override
    public void emit(OutboundPacket packet) {
        PortNumber inPort = packet.inPort() == null ? PortNumber.CONTROLLER : packet.inPort();
        send(packet.sendThrough(), inPort, packet.data(), packet.treatment());
    }

    private void received(OpenFlowPacketContext context) {
        Ethernet frame = context.parsed();
        if (frame == null) {
            // cut short or nonsense: nothing an application could use
            return;
        }
        ConnectPoint from =
                new ConnectPoint(
                        Switches.device(context.dpid()),
                        PortNumber.portNumber(Integer.toUnsignedLong(context.inPort())));
        ByteBuffer data = ByteBuffer.wrap(context.unparsed());
        InboundPacket in = new DefaultInboundPacket(from, frame, data, context.cookie());
        OutboundPacket out = new DefaultOutboundPacket(from.deviceId(), null, data.duplicate());
        service.processPacket(new Answer(in, out, context.isHandled()));
    }

    private void send(
            DeviceId device, PortNumber inPort, ByteBuffer data, TrafficTreatment treatment) {
        OpenFlowSwitch sw = controller.getSwitch(Switches.dpid(device));
        if (sw == null) {
            return;
        }
        byte[] octets = new byte[data.remaining()];
        data.duplicate().get(octets);
        try {
            sw.sendMsg(
                    sw.factory()
                            .buildPacketOut()
                            .setXid(Switches.nextXid())
                            .setBufferId(OFBufferId.NO_BUFFER)
                            .setInPort(MatchWriter.port(inPort))
                            .setActions(InstructionWriter.actions(sw.factory(), treatment))
                            .setData(octets)
                            .build());
        } catch (IllegalArgumentException e) {
            log.warn("Packet for {} not sent: {}", device, e.getMessage());
        }
    }

    /** Sends the packet on as the applications that saw it decided. */
    private final class Answer extends DefaultPacketContext {
        Answer(InboundPacket in, OutboundPacket out, boolean handled) {
            super(System.currentTimeMillis(), in, out, handled);
        }

        @Override
        public void send() {
            boolean blockedBefore = block();
            if (!blockedBefore) {
                OpenFlowPackets.this.send(
                        outPacket().sendThrough(),
                        inPacket().receivedFrom().port(),
                        outPacket().data(),
                        treatmentBuilder().build());
            }
        }
    }
}
