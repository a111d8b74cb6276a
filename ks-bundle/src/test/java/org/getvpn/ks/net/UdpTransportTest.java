// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.junit.jupiter.api.Test;

class UdpTransportTest {
    private static final byte[] QUESTION = {1, 2, 3};

    private final InetAddress here = InetAddress.getLoopbackAddress();
    private final BlockingQueue<Datagram> read = new LinkedBlockingQueue<>();

    @Test
    void whoAsksBeforeTheServerIsReadyWaitsAndIsNotForgotten() throws Exception {
        try (UdpTransport transport = new UdpTransport();
                DatagramSocket asking = new DatagramSocket(0, here)) {
            int port = freePort();
            transport.listen(List.of(new Endpoint(here, port)), read::add);
            asking.send(new DatagramPacket(QUESTION, QUESTION.length, here, port));
            assertNull(read.poll(100, TimeUnit.MILLISECONDS), "nothing is read yet");
            transport.read();
            assertArrayEquals(QUESTION, read.poll(10, TimeUnit.SECONDS).octets());
        }
    }

    @Test
    void anAddressThatSomebodyElseHasIsNamed() throws Exception {
        try (UdpTransport transport = new UdpTransport();
                DatagramSocket other = new DatagramSocket(0, here)) {
            Endpoint taken = new Endpoint(here, other.getLocalPort());
            IOException refusal =
                    assertThrows(
                            IOException.class, () -> transport.listen(List.of(taken), read::add));
            assertTrue(refusal.getMessage().startsWith("cannot listen on UDP " + taken));
        }
    }

    /**
     * A hundred at a time, and 25 ms between: a rekey of thousands must not fill the queues on its
     * way.
     */
    @Test
    void copiesOfARekeyGoOutAtAPaceAndAllOfThemArrive() throws Exception {
        try (UdpTransport transport = new UdpTransport();
                DatagramSocket member = new DatagramSocket(0, here)) {
            Endpoint server = new Endpoint(here, freePort());
            transport.listen(List.of(server), read::add);
            member.setReceiveBufferSize(1 << 20);
            member.setSoTimeout(30_000);
            List<Datagram> copies =
                    Collections.nCopies(
                            401,
                            new Datagram(
                                    server, new Endpoint(here, member.getLocalPort()), QUESTION));
            long begin = System.nanoTime();
            transport.sendPaced(copies);
            for (int i = 0; i < 401; i++) {
                member.receive(new DatagramPacket(new byte[8], 8));
            }
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(millis >= 4 * 25, "five batches within " + millis + " ms");
        }
    }

    private int freePort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket(0, here)) {
            return probe.getLocalPort();
        }
    }
}
