// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/**
 * The two rates of a meter's cell, in packets a second, and their bursts, in packets (RFC 2698,
 * section 2).
 *
 * @param committedRate 0 to {@link #GREATEST}; not above the peak rate
 * @param committedBurst 0 to {@link #GREATEST}
 * @param peakRate 0 to {@link #GREATEST}
 * @param peakBurst 0 to {@link #GREATEST}
 */
public record MeterRates(long committedRate, long committedBurst, long peakRate, long peakBurst) {
    /** More than any wire carries, and so little that buckets do not overflow. */
    public static final long GREATEST = 1_000_000_000L;

    /**
     * @throws IllegalArgumentException for what is out of range
     */
    public MeterRates {
        if (!isInRange(committedRate)
                || !isInRange(committedBurst)
                || !isInRange(peakRate)
                || !isInRange(peakBurst)
                || committedRate > peakRate) {
            throw new IllegalArgumentException("no rates of a meter");
        }
    }

    private static boolean isInRange(long value) {
        return value >= 0 && value <= GREATEST;
    }
}
