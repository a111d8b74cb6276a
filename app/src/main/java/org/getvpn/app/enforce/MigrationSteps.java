// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.getvpn.app.policy.Migration;

/**
 * The state of migration that the switches are led to, group by group. Keys may turn faster than
 * switches are written: whoever sends in clear before the others receive it loses packets. So a
 * group goes from closed to open, and back, one step at a time, each when the switches of all its
 * sites have taken the one before.
 */
final class MigrationSteps {
    /**
     * How long a switch that does not answer holds the others up: less than the shortest useful
     * activation delay, after which members no longer encrypt what their switch still sends them.
     */
    static final Duration PATIENCE = Duration.ofMillis(1500);

    private final Clock clock;
    private final Map<String, Step> steps = new HashMap<>();
    private boolean underWay;

    private static final class Step {
        private final Migration state;
        private final Instant since;

        Step(Migration state, Instant since) {
            this.state = state;
            this.since = since;
        }
    }

    /**
     * @param clock the wall's
     */
    MigrationSteps(Clock clock) {
        this.clock = clock;
    }

    /**
     * Takes the step that is due in each group. A group seen for the first time is where it shall
     * be: after a restart its switches may be, too.
     *
     * @param wanted every group as its keys stand, by name
     * @param settled whether the switches of a group's sites have taken its present step
     */
    synchronized void advance(Map<String, Migration> wanted, Predicate<String> settled) {
        Instant now = clock.instant();
        steps.keySet().retainAll(wanted.keySet());
        underWay = false;
        wanted.forEach(
                (group, end) -> {
                    Step step = steps.computeIfAbsent(group, g -> new Step(end, now));
                    if (step.state == end) {
                        return;
                    }
                    if (!now.isBefore(step.since.plus(PATIENCE)) || settled.test(group)) {
                        step = new Step(towards(end, step.state), now);
                        steps.put(group, step);
                    }
                    underWay |= step.state != end;
                });
    }

    /** Only {@link Migration#TURNING} lies between the two others. */
    private static Migration towards(Migration end, Migration from) {
        return from == Migration.TURNING ? end : Migration.TURNING;
    }

    /** Every group as its switches shall be now, by name. */
    synchronized Map<String, Migration> inForce() {
        Map<String, Migration> states = new HashMap<>();
        steps.forEach((group, step) -> states.put(group, step.state));
        return states;
    }

    /** Whether some group is not yet where its keys are. */
    synchronized boolean isUnderWay() {
        return underWay;
    }
}
