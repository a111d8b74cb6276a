// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets and the system's own list of joined groups, on the loopback interface. */
@Timeout(30)
class RekeyListenerTest {
    private static final Ticks NOW = Ticks.ofNanos(0);

    private final InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    private RekeyAddress group;
    private Selector selector;
    private RekeyListener listener;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
        group = new RekeyAddress(InetAddress.ofLiteral("239.77.1.2"), freePort());
        listener = listener(loopback);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        selector.close();
    }

    private RekeyListener listener(InetAddress local) {
        Endpoint control = new Endpoint(local, 848);
        return new RekeyListener(selector, control, new ControlLog(KeyMaker.GROUP, control));
    }

    private int freePort() throws IOException {
        try (MulticastSocket probe = new MulticastSocket(new InetSocketAddress(loopback, 0))) {
            return probe.getLocalPort();
        }
    }

    /** As /proc/net/igmp writes the joined groups: octets of the address, last one first. */
    private static boolean isJoined(InetAddress address) throws IOException {
        byte[] octets = address.getAddress();
        byte[] swapped = {octets[3], octets[2], octets[1], octets[0]};
        return Files.readString(Path.of("/proc/net/igmp"))
                .contains(HexFormat.of().withUpperCase().formatHex(swapped));
    }

    @Test
    void aGroupIsJoinedAsLongAsItIsWanted() throws Exception {
        assertFalse(isJoined(group.address()));
        listener.listen(Set.of(group), NOW);
        assertTrue(isJoined(group.address()));
        listener.listen(Set.of(group), NOW);
        assertEquals(1, listener.channels().size(), "once");

        listener.listen(Set.of(), NOW);
        assertFalse(isJoined(group.address()));
        assertEquals(0, listener.channels().size());
    }

    @Test
    void oneDatagramReachesEveryMemberThatListens() throws Exception {
        RekeyListener other = listener(loopback);
        listener.listen(Set.of(group), NOW);
        other.listen(Set.of(group), NOW);
        send("news");

        assertEquals("news", received(listener.channels().iterator().next()));
        assertEquals("news", received(other.channels().iterator().next()));
        other.close();
    }

    @Test
    void whatComesToAnotherAddressOfThatPortIsNotHeard() throws Exception {
        listener.listen(Set.of(group), NOW);
        try (MulticastSocket sender = new MulticastSocket(new InetSocketAddress(loopback, 0))) {
            sender.send(new DatagramPacket(new byte[9], 9, loopback, group.port()));
        }
        send("news");
        assertEquals("news", received(listener.channels().iterator().next()), "the first there is");
    }

    @Test
    void aGroupThatCannotBeJoinedIsTriedAgainAfterAWhile() throws Exception {
        RekeyListener homeless = listener(InetAddress.ofLiteral("192.0.2.77"));
        homeless.listen(Set.of(group), NOW);
        assertEquals(0, homeless.channels().size());

        homeless.listen(Set.of(group), NOW.plus(Duration.ofSeconds(5)));
        assertEquals(0, homeless.channels().size(), "and fails in peace");
    }

    private void send(String text) throws IOException {
        try (MulticastSocket sender = new MulticastSocket(new InetSocketAddress(loopback, 0))) {
            sender.setNetworkInterface(NetworkInterface.getByInetAddress(loopback));
            byte[] octets = text.getBytes(StandardCharsets.UTF_8);
            sender.send(new DatagramPacket(octets, octets.length, group.address(), group.port()));
        }
    }

    private String received(DatagramChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (channel.receive(buffer) == null) {
            assertTrue(System.nanoTime() < deadline, "in time");
            selector.select(100);
            selector.selectedKeys().clear();
        }
        buffer.flip();
        byte[] octets = new byte[buffer.remaining()];
        buffer.get(octets);
        return new String(octets, StandardCharsets.UTF_8);
    }
}
