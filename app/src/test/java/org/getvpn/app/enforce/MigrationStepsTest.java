// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.getvpn.app.policy.Migration.CLOSED;
import static org.getvpn.app.policy.Migration.OPEN;
import static org.getvpn.app.policy.Migration.TURNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.getvpn.app.policy.Migration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Switches of all sites take one step before any takes the next. */
class MigrationStepsTest {
    private final StillClock clock = new StillClock(Instant.parse("2030-01-31T18:00:00Z"));
    private final MigrationSteps steps = new MigrationSteps(clock);

    /** Groups whose switches have taken what was sent to them. */
    private final Set<String> settled = new HashSet<>();

    @BeforeEach
    void closed() {
        assertEquals(CLOSED, wanting(CLOSED));
        clock.pass(MigrationSteps.PATIENCE);
        settled.add("blue");
    }

    @Test
    void clearTextIsReceivedAtAllSitesBeforeOneSendsItHoweverFastTheKeysTurned() {
        assertEquals(TURNING, wanting(OPEN));
        settled.clear();
        assertEquals(TURNING, wanting(OPEN));
        assertTrue(steps.isUnderWay());
        settled.add("blue");
        assertEquals(OPEN, wanting(OPEN));
        assertFalse(steps.isUnderWay());
    }

    @Test
    void noSiteSendsItAnyMoreBeforeOneRefusesIt() {
        wanting(OPEN);
        assertEquals(OPEN, wanting(OPEN));
        assertEquals(TURNING, wanting(CLOSED));
        settled.clear();
        assertEquals(TURNING, wanting(CLOSED));
        settled.add("blue");
        assertEquals(CLOSED, wanting(CLOSED));
    }

    @Test
    void aSwitchThatDoesNotAnswerHoldsTheOthersUpForAMomentOnly() {
        assertEquals(TURNING, wanting(OPEN));
        settled.clear();
        clock.pass(MigrationSteps.PATIENCE.minusMillis(1));
        assertEquals(TURNING, wanting(OPEN));
        clock.pass(Duration.ofMillis(1));
        assertEquals(OPEN, wanting(OPEN));
        assertEquals(OPEN, wanting(CLOSED));
        clock.pass(MigrationSteps.PATIENCE);
        assertEquals(TURNING, wanting(CLOSED));
        clock.pass(MigrationSteps.PATIENCE);
        assertEquals(CLOSED, wanting(CLOSED));
    }

    @Test
    void keysThatTurnBackMidwayTakeTheGroupBack() {
        assertEquals(TURNING, wanting(OPEN));
        assertEquals(CLOSED, wanting(CLOSED));
    }

    @Test
    void groupsDoNotWaitForEachOther() {
        steps.advance(Map.of("blue", CLOSED, "red", CLOSED), settled::contains);
        steps.advance(Map.of("blue", OPEN, "red", OPEN), settled::contains);
        steps.advance(Map.of("blue", OPEN, "red", OPEN), settled::contains);
        assertEquals(Map.of("blue", OPEN, "red", CLOSED), steps.inForce());
        assertTrue(steps.isUnderWay());
    }

    @Test
    void afterARestartAGroupIsWhereItsKeysAre() {
        MigrationSteps restarted = new MigrationSteps(clock);
        restarted.advance(Map.of("blue", OPEN), group -> false);
        assertEquals(Map.of("blue", OPEN), restarted.inForce());
    }

    @Test
    void aGroupThatIsGoneIsForgotten() {
        steps.advance(Map.of(), settled::contains);
        assertEquals(Map.of(), steps.inForce());
        assertFalse(steps.isUnderWay());
    }

    private Migration wanting(Migration end) {
        steps.advance(Map.of("blue", end), settled::contains);
        return steps.inForce().get("blue");
    }
}
