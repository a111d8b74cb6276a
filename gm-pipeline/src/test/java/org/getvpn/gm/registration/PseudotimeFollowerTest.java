// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gm.sa.PacketTime;
import org.junit.jupiter.api.Test;

/** A clock with a window of ten seconds (five to either side), told by messages. */
class PseudotimeFollowerTest {
    private static final long SECOND = 1_000_000;
    private static final byte[] EPOCH = {1, 2, 3, 4, 5, 6, 7, 8};

    private Ticks now = Ticks.ofNanos(3_000_000_000L);
    private final PseudotimeFollower line =
            PseudotimeFollower.begin(told(1000 * SECOND), Duration.ofMillis(20), now);

    private static TimeBasedReplay told(long micros) {
        return TimeBasedReplay.ofPseudotime(10_000, micros, EPOCH);
    }

    private long time() {
        return line.time().micros(now.nanos());
    }

    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            now = now.plus(Duration.ofSeconds(1));
            line.advance(now);
        }
    }

    @Test
    void itBeginsWhereTheMessageSaysAndRunsWithTheHostsClock() {
        assertEquals(1000 * SECOND + 20_000, time());
        pass(7);
        assertEquals(1007 * SECOND + 20_000, time());
    }

    @Test
    void aSmallDifferenceIsMadeUpForByHalfAMillisecondASecond() {
        line.rekeyed(told(1001 * SECOND), now); // 980 ms more
        assertEquals(1000 * SECOND + 20_000, time(), "no step");
        pass(100);
        assertEquals(1100 * SECOND + 20_000 + 100 * 500, time());
        pass(2000);
        assertEquals(3101 * SECOND, time());
    }

    @Test
    void aDifferenceOfMoreThanAQuarterOfTheWindowIsSteppedOver() {
        line.rekeyed(told(1003 * SECOND), now);
        assertEquals(1003 * SECOND, time());
        line.registered(told(998 * SECOND), Duration.ZERO, now);
        assertEquals(998 * SECOND, time());
    }

    @Test
    void aRekeyThatWasLongOnItsWayTurnsTheClockBackByWhatClocksDriftOnly() {
        line.rekeyed(told(1000 * SECOND + 20_000), now);
        pass(100);
        line.rekeyed(told(1100 * SECOND + 20_000 - 3 * SECOND), now);
        pass(100);
        assertEquals(1200 * SECOND + 20_000 - 10_000, time(), "100 s at twice 50 ppm");
    }

    @Test
    void theFirstRekeyMakesUpForWhatTheRegistrationWasWrongBy() {
        line.rekeyed(told(1000 * SECOND + 5_000), now);
        pass(100);
        assertEquals(1100 * SECOND + 5_000, time());
        line.registered(told(1100 * SECOND - 400_000), Duration.ofMillis(500), now);
        line.rekeyed(told(1100 * SECOND - 3 * SECOND), now);
        pass(1000);
        assertEquals(2100 * SECOND - 400_000, time(), "by no more than that");
    }

    @Test
    void aClockThatIsFastFollowsLaterMessagesAsFastAsClocksDrift() {
        line.rekeyed(told(1000 * SECOND), now);
        for (int i = 1; i <= 100; i++) {
            pass(100);
            line.rekeyed(told((1000 + 100L * i) * SECOND - 500L * i), now); // 5 ppm
        }
        pass(1000);
        assertEquals(12_000 * SECOND - 50_000, time());
    }

    @Test
    void aRekeyThatWasHeldBackDoesNotTurnTheClockBackAndARegistrationHasToTell() {
        pass(60);
        line.rekeyed(told(1000 * SECOND), now);
        assertEquals(1060 * SECOND + 20_000, time());
        assertTrue(line.isDoubtful(now));
        line.registered(told(1000 * SECOND), Duration.ZERO, now);
        assertEquals(1000 * SECOND, time(), "a registration is no copy of an old message");
        assertFalse(line.isDoubtful(now));
    }

    @Test
    void aClockThatNobodyToldForTooLongIsNotKnownAnyMore() {
        long most = 40_000; // (5 s - 2 * 0.5 s) / (2 * 50 ppm)
        now = now.plus(Duration.ofSeconds(most * 3 / 4 - 1));
        line.advance(now);
        assertFalse(line.isDoubtful(now));
        pass(1);
        assertTrue(line.isDoubtful(now));
        pass(most / 4 - 1);
        assertTrue(time() > 0);
        pass(1);
        assertEquals(PacketTime.UNKNOWN, time());
        line.rekeyed(told(50_000 * SECOND), now);
        assertEquals(50_000 * SECOND, time());
        assertFalse(line.isDoubtful(now));
    }
}
