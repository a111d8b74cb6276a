// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Colours against RFC 2698's own words, reckoned in whole numbers of any size. */
class ThreeColourMarkerTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aTrainIsGreenForTheBurstAndRedAfterIt() {
        ThreeColourMarker marker = new ThreeColourMarker(new MeterRates(10, 20, 10, 20));
        for (int i = 0; i < 20; i++) {
            assertEquals(TableSnapshot.GREEN, marker.colour(7));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(TableSnapshot.RED, marker.colour(7 + i));
        }
    }

    @Test
    void aTokenComesBackWithEachPartOfASecondAndNoMoreThanTheBurst() {
        ThreeColourMarker marker = new ThreeColourMarker(new MeterRates(10, 2, 10, 2));
        long now = -3 * SECOND; // a monotonic clock may be below zero
        assertEquals(2, green(marker, now, 5));
        assertEquals(0, green(marker, now + SECOND / 10 - 1, 5));
        assertEquals(1, green(marker, now + SECOND / 10, 5));
        assertEquals(2, green(marker, now + 3600 * SECOND, 5));
    }

    @Test
    void betweenTheTwoRatesAPacketIsYellow() {
        ThreeColourMarker marker = new ThreeColourMarker(new MeterRates(1, 1, 10, 3));
        assertEquals(TableSnapshot.GREEN, marker.colour(0));
        assertEquals(TableSnapshot.YELLOW, marker.colour(0));
        assertEquals(TableSnapshot.YELLOW, marker.colour(0));
        assertEquals(TableSnapshot.RED, marker.colour(0));
    }

    @Test
    void withoutABurstEveryPacketIsRedAndWithoutARateOnlyTheBurstPasses() {
        assertEquals(0, green(new ThreeColourMarker(new MeterRates(10, 0, 10, 0)), SECOND, 5));
        ThreeColourMarker once = new ThreeColourMarker(new MeterRates(0, 3, 0, 3));
        assertEquals(3, green(once, 0, 5));
        assertEquals(0, green(once, Long.MAX_VALUE, 5));
    }

    @Test
    void theGreatestRatesAndTheLongestSilenceDoNotOverflow() {
        long most = MeterRates.GREATEST;
        ThreeColourMarker marker = new ThreeColourMarker(new MeterRates(most, most, most, most));
        assertEquals(100, green(marker, Long.MIN_VALUE / 2, 100));
        assertEquals(100, green(marker, 0, 100));
        assertEquals(100, green(marker, Long.MAX_VALUE / 2, 100));
    }

    @Test
    void ratesThatMakeNoSenseAreRefused() {
        for (long bad : new long[] {-1, MeterRates.GREATEST + 1, Long.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> new MeterRates(0, 0, bad, 0));
            assertThrows(IllegalArgumentException.class, () -> new MeterRates(0, 0, 0, bad));
            assertThrows(IllegalArgumentException.class, () -> new MeterRates(0, bad, 0, 0));
        }
        assertThrows(IllegalArgumentException.class, () -> new MeterRates(2, 1, 1, 1));
    }

    @Test
    void coloursAreThoseOfTheRfcForRandomRatesAndGaps() {
        Random random = new Random(2698);
        int[] seen = new int[3];
        for (int run = 0; run < 300; run++) {
            long peak = random.nextInt(1, 2000);
            MeterRates rates =
                    new MeterRates(
                            random.nextLong(peak + 1),
                            random.nextInt(40),
                            peak,
                            random.nextInt(1, 40));
            ThreeColourMarker marker = new ThreeColourMarker(rates);
            Reckoned reckoned = new Reckoned(rates);
            long now = random.nextLong() / 4;
            for (int packet = 0; packet < 300; packet++) {
                int expected = reckoned.colour(now);
                assertEquals(expected, marker.colour(now), rates + " packet " + packet);
                seen[expected]++;
                now += random.nextLong(random.nextInt(20) == 0 ? SECOND : SECOND / peak * 2 + 1);
            }
        }
        for (int colour : seen) {
            assertTrue(colour > 1000, "each colour is met");
        }
    }

    private static int green(ThreeColourMarker marker, long now, int packets) {
        int green = 0;
        for (int i = 0; i < packets; i++) {
            green += marker.colour(now) == TableSnapshot.GREEN ? 1 : 0;
        }
        return green;
    }

    /** Tc and Tp of RFC 2698, section 3, in billionths of a packet. */
    private static final class Reckoned {
        private static final BigInteger TOKEN = BigInteger.valueOf(SECOND);

        private final MeterRates rates;
        private BigInteger committed;
        private BigInteger peak;
        private Long last;

        Reckoned(MeterRates rates) {
            this.rates = rates;
            this.committed = TOKEN.multiply(BigInteger.valueOf(rates.committedBurst()));
            this.peak = TOKEN.multiply(BigInteger.valueOf(rates.peakBurst()));
        }

        int colour(long now) {
            if (last != null) {
                BigInteger gap = BigInteger.valueOf(now).subtract(BigInteger.valueOf(last));
                committed = filled(committed, gap, rates.committedRate(), rates.committedBurst());
                peak = filled(peak, gap, rates.peakRate(), rates.peakBurst());
            }
            last = now;
            if (peak.compareTo(TOKEN) < 0) {
                return 2;
            }
            peak = peak.subtract(TOKEN);
            if (committed.compareTo(TOKEN) < 0) {
                return 1;
            }
            committed = committed.subtract(TOKEN);
            return 0;
        }

        private static BigInteger filled(BigInteger level, BigInteger gap, long rate, long burst) {
            return level.add(gap.multiply(BigInteger.valueOf(rate)))
                    .min(TOKEN.multiply(BigInteger.valueOf(burst)));
        }
    }
}
