// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.junit.jupiter.api.Test;

class KeyServerOrderTest {
    private static final Endpoint FIRST = new Endpoint(InetAddress.ofLiteral("10.255.0.1"), 848);
    private static final Endpoint SECOND = new Endpoint(InetAddress.ofLiteral("10.255.0.2"), 848);

    @Test
    void eachKeyServerIsTriedOnceInOrderThenTheRoundIsOver() {
        KeyServerOrder order = order(1);

        assertEquals(Optional.of(FIRST), order.next());
        assertEquals(Optional.of(SECOND), order.next());
        assertEquals(Optional.empty(), order.next());
        order.pause();
        assertEquals(Optional.of(FIRST), order.next());
    }

    @Test
    void waitsDoubleUpToTheBoundAndAreShortenedByAHalfAtMost() {
        Set<Duration> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            KeyServerOrder order = order(seed);
            for (int wait : List.of(1, 2, 4, 8, 16, 30, 30, 30)) {
                Duration pause = order.pause();
                seen.add(pause);
                assertTrue(pause.compareTo(Duration.ofSeconds(wait)) <= 0, pause + " of " + wait);
                assertTrue(
                        pause.compareTo(Duration.ofMillis(wait * 500L)) >= 0,
                        pause + " of " + wait);
            }
        }
        assertTrue(seen.size() > 1500, "members return at different instants");
    }

    @Test
    void aSuccessBringsBackTheFirstKeyServerAndTheFirstWait() {
        KeyServerOrder order = order(1);
        order.next();
        order.pause();
        order.pause();
        order.next();

        order.reset();

        assertEquals(Optional.of(FIRST), order.next());
        assertTrue(order.pause().compareTo(Duration.ofSeconds(1)) <= 0);
    }

    private static KeyServerOrder order(int seed) {
        return new KeyServerOrder(
                List.of(FIRST, SECOND),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                new Random(seed));
    }
}
