// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/**
 * A two-rate three-colour marker that does not look at colours packets already have (RFC 2698,
 * section 3). Starts with full buckets; the packet thread alone asks it.
 */
final class ThreeColourMarker {
    private final Bucket peak;
    private final Bucket committed;
    private boolean started;
    private long last;

    ThreeColourMarker(MeterRates rates) {
        this.peak = new Bucket(rates.peakRate(), rates.peakBurst());
        this.committed = new Bucket(rates.committedRate(), rates.committedBurst());
    }

    /**
     * The colour of a packet that comes now: {@link TableSnapshot#GREEN}, {@link
     * TableSnapshot#YELLOW} or {@link TableSnapshot#RED}.
     *
     * @param now monotonic nanoseconds
     */
    int colour(long now) {
        if (started && now - last > 0) {
            peak.fill(now - last);
            committed.fill(now - last);
            last = now;
        } else if (!started) {
            started = true;
            last = now;
        }
        if (!peak.take()) {
            return TableSnapshot.RED;
        }
        return committed.take() ? TableSnapshot.GREEN : TableSnapshot.YELLOW;
    }

    /** Tokens in billionths, so that no fraction is lost between packets. */
    private static final class Bucket {
        private static final long TOKEN = 1_000_000_000L;

        private final long rate;
        private final long capacity; // 10^18 at most
        private long level;

        Bucket(long rate, long burst) {
            this.rate = rate;
            this.capacity = burst * TOKEN;
            this.level = capacity;
        }

        void fill(long nanos) {
            long missing = capacity - level;
            if (rate == 0 || missing == 0) {
                return;
            }
            level += nanos > missing / rate ? missing : nanos * rate;
        }

        boolean take() {
            if (level < TOKEN) {
                return false;
            }
            level -= TOKEN;
            return true;
        }
    }
}
