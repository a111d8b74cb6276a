// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.app.config.Samples;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.policy.NetworkPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onlab.packet.DeserializationException;
import org.onlab.packet.Ethernet;
import org.onlab.packet.IpAddress;
import org.onlab.packet.VlanId;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DefaultHost;
import org.onosproject.net.Host;
import org.onosproject.net.HostId;
import org.onosproject.net.HostLocation;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;
import org.onosproject.net.host.HostEvent;
import org.onosproject.net.host.HostListener;
import org.onosproject.net.host.HostServiceAdapter;
import org.onosproject.net.packet.DefaultInboundPacket;
import org.onosproject.net.packet.InboundPacket;
import org.onosproject.net.packet.OutboundPacket;
import org.onosproject.net.packet.PacketContextAdapter;
import org.onosproject.net.packet.PacketProcessor;
import org.onosproject.net.packet.PacketServiceAdapter;
import org.onosproject.net.provider.ProviderId;

/** Frames in, frames out, at the ports of the sample's site 2: 1 and 5 local, 2 member, 3 WAN. */
class NeighbourResponderTest {
    private static final String SITE2 = "of:0000000000000002/";
    private static final String[] LOCAL = {SITE2 + 1, SITE2 + 5};

    private final List<String> sentTo = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final Set<Host> known = new HashSet<>();
    private final NetworkPolicy policy = NetworkPolicy.of(Samples.read(Samples.json()));
    private PacketProcessor processor;
    private HostListener hostListener;

    @BeforeEach
    void listen() {
        NeighbourResponder responder = new NeighbourResponder();
        responder.packets =
                new PacketServiceAdapter() {
                    @Override
                    public void addProcessor(PacketProcessor added, int priority) {
                        processor = added;
                    }

                    @Override
                    public void emit(OutboundPacket packet) {
                        OutputInstruction out =
                                (OutputInstruction) packet.treatment().allInstructions().get(0);
                        sentTo.add(packet.sendThrough() + "/" + out.port());
                        byte[] octets = new byte[packet.data().remaining()];
                        packet.data().duplicate().get(octets);
                        sent.add(octets);
                    }
                };
        responder.hosts =
                new HostServiceAdapter() {
                    @Override
                    public void addListener(HostListener added) {
                        hostListener = added;
                    }

                    @Override
                    public Set<Host> getHostsByIp(IpAddress address) {
                        return known.stream()
                                .filter(host -> host.ipAddresses().contains(address))
                                .collect(Collectors.toSet());
                    }
                };
        responder.inForce =
                new PolicyInForce() {
                    @Override
                    public Optional<NetworkPolicy> policy() {
                        return Optional.of(policy);
                    }
                };
        responder.activate();
    }

    @Test
    void theGatewayAnswersAtThePortThatWasAsked() throws Exception {
        receive(SITE2 + 5, new DiscoveryFrame());
        assertEquals(List.of(SITE2 + 5), sentTo);
        assertEquals(136, sent.get(0)[14 + 40] & 0xff);
    }

    @Test
    void nothingIsSaidToTheWan() throws Exception {
        receive(SITE2 + 3, new DiscoveryFrame());
        receive(SITE2 + 3, forNeighbour());
        assertEquals(List.of(), sentTo);
    }

    @Test
    void aNeighbourNobodyKnowsIsAskedForAtEachLocalPortOfItsSiteAndNowhereElse() throws Exception {
        receive(SITE2 + 1, forNeighbour());
        assertEquals(List.of(LOCAL), sentTo);
        for (byte[] question : sent) {
            assertEquals(
                    "2001:db8:2::50",
                    NeighbourSolicitation.read(question).orElseThrow().target().toString());
        }
    }

    @Test
    void aPacketWaitsForItsHostAndFollowsTheAnswer() throws Exception {
        DiscoveryFrame packet = udp("2001:db8:2::50");
        receive(SITE2 + 2, packet);
        assertEquals(List.of(LOCAL), sentTo, "the question first");
        Host host = learn("2001:db8:2::50", SITE2 + 5);
        hostListener.event(new HostEvent(HostEvent.Type.HOST_ADDED, host));
        assertEquals(List.of(SITE2 + 1, SITE2 + 5, SITE2 + 5), sentTo);
        byte[] delivered = sent.get(2);
        assertEquals(63, delivered[21], "one hop older");
        assertEquals(
                "00:00:00:00:00:09",
                Ethernet.deserializer()
                        .deserialize(delivered, 0, delivered.length)
                        .getDestinationMAC()
                        .toString());
    }

    /** The switch brings neighbour discovery here before its policy: it must not go round it. */
    @Test
    void discoveryAndWhatMayHideItIsNeverDelivered() throws Exception {
        learn("2001:db8:2::50", SITE2 + 5);
        for (int type = 133; type <= 136; type++) {
            DiscoveryFrame discovery = udp("2001:db8:2::50");
            discovery.nextHeader = 58;
            discovery.type = type;
            receive(SITE2 + 1, discovery);
        }
        DiscoveryFrame hidden = udp("2001:db8:2::50");
        hidden.nextHeader = 0;
        receive(SITE2 + 1, hidden);
        assertEquals(List.of(), sentTo);
    }

    @Test
    void whatCameInAtAnotherSwitchIsNotDeliveredPastTheWan() throws Exception {
        learn("2001:db8:2::50", SITE2 + 5);
        receive("of:0000000000000001/1", udp("2001:db8:2::50"));
        assertTrue(sentTo.isEmpty());
    }

    private static DiscoveryFrame forNeighbour() {
        DiscoveryFrame question = new DiscoveryFrame();
        question.target = "2001:db8:2::50";
        question.destination = "ff02::1:ff00:50";
        return question;
    }

    private static DiscoveryFrame udp(String destination) {
        DiscoveryFrame packet = new DiscoveryFrame();
        packet.nextHeader = 17;
        packet.hopLimit = 64;
        packet.source = "2001:db8:1::7";
        packet.destination = destination;
        return packet;
    }

    private Host learn(String address, String port) {
        ConnectPoint at = ConnectPoint.deviceConnectPoint(port);
        Host host =
                new DefaultHost(
                        ProviderId.NONE,
                        HostId.hostId(DiscoveryFrame.HOST, VlanId.NONE),
                        DiscoveryFrame.HOST,
                        VlanId.NONE,
                        new HostLocation(at, 1),
                        Set.of(IpAddress.valueOf(address)));
        known.add(host);
        return host;
    }

    private void receive(String port, DiscoveryFrame frame) throws DeserializationException {
        byte[] octets = frame.octets();
        InboundPacket packet =
                new DefaultInboundPacket(
                        ConnectPoint.deviceConnectPoint(port),
                        Ethernet.deserializer().deserialize(octets, 0, octets.length),
                        ByteBuffer.wrap(octets));
        processor.process(new PacketContextAdapter(0, packet, null, false));
    }
}
