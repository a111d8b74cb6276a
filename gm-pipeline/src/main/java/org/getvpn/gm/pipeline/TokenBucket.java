// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

/** Allows so many events a second, and as many at once (RFC 1812, section 4.3.2.8). */
final class TokenBucket {
    private final long nanosPerToken;
    private final long burstNanos;
    private long credit;
    private long last;
    private boolean started;

    TokenBucket(int perSecond) {
        this.nanosPerToken = 1_000_000_000L / perSecond;
        this.burstNanos = nanosPerToken * perSecond;
        this.credit = burstNanos;
    }

    boolean take(long now) {
        if (started) {
            credit = Math.min(burstNanos, credit + Math.max(0, now - last));
        }
        started = true;
        last = now;
        if (credit < nanosPerToken) {
            return false;
        }
        credit -= nanosPerToken;
        return true;
    }
}
