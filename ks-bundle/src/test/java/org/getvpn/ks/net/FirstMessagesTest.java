// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.junit.jupiter.api.Test;

/** Who is served, and when, while others flood. */
class FirstMessagesTest {
    private static final int MOST = 512;
    private static final int NETWORKS = 64;

    private final Random random = new Random(11);
    private final FirstMessages line = new FirstMessages(MOST);

    private static Datagram from(int first, int second, int third, int host) {
        byte[] address = {(byte) first, (byte) second, (byte) third, (byte) host};
        try {
            Endpoint local = new Endpoint(InetAddress.getByName("192.0.2.1"), 848);
            Endpoint remote = new Endpoint(InetAddress.getByAddress(address), 848);
            return new Datagram(local, remote, new byte[0]);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Datagram ofTheFlood() {
        return from(10, 85, random.nextInt(NETWORKS), random.nextInt(256));
    }

    private int servedBefore(Datagram honest) {
        int before = 0;
        while (line.remove() != honest) {
            before++;
        }
        return before;
    }

    @Test
    void messagesOfOneNetworkAreServedInTheirOrder() {
        List<Datagram> sent = List.of(from(10, 1, 1, 1), from(10, 1, 1, 2), from(10, 1, 1, 3));
        sent.forEach(each -> assertTrue(line.add(each)));
        for (Datagram each : sent) {
            assertSame(each, line.remove());
        }
        assertTrue(line.isEmpty());
    }

    @Test
    void networksTakeTurns() {
        Datagram[] loud = {from(10, 1, 1, 1), from(10, 1, 1, 2), from(10, 1, 1, 3)};
        Datagram quiet = from(10, 2, 2, 1);
        for (Datagram each : loud) {
            line.add(each);
        }
        line.add(quiet);
        List<Datagram> served = new ArrayList<>();
        while (!line.isEmpty()) {
            served.add(line.remove());
        }
        assertEquals(List.of(loud[0], quiet, loud[1], loud[2]), served);
    }

    @Test
    void aFloodFromAFewNetworksLosesItsOwnMessagesAndNoneOfOthers() {
        for (int moment = 0; moment < 1000; moment++) {
            for (int i = 0; i < 40; i++) {
                line.add(ofTheFlood());
            }
            Datagram honest = from(10, 84, moment / 256, moment % 256);
            assertTrue(line.add(honest), "at " + moment);
            int before = servedBefore(honest);
            assertTrue(before <= NETWORKS, before + " were served before it");
            for (int i = 0; i < 16 && !line.isEmpty(); i++) {
                line.remove();
            }
        }
    }

    @Test
    void oneNetworkAloneMayFillHalfOfTheLine() {
        int taken = 0;
        while (line.add(from(10, 85, 1, taken % 256))) {
            taken++;
        }
        assertEquals(MOST / 2, taken);
        assertTrue(line.add(from(10, 84, 1, 1)), "there is a place for another");
    }

    @Test
    void aFloodFromEverywhereFindsTheLineFull() {
        for (int i = 0; i < MOST; i++) {
            assertTrue(line.add(from(20 + i / 256, i % 256, 1, 1)));
        }
        assertFalse(line.add(from(10, 84, 1, 1)));
        line.remove();
        assertTrue(line.add(from(10, 84, 1, 1)));
    }
}
