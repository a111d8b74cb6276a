// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long before the end of a key its successor comes: see {@link RekeySchedule}. */
class RekeyScheduleTest {
    private static final long DAY = 86_400;

    /*
     * margin = min(lifetime / 2, max(lifetime / 20, 90 s) + 10 s of preparation + 15 s of deactivation)
     */
    @ParameterizedTest
    @CsvSource({"40, 20", "230, 115", "600, 115", "1800, 115", "3600, 205", "7200, 385"})
    void theSuccessorOfATekComesThatLongBeforeItsEnd(long lifetime, long margin) {
        assertEquals(margin, remainingWhenItsSuccessorComes("TEK", lifetime, 2 * DAY));
    }

    /*
     * margin = min(lifetime / 2, max(lifetime / 20, 200 s) + 10 s of preparation + 15 s of deactivation)
     */
    @ParameterizedTest
    @CsvSource({"40, 20", "450, 225", "1200, 225", "4000, 225", "7200, 385"})
    void theSuccessorOfAKekComesThatLongBeforeItsEnd(long lifetime, long margin) {
        assertEquals(margin, remainingWhenItsSuccessorComes("KEK", 2 * DAY, lifetime));
    }

    private static long remainingWhenItsSuccessorComes(String kind, long tek, long kek) {
        World world = new World(1, World.policy(tek, kek, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        String first = world.stages(kind).keySet().iterator().next();
        for (long second = Math.min(tek, kek); second > 0; second--) {
            world.pass(Duration.ofSeconds(1));
            assertTrue(world.stages(kind).containsKey(first), "it ends without a successor");
            if (world.stages(kind).size() == 2) {
                return remaining(world, first);
            }
        }
        throw new AssertionError("no successor");
    }

    private static long remaining(World world, String spi) {
        return world.groups().sas("blue").stream()
                .filter(sa -> sa.spi().equals(spi))
                .mapToLong(SaStatus::remainingSeconds)
                .sum();
    }
}
