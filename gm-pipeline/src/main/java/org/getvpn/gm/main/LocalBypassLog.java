// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import java.time.Duration;
import java.util.function.Consumer;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupId;

/**
 * Says, at most once a minute, that the switch sends this member packets which its own {@code
 * localBypass} would leave clear: the site's list in ONOS has no such line.
 */
final class LocalBypassLog {
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final GroupId group;
    private final Consumer<String> log;
    private long told;
    private Ticks quietUntil; // null before the first line

    /**
     * @param log hears one line each time
     */
    LocalBypassLog(GroupId group, Consumer<String> log) {
        this.group = group;
        this.log = log;
    }

    /**
     * Looks for news.
     *
     * @param dropped since the start
     */
    void look(long dropped, Ticks now) {
        if (dropped == told || quietUntil != null && now.isBefore(quietUntil)) {
            return;
        }
        log.accept(
                "group="
                        + group
                        + " stage=LOCAL_BYPASS_MISMATCH packets="
                        + (dropped - told)
                        + " reason=\"a line of localBypass names packets that the switch sends here"
                        + " to be protected; they are dropped: give the site the same line in"
                        + " ONOS, or take it away here\"");
        told = dropped;
        quietUntil = now.plus(QUIET);
    }
}
