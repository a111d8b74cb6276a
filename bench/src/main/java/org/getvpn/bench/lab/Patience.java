// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition with a deadline. */
public final class Patience {
    private static final int POLL_NANOS = 50_000_000;

    private Patience() {}

    /** Something to wait for. */
    public interface Condition {
        boolean holds() throws IOException;
    }

    /**
     * Returns once it holds.
     *
     * @throws IOException if it does not in time
     */
    public static void until(Condition condition, Duration longest, String what)
            throws IOException {
        long end = System.nanoTime() + longest.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("waited " + longest.toSeconds() + " s in vain: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting: " + what);
            }
        }
    }

    /**
     * Lets time pass, some ten milliseconds more at most: a load runs meanwhile.
     *
     * @throws IOException if interrupted
     */
    public static void pause(Duration time) throws IOException {
        long begin = System.nanoTime();
        until(
                () -> System.nanoTime() - begin >= time.toNanos(),
                time.plusSeconds(10),
                "time to pass");
    }
}
