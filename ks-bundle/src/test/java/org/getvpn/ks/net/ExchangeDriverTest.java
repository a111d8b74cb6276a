// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Exchange;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.Ticks;
import org.junit.jupiter.api.Test;

/** Datagrams over loopback, to an exchange that writes down in which order it gets them. */
class ExchangeDriverTest {
    private static final int FIRST_MESSAGES = 100;
    private static final int PORT = 18_483;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch all = new CountDownLatch(FIRST_MESSAGES + 1);
    private final List<Boolean> isFirst = new ArrayList<>();

    /** Holds the first datagram until all others wait in the socket. */
    private final class Notebook implements Exchange {
        @Override
        public Outcome receive(Datagram in, Ticks now) {
            begun.countDown();
            try {
                assertTrue(release.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            isFirst.add(ByteBuffer.wrap(in.octets()).getLong(8) == 0);
            all.countDown();
            return Outcome.advanced().build();
        }

        @Override
        public Outcome resume(Computation.Completion completion, Ticks now) {
            return Outcome.advanced().build();
        }

        @Override
        public Outcome tick(Ticks now) {
            return Outcome.advanced().build();
        }
    }

    private static byte[] message(long responderCookie) {
        return ByteBuffer.allocate(28)
                .putLong(1)
                .putLong(responderCookie)
                .put((byte) 1)
                .put((byte) 0x10)
                .put((byte) 2)
                .put((byte) 0)
                .putInt(0)
                .putInt(28)
                .array();
    }

    /**
     *
     *
     * <pre>
     * HDR (begins an exchange) --&gt;   a hundred times
     * HDR (of one that began)  --&gt;   once, behind them
     * </pre>
     */
    @Test
    void aMessageOfAnExchangeThatBeganGoesBeforeThoseThatBeginOne() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.61");
        try (ComputationPool pool = new ComputationPool(1, 1, 1);
                ExchangeDriver driver =
                        new ExchangeDriver(
                                List.of(new Endpoint(loopback, PORT)),
                                new Notebook(),
                                pool,
                                () -> Ticks.ofNanos(0),
                                new Deaf());
                DatagramSocket peer = new DatagramSocket()) {
            driver.transport().read();
            for (int i = 0; i < FIRST_MESSAGES; i++) {
                send(peer, loopback, message(0));
                if (i == 0) {
                    assertTrue(begun.await(10, TimeUnit.SECONDS));
                }
            }
            send(peer, loopback, message(2));
            release.countDown();
            assertTrue(all.await(10, TimeUnit.SECONDS));
            assertEquals(0, driver.transport().unsent());
        }
        int place = isFirst.indexOf(false);
        assertTrue(place <= 32, "it was served after " + place + " of " + FIRST_MESSAGES);
        assertEquals(FIRST_MESSAGES + 1, isFirst.size());
    }

    private static void send(DatagramSocket from, InetAddress to, byte[] octets)
            throws IOException {
        from.send(new DatagramPacket(octets, octets.length, to, PORT));
    }

    private static final class Deaf implements ExchangeDriver.Observer {
        @Override
        public void fact(Fact fact) {}

        @Override
        public void rejected(Endpoint peer, Outcome.Verdict verdict, String reason) {}
    }
}
