// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.forwarding.Neighbour;
import org.getvpn.app.forwarding.Neighbours;
import org.onlab.packet.ARP;
import org.onlab.packet.Ethernet;
import org.onlab.packet.IpAddress;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.host.HostEvent;
import org.onosproject.net.host.HostListener;
import org.onosproject.net.host.HostService;
import org.onosproject.net.packet.DefaultOutboundPacket;
import org.onosproject.net.packet.PacketContext;
import org.onosproject.net.packet.PacketProcessor;
import org.onosproject.net.packet.PacketService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Answers for gateways, and asks for hosts that packets wait for, at most once a second each. */
@Component(immediate = true, service = NeighbourResponder.class)
public class NeighbourResponder {
    @Reference protected PacketService packets;
    @Reference protected HostService hosts;
    @Reference protected PolicyInForce inForce;

    private final PacketProcessor processor = this::process;
    private final HostListener hostListener = this::hostChanged;
    private final WaitingPackets waiting = new WaitingPackets();
    private final Pace pace = new Pace();

    /** Begins to listen; the rules that bring packets here belong to the switch policy. */
    @Activate
    protected void activate() {
        packets.addProcessor(processor, PacketProcessor.director(1));
        hosts.addListener(hostListener);
    }

    /** Gateways fall silent; hosts keep what they learned for a while. */
    @Deactivate
    protected void deactivate() {
        hosts.removeListener(hostListener);
        packets.removeProcessor(processor);
    }

    /** Asks every port behind which {@code address} may be, unless it was asked a moment ago. */
    public void ask(IpAddress address) {
        Optional<Neighbours> neighbours = inForce.policy().map(Neighbours::new);
        if (neighbours.isPresent() && pace.mayAsk(address, System.nanoTime())) {
            neighbours
                    .get()
                    .candidates(address)
                    .forEach(port -> ask(neighbours.get(), address, port));
        }
    }

    private void process(PacketContext context) {
        Ethernet frame = context.inPacket().parsed();
        Optional<Neighbours> neighbours = inForce.policy().map(Neighbours::new);
        if (frame == null || neighbours.isEmpty()) {
            return;
        }
        ConnectPoint port = context.inPacket().receivedFrom();
        if (frame.getPayload() instanceof ARP) {
            arp(neighbours.get(), frame, port);
            return;
        }
        byte[] octets = octets(context);
        Optional<NeighbourSolicitation> solicitation = NeighbourSolicitation.read(octets);
        if (solicitation.isPresent()) {
            solicited(neighbours.get(), frame, solicitation.get(), port);
        } else {
            LastHop.destination(octets)
                    .ifPresent(to -> unknownHost(neighbours.get(), to, octets, port));
        }
    }

    private static byte[] octets(PacketContext context) {
        ByteBuffer raw = context.inPacket().unparsed().duplicate();
        raw.rewind();
        byte[] octets = new byte[raw.remaining()];
        raw.get(octets);
        return octets;
    }

    /** Came here by the rule for hosts that are not known yet, at the switch that has them. */
    private void unknownHost(
            Neighbours neighbours, IpAddress to, byte[] frame, ConnectPoint cameIn) {
        if (neighbours.candidates(to).noneMatch(p -> p.deviceId().equals(cameIn.deviceId()))) {
            return;
        }
        waiting.keep(to, frame, System.nanoTime());
        Optional<Neighbour> host = find(neighbours, to);
        if (host.isPresent()) {
            deliver(host.get()); // learned a moment ago, its route is on the way
        } else {
            ask(to);
        }
    }

    private void hostChanged(HostEvent event) {
        Optional<Neighbours> neighbours = inForce.policy().map(Neighbours::new);
        if (neighbours.isPresent()) {
            neighbours.get().of(Set.of(event.subject())).values().forEach(this::deliver);
        }
    }

    /** As the host's route would: to its MAC address, one hop older. */
    private void deliver(Neighbour host) {
        for (byte[] frame : waiting.release(host.address(), System.nanoTime())) {
            LastHop.route(frame, host.mac()).ifPresent(routed -> send(routed, host.at()));
        }
    }

    private void arp(Neighbours neighbours, Ethernet frame, ConnectPoint port) {
        Question.of((ARP) frame.getPayload())
                .ifPresent(
                        question ->
                                answer(neighbours, question, port, () -> ArpFrames.reply(frame)));
    }

    private void solicited(
            Neighbours neighbours,
            Ethernet frame,
            NeighbourSolicitation solicitation,
            ConnectPoint port) {
        neighbours
                .gateway(port, IpAddress.Version.INET6)
                .map(IpAddress::getIp6Address)
                .ifPresent(
                        gateway ->
                                answer(
                                        neighbours,
                                        Question.of(solicitation),
                                        port,
                                        () ->
                                                NdFrames.advertisement(
                                                        frame, solicitation, gateway)));
    }

    private void answer(
            Neighbours neighbours, Question question, ConnectPoint port, Supplier<Ethernet> reply) {
        switch (Decision.on(question, port, neighbours, a -> find(neighbours, a))) {
            case REPLY:
                send(reply.get(), port);
                break;
            case ASK:
                ask(question.target());
                break;
            default:
                break;
        }
    }

    private Optional<Neighbour> find(Neighbours neighbours, IpAddress address) {
        return Optional.ofNullable(neighbours.of(hosts.getHostsByIp(address)).get(address));
    }

    private void ask(Neighbours neighbours, IpAddress address, ConnectPoint port) {
        neighbours
                .gateway(port, address.version())
                .map(
                        gateway ->
                                address.isIp4()
                                        ? ArpFrames.request(
                                                gateway.getIp4Address(), address.getIp4Address())
                                        : NdFrames.solicitation(
                                                gateway.getIp6Address(), address.getIp6Address()))
                .ifPresent(question -> send(question, port));
    }

    private void send(Ethernet frame, ConnectPoint port) {
        send(frame.serialize(), port);
    }

    private void send(byte[] frame, ConnectPoint port) {
        packets.emit(
                new DefaultOutboundPacket(
                        port.deviceId(),
                        DefaultTrafficTreatment.builder().setOutput(port.port()).build(),
                        ByteBuffer.wrap(frame)));
    }
}
