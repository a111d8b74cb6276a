// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.getvpn.gdoi.exchange.Endpoint;

/**
 * Which key server is next: each in the order configured, then a wait that doubles from round to
 * round up to a bound. Each wait is shortened by a random part of up to a half, so that members
 * that lost their key server together do not return together.
 */
final class KeyServerOrder {
    private final List<Endpoint> keyServers;
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private int next;
    private Duration wait;

    /**
     * @param first the wait after the first round
     * @param longest the longest wait
     */
    KeyServerOrder(
            List<Endpoint> keyServers, Duration first, Duration longest, RandomGenerator random) {
        this.keyServers = keyServers;
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.wait = first;
    }

    /** The next of this round; empty at the round's end, then {@link #pause} says how long. */
    Optional<Endpoint> next() {
        return next < keyServers.size() ? Optional.of(keyServers.get(next++)) : Optional.empty();
    }

    /** Ends a round without success: the wait before the list is tried again. */
    Duration pause() {
        next = 0;
        long nanos = wait.toNanos();
        Duration doubled = wait.multipliedBy(2);
        wait = doubled.compareTo(longest) > 0 ? longest : doubled;
        return Duration.ofNanos(nanos - random.nextLong(nanos / 2 + 1));
    }

    /** A success, or a new cause to register: back to the first key server and the first wait. */
    void reset() {
        next = 0;
        wait = first;
    }
}
