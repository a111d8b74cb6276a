// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.packet.DropReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What several packet threads have together: the numbers they send, the windows they receive. */
@Timeout(120)
class SharedSaTest {
    private static final int THREADS = 8;

    /** What threads that begin at the same instant yield. */
    private static <T> List<T> together(List<Callable<T>> parts) throws Exception {
        CyclicBarrier start = new CyclicBarrier(parts.size());
        List<T> yields = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(parts.size())) {
            List<Future<T>> runs = new ArrayList<>();
            for (Callable<T> part : parts) {
                runs.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    return part.call();
                                }));
            }
            for (Future<T> run : runs) {
                yields.add(run.get());
            }
        }
        return yields;
    }

    private static OutboundSa sa(long packets, SequenceWatch watch) {
        SaDatabase database = ShortSa.database(packets, watch);
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        PacketKey key = new PacketKey();
        key.read(memory(udp(28), 0), 0);
        return database.reader().refresh().outbound(key);
    }

    /** IVs that a thread got before it was told that none is left, and was told so again. */
    private static long[] untilSpent(OutboundSa sa) {
        LongStream.Builder ivs = LongStream.builder();
        for (long number = sa.nextNumber(); number != OutboundSa.SPENT; number = sa.nextNumber()) {
            ivs.add(sa.iv(number));
        }
        for (int i = 0; i < 10_000; i++) {
            assertEquals(OutboundSa.SPENT, sa.nextNumber());
        }
        return ivs.build().toArray();
    }

    @Test
    void severalThreadsGetEveryIvOnceUpToTheLastAndNoneBeyond() throws Exception {
        int packets = 400_000;
        AtomicInteger nearlySpent = new AtomicInteger();
        AtomicInteger spent = new AtomicInteger();
        SequenceWatch watch =
                new SequenceWatch() {
                    @Override
                    public void nearlySpent(Spi spi, SenderId sender) {
                        nearlySpent.incrementAndGet();
                    }

                    @Override
                    public void spent(Spi spi, SenderId sender) {
                        spent.incrementAndGet();
                    }
                };
        OutboundSa sa = sa(packets, watch);
        List<Callable<long[]>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(() -> untilSpent(sa));
        }
        long[] all = together(threads).stream().flatMapToLong(Arrays::stream).sorted().toArray();
        long[] each = LongStream.rangeClosed(1, packets).map(sa::iv).toArray();
        assertTrue(Arrays.equals(each, all), all.length + " IVs, not each one once");
        assertEquals(packets, sa.packets());
        assertEquals(1, nearlySpent.get());
        assertEquals(1, spent.get());
    }

    @Test
    void theEndIsKeptHoweverManyThreadsRunIntoIt() throws Exception {
        for (int round = 0; round < 60; round++) {
            OutboundSa sa = sa(round % 20, SequenceWatch.NONE);
            List<Callable<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(
                        () -> {
                            int got = 0;
                            for (int n = 0; n < 50; n++) {
                                got += sa.nextNumber() == OutboundSa.SPENT ? 0 : 1;
                            }
                            return got;
                        });
            }
            int got = together(threads).stream().mapToInt(Integer::intValue).sum();
            assertEquals(round % 20, got);
        }
    }

    /** All threads play back the same recording, each in an order of its own. */
    @Test
    void ofAPacketThatEveryThreadHasOneIsTaken() throws Exception {
        int counters = 1_500; // inside of the window, so each is taken by somebody
        int senders = 200;
        StrictReplay check = new StrictReplay();
        List<Callable<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random order = new Random(i);
            threads.add(
                    () -> {
                        int taken = 0;
                        for (int counter = 1; counter <= counters; counter++) {
                            int from = order.nextInt(senders);
                            for (int s = 0; s < senders; s++) {
                                long iv = (long) ((from + s) % senders) << 32 | counter;
                                if (check.refusal(0, iv) == null && check.accepted(0, iv) == null) {
                                    taken++;
                                }
                            }
                        }
                        return taken;
                    });
        }
        int taken = together(threads).stream().mapToInt(Integer::intValue).sum();
        assertEquals(counters * senders, taken);
    }

    /** One thread far ahead, the others far behind: nothing twice, whatever falls out behind. */
    @Test
    void aWindowThatRunsAwayTakesNothingTwice() throws Exception {
        int counters = 300_000;
        StrictReplay check = new StrictReplay(1);
        AtomicInteger[] taken = new AtomicInteger[counters];
        Arrays.setAll(taken, i -> new AtomicInteger());
        List<Callable<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random steps = new Random(i);
            threads.add(
                    () -> {
                        int counter = 0;
                        while (counter < counters) {
                            int late = Math.max(0, counter - steps.nextInt(4_000));
                            if (check.accepted(0, late) == null) {
                                taken[late].incrementAndGet();
                            }
                            if (check.accepted(0, counter) == null) {
                                taken[counter].incrementAndGet();
                            }
                            counter += 1 + steps.nextInt(4);
                        }
                        return 0;
                    });
        }
        together(threads);
        assertEquals(1, Arrays.stream(taken).mapToInt(AtomicInteger::get).max().orElseThrow());
    }

    @Test
    void senderAfterSenderThatAllThreadsSeeFirstIsEnteredOnce() throws Exception {
        int senders = 10_000;
        StrictReplay check = new StrictReplay(senders);
        List<Callable<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(
                    () -> {
                        int taken = 0;
                        for (int sender = 0; sender < senders; sender++) {
                            taken += check.accepted(0, (long) sender << 32 | 1) == null ? 1 : 0;
                        }
                        return taken;
                    });
        }
        int taken = together(threads).stream().mapToInt(Integer::intValue).sum();
        assertEquals(senders, taken);
        assertEquals(DropReason.TOO_MANY_SENDERS, check.accepted(0, -1L));
        assertNull(check.accepted(0, 2));
    }
}
