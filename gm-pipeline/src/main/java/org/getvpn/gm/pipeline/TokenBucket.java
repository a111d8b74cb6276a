// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Allows so many events a second, and as many at once (RFC 1812, section 4.3.2.8), to any number of
 * threads together. One number says all: when the bucket would be full again.
 */
final class TokenBucket {
    private final long nanosPerToken;
    private final long burstNanos;
    private final AtomicLong fullAt = new AtomicLong();

    TokenBucket(int perSecond) {
        this.nanosPerToken = 1_000_000_000L / perSecond;
        this.burstNanos = nanosPerToken * perSecond;
    }

    /**
     * Takes a token if there is one.
     *
     * @param now monotonic nanoseconds from any origin
     */
    boolean take(long now) {
        while (true) {
            long then = fullAt.get();
            long missing = then - now;
            if (missing < 0 || missing > 2 * burstNanos) { // so far off only before the first
                missing = 0;
            }
            if (missing > burstNanos - nanosPerToken) {
                return false;
            }
            if (fullAt.compareAndSet(then, now + missing + nanosPerToken)) {
                return true;
            }
        }
    }
}
