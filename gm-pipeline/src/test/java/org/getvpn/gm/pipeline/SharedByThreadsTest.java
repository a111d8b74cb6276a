// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the threads of a pipeline have together beside the SAs. */
@Timeout(60)
class SharedByThreadsTest {
    private static final int THREADS = 6;

    /** The sum of what so many threads yield that begin at the same instant. */
    private static int together(IntUnaryOperator part) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        int sum = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                runs.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    return part.applyAsInt(thread);
                                }));
            }
            for (Future<Integer> run : runs) {
                sum += run.get();
            }
        }
        return sum;
    }

    @Test
    void threadsTogetherGetNoMoreThanIsAllowed() throws Exception {
        for (long origin : new long[] {0, -5_000_000_000L, Long.MAX_VALUE - 500_000_000L}) {
            TokenBucket bucket = new TokenBucket(100);
            int taken =
                    together(
                            thread -> {
                                int got = 0;
                                for (long now = 0; now < 1_000_000_000L; now += 250_000) {
                                    got += bucket.take(origin + now) ? 1 : 0;
                                }
                                return got;
                            });
            // a burst of 100 and one second's worth; a thread that lags asks with the time of
            // before
            assertTrue(taken >= 150 && taken <= 200, taken + " taken");
        }
    }

    @Test
    void aBucketFillsAgainWhileNobodyAsks() {
        TokenBucket bucket = new TokenBucket(100);
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            taken += bucket.take(7) ? 1 : 0;
        }
        assertEquals(100, taken);
        assertFalse(bucket.take(9_000_000));
        assertTrue(bucket.take(10_000_007));
        assertFalse(bucket.take(10_000_008));
        taken = 0;
        for (int i = 0; i < 1_000; i++) {
            taken += bucket.take(60_000_000_000L) ? 1 : 0;
        }
        assertEquals(100, taken, "no more than a second's worth is saved");
    }

    /** Each destination's lowest report counts, whoever of the threads heard it. */
    @Test
    void reportsThatSeveralThreadsHearEndInTheLowest() throws Exception {
        for (int round = 0; round < 20; round++) {
            PathMtus mtus = new PathMtus(1500, PathMtus.LEAST);
            int destinations = 50;
            together(
                    thread -> {
                        Random random = new Random(thread);
                        for (int i = 0; i < 2_000; i++) {
                            int destination = random.nextInt(destinations);
                            mtus.lower(destination, 1000 + random.nextInt(400), 1);
                            assertTrue(mtus.to(destination, 1) < 1400, "what was just told holds");
                        }
                        for (int destination = 0; destination < destinations; destination++) {
                            mtus.lower(destination, 900 + destination, 1);
                        }
                        return 0;
                    });
            for (int destination = 0; destination < destinations; destination++) {
                assertEquals(900 + destination, mtus.to(destination, 1));
            }
        }
    }
}
