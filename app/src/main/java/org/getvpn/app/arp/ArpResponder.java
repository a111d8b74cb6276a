// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.arp;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.forwarding.Neighbour;
import org.getvpn.app.forwarding.Neighbours;
import org.onlab.packet.ARP;
import org.onlab.packet.Ethernet;
import org.onlab.packet.IPv4;
import org.onlab.packet.Ip4Address;
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
@Component(immediate = true, service = ArpResponder.class)
public class ArpResponder {
    private static final long QUIET_NANOS = 1_000_000_000L;

    /** Addresses asked for lately; a flood of destinations stops at this many a second. */
    private static final int MOST_ASKED = 1024;

    @Reference protected PacketService packets;
    @Reference protected HostService hosts;
    @Reference protected PolicyInForce inForce;

    private final PacketProcessor processor = this::process;
    private final HostListener hostListener = this::hostChanged;
    private final WaitingPackets waiting = new WaitingPackets();
    private final Map<IpAddress, Long> asked = new ConcurrentHashMap<>();

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
        if (neighbours.isPresent() && address.isIp4() && mayAsk(address)) {
            neighbours
                    .get()
                    .candidates(address)
                    .forEach(port -> ask(neighbours.get(), address.getIp4Address(), port));
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
        } else if (frame.getPayload() instanceof IPv4) {
            unknownHost(neighbours.get(), frame, context);
        }
    }

    /** Came here by the rule for hosts that are not known yet. */
    private void unknownHost(Neighbours neighbours, Ethernet frame, PacketContext context) {
        IpAddress to = Ip4Address.valueOf(((IPv4) frame.getPayload()).getDestinationAddress());
        if (neighbours.candidates(to).findAny().isEmpty()) {
            return;
        }
        ByteBuffer raw = context.inPacket().unparsed().duplicate();
        raw.rewind();
        byte[] octets = new byte[raw.remaining()];
        raw.get(octets);
        waiting.keep(to, octets, System.nanoTime());
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
        ARP request = (ARP) frame.getPayload();
        switch (ArpDecision.on(request, port, neighbours, a -> find(neighbours, a))) {
            case REPLY:
                send(ArpFrames.reply(frame), port);
                break;
            case ASK:
                ask(Ip4Address.valueOf(request.getTargetProtocolAddress()));
                break;
            default:
                break;
        }
    }

    private Optional<Neighbour> find(Neighbours neighbours, IpAddress address) {
        return Optional.ofNullable(neighbours.of(hosts.getHostsByIp(address)).get(address));
    }

    private void ask(Neighbours neighbours, Ip4Address address, ConnectPoint port) {
        neighbours
                .gateway(port)
                .filter(IpAddress::isIp4)
                .ifPresent(
                        gateway -> send(ArpFrames.request(gateway.getIp4Address(), address), port));
    }

    private boolean mayAsk(IpAddress address) {
        long now = System.nanoTime();
        if (asked.size() >= MOST_ASKED) {
            asked.values().removeIf(at -> now - at > QUIET_NANOS);
        }
        Long before = asked.get(address);
        if (asked.size() >= MOST_ASKED || before != null && now - before <= QUIET_NANOS) {
            return false;
        }
        asked.put(address, now);
        return true;
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
