// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.policy.Migration;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each group is on its way from clear text to encryption, looked up anew before each pass
 * over the switches. Says so in the log with every change, and again while clear text passes.
 */
final class Migrations {
    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    /** How often the log says that clear text still passes. */
    static final Duration REMINDER = Duration.ofMinutes(10);

    /**
     * How long a switch goes on letting clear text past a member after the key server sends with a
     * key for both directions: delays are whole seconds on the wire, and the message took its time.
     */
    static final Duration HOLD = Duration.ofMillis(1500);

    private final Clock clock;
    private final Map<String, Said> said = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Map<String, Instant> turnedAt = new HashMap<>();

    /** What the log said last of a group. */
    private static final class Said {
        private final Migration migration;
        private final Instant when;

        Said(Migration migration, Instant when) {
            this.migration = migration;
            this.when = when;
        }
    }

    /**
     * @param clock the wall's
     */
    Migrations(Clock clock) {
        this.clock = clock;
    }

    /** Every group as it stands, by name; without a key server all are closed. */
    synchronized Map<String, Migration> of(
            VpnConfiguration configuration, Optional<KeyServer> keyServer) {
        Instant now = clock.instant();
        Map<String, Migration> states = new HashMap<>();
        for (GroupPolicy group : configuration.keyServer().groups()) {
            states.put(
                    group.name(),
                    held(
                            group.name(),
                            Migration.of(
                                    group,
                                    keyServer.map(ks -> ks.sas(group.name())).orElse(List.of()),
                                    now),
                            now));
        }
        open.retainAll(states.keySet());
        turnedAt.keySet().retainAll(states.keySet());
        return states;
    }

    /** The same, but a little later where it ends what a member may not have ended yet. */
    private Migration held(String group, Migration state, Instant now) {
        if (state == Migration.TURNING && open.contains(group)) {
            Instant since = turnedAt.computeIfAbsent(group, g -> now);
            if (now.isBefore(since.plus(HOLD))) {
                return Migration.OPEN;
            }
        }
        turnedAt.remove(group);
        if (state == Migration.OPEN) {
            open.add(group);
        } else {
            open.remove(group);
        }
        return state;
    }

    /**
     * Whether some group is about to change its state, so that a pass has to follow soon: its keys
     * turn, or are expected to, because receive-only is over.
     */
    boolean areMoving(VpnConfiguration configuration, Map<String, Migration> states) {
        Instant now = clock.instant();
        return configuration.keyServer().groups().stream()
                .anyMatch(group -> isMoving(group, states.get(group.name()), now));
    }

    private static boolean isMoving(GroupPolicy group, Migration state, Instant now) {
        return state == Migration.TURNING
                || state == Migration.OPEN
                        && group.receiveOnlyUntil().filter(now::isBefore).isEmpty();
    }

    /**
     * Writes to the log what changed since the last call, and what it has not said for long.
     *
     * @return the groups that it wrote about, for tests
     */
    synchronized Map<String, Migration> tell(
            VpnConfiguration configuration, Map<String, Migration> states) {
        Instant now = clock.instant();
        Map<String, Migration> told = new HashMap<>();
        for (GroupPolicy group : configuration.keyServer().groups()) {
            Migration state = states.getOrDefault(group.name(), Migration.CLOSED);
            Said last = said.getOrDefault(group.name(), new Said(Migration.CLOSED, now));
            boolean changed = last.migration != state;
            if (!changed && (!state.letsArrive() || now.isBefore(last.when.plus(REMINDER)))) {
                continue;
            }
            said.put(group.name(), new Said(state, now));
            told.put(group.name(), state);
            write(group, state);
        }
        said.keySet().retainAll(states.keySet());
        return told;
    }

    private static void write(GroupPolicy group, Migration state) {
        if (!state.letsArrive()) {
            log.info("group={} migration={}: no clear text passes", group.name(), state.label());
            return;
        }
        log.warn(
                "group={} migration={} until={} latest={}: what PROTECT lines name passes in clear"
                        + " {}",
                group.name(),
                state.label(),
                group.receiveOnlyUntil().map(Instant::toString).orElse(""),
                Migration.latest(group).map(Instant::toString).orElse(""),
                state.letsLeave() ? "both ways" : "to the sites");
    }
}
