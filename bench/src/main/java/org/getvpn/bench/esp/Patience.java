// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition with a deadline. */
final class Patience {
    private static final int POLL_NANOS = 50_000_000;

    private Patience() {}

    /** Something to wait for. */
    interface Condition {
        boolean holds() throws IOException;
    }

    /**
     * Returns once it holds.
     *
     * @throws IOException if it does not in time
     */
    static void until(Condition condition, Duration longest, String what) throws IOException {
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
}
