// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Endpoint;
import org.junit.jupiter.api.Test;

/** Slow work is bounded, and one source's flood is that source's wait. */
class ComputationPoolTest {
    @Test
    void sourcesTakeTurns() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(6);
        try (ComputationPool pool = new ComputationPool(1, 8, 100)) {
            pool.submit(work("10.0.0.9", "gate", gate), done -> {});
            for (int i = 1; i <= 4; i++) {
                String name = "flood" + i;
                pool.submit(
                        work("10.0.0.1", name, null),
                        done -> {
                            order.add(name);
                            all.countDown();
                        });
            }
            for (String source : List.of("10.0.0.2", "10.0.0.3")) {
                pool.submit(
                        work(source, source, null),
                        done -> {
                            order.add(source);
                            all.countDown();
                        });
            }
            gate.countDown();
            assertTrue(all.await(10, TimeUnit.SECONDS));
        }
        assertEquals(
                List.of("flood1", "10.0.0.2", "10.0.0.3", "flood2", "flood3", "flood4"), order);
    }

    @Test
    void aSourceBeyondItsBoundIsTurnedAwayAndOthersAreNot() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ComputationPool pool = new ComputationPool(1, 2, 4)) {
            CountDownLatch begun = new CountDownLatch(1);
            pool.submit(
                    new Work("10.0.0.9") {
                        @Override
                        public Completion run() {
                            begun.countDown();
                            await(gate);
                            return null;
                        }
                    },
                    done -> {});
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            assertTrue(pool.submit(work("10.0.0.1", "a", null), done -> {}));
            assertTrue(pool.submit(work("10.0.0.1", "b", null), done -> {}));
            assertFalse(pool.submit(work("10.0.0.1", "c", null), done -> {}));
            assertTrue(pool.submit(work("10.0.0.2", "d", null), done -> {}));
            assertTrue(pool.submit(work("10.0.0.3", "e", null), done -> {}));
            assertFalse(pool.submit(work("10.0.0.4", "f", null), done -> {}), "full as a whole");
            gate.countDown();
        }
    }

    private static Computation work(String source, String name, CountDownLatch gate) {
        return new Work(source) {
            @Override
            public Completion run() {
                if (gate != null) {
                    await(gate);
                }
                return new Completion() {
                    @Override
                    public String toString() {
                        return name;
                    }
                };
            }
        };
    }

    private abstract static class Work implements Computation {
        private final Endpoint source;

        Work(String address) {
            try {
                source = new Endpoint(InetAddress.getByName(address), 848);
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Endpoint source() {
            return source;
        }

        static void await(CountDownLatch latch) {
            try {
                latch.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
