// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.getvpn.gdoi.exchange.Computation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs slow work for the network thread: bounded as a whole and per source, and fair: sources take
 * turns, so that one that floods waits for itself only.
 */
public final class ComputationPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ComputationPool.class);

    private final int mostPerSource;
    private final int most;
    private final ExecutorService workers;
    private final Turns<InetAddress, Runnable> waiting = new Turns<>();

    /**
     * @param threads that work
     * @param mostPerSource pieces of work that one source may have waiting
     * @param most pieces of work that may wait in all
     */
    public ComputationPool(int threads, int mostPerSource, int most) {
        this.mostPerSource = mostPerSource;
        this.most = most;
        AtomicInteger count = new AtomicInteger();
        this.workers =
                Executors.newFixedThreadPool(
                        threads,
                        work -> {
                            Thread thread =
                                    new Thread(work, "getvpn-compute-" + count.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Queues a piece of work.
     *
     * @param done gets the result on a thread of this pool
     * @return false if a bound is reached; the peer retransmits
     */
    public boolean submit(Computation computation, Consumer<Computation.Completion> done) {
        InetAddress source = computation.source().address();
        synchronized (this) {
            if (waiting.size() >= most
                    || waiting.of(source) >= mostPerSource
                    || workers.isShutdown()) {
                return false;
            }
            waiting.add(source, () -> done.accept(computation.run()));
        }
        workers.execute(this::work);
        return true;
    }

    private void work() {
        Runnable next = take();
        if (next == null) {
            return;
        }
        try {
            next.run();
        } catch (RuntimeException e) {
            LOG.error("reason=\"internal error in a computation\"", e);
        }
    }

    /** The next piece of the source that has waited longest for its turn; null at the end. */
    private synchronized Runnable take() {
        return waiting.size() == 0 ? null : waiting.remove();
    }

    /** Ends what runs, without an interrupt: that would close the files it writes. */
    @Override
    public void close() {
        synchronized (this) {
            waiting.clear();
            workers.shutdown();
        }
        try {
            workers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
