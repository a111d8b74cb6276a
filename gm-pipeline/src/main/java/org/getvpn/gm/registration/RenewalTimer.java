// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * When to register again because no rekey came. The margin before a key's end is 60 to 72 seconds,
 * at random, as deployed members have it; of a short lifetime it is a fifth at most, so that a key
 * server that rekeys in the middle of it comes first.
 */
final class RenewalTimer {
    private static final Duration MARGIN = Duration.ofSeconds(60);
    private static final int SHARE = 5;

    private final RandomGenerator random;
    private Ticks at;

    RenewalTimer(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Sets the timer for a key that ends at {@code end}, {@code lifetime} after it was received.
     */
    void set(Ticks end, Duration lifetime) {
        Duration share = lifetime.dividedBy(SHARE);
        Duration margin = share.compareTo(MARGIN) < 0 ? share : MARGIN;
        long jitter = random.nextLong(margin.toNanos() / 5 + 1);
        at = end.plus(margin.negated()).plus(Duration.ofNanos(-jitter));
    }

    /** Stops the timer. */
    void clear() {
        at = null;
    }

    boolean isDue(Ticks now) {
        return at != null && !now.isBefore(at);
    }

    Optional<Ticks> at() {
        return Optional.ofNullable(at);
    }
}
