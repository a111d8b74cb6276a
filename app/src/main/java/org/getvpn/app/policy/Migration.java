// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.api.SaStatus;

/**
 * How far a group is on its way from clear text to encryption: what the edges let through of the
 * packets that PROTECT lines name. It follows from the stages of the group's TEKs, so that clear
 * text, like an SPI, is received before anybody sends it and refused last.
 *
 * <p>While some member may send in clear the state is {@link #OPEN}: its switch lets packets past
 * it. From the first word of a receive-only TEK to the end of the last one it is {@link #TURNING}
 * at least: the others receive what was sent.
 */
public enum Migration {
    /** Clear text passes both ways, past the members. */
    OPEN,

    /** Clear text that arrives passes; what leaves goes to the members, who encrypt it. */
    TURNING,

    /** No clear text passes. */
    CLOSED;

    /**
     * What two rollovers may take beyond the delays that the policy names: the switches' answer,
     * the copies of the rekey message, a KEK that is just changing. Two, because a receive-only TEK
     * that was announced before the end becomes SENDABLE after it.
     */
    private static final Duration MARGIN = Duration.ofSeconds(60);

    /**
     * The state of a group.
     *
     * @param group as configured; without an end of receive-only it is closed, whatever its keys
     *     say
     * @param sas the group's live keys as the key server lists them; none if it does not run
     * @param now wall clock
     */
    public static Migration of(GroupPolicy group, List<SaStatus> sas, Instant now) {
        if (latest(group).filter(now::isBefore).isEmpty()) {
            return CLOSED;
        }
        List<SaStatus> teks =
                sas.stream()
                        .filter(sa -> sa.kind().equals("TEK") && sa.stage() != KeyStage.GONE)
                        .collect(Collectors.toList());
        if (teks.stream().noneMatch(Migration::isReceiveOnly)) {
            return CLOSED;
        }
        return teks.stream().anyMatch(Migration::isSentInClear) || isFirst(teks) ? OPEN : TURNING;
    }

    /**
     * When switches close at the latest, even if the group's keys do not change; empty if the group
     * does not migrate.
     */
    public static Optional<Instant> latest(GroupPolicy group) {
        return group.receiveOnlyUntil()
                .map(end -> end.plusSeconds(2L * group.deactivationDelaySeconds()).plus(MARGIN));
    }

    /** Whether clear text of PROTECT lines may leave a site. */
    public boolean letsLeave() {
        return this == OPEN;
    }

    /** Whether clear text of PROTECT lines may arrive at a site. */
    public boolean letsArrive() {
        return this != CLOSED;
    }

    /** As shown to people. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean isReceiveOnly(SaStatus tek) {
        return tek.direction() == SaDirection.RECEIVE_ONLY;
    }

    /**
     * Whether a member may have begun to send in clear for this key, or not yet have ended to. Its
     * switch has to be first: a member that sends to the WAN by its own port sends ESP only.
     */
    private static boolean isSentInClear(SaStatus tek) {
        return isReceiveOnly(tek)
                && (tek.stage() == KeyStage.RECEIVABLE || tek.stage() == KeyStage.SENDABLE);
    }

    /** Whether no key has been sent with so far. */
    private static boolean isFirst(List<SaStatus> teks) {
        return teks.stream()
                .allMatch(tek -> tek.stage() == KeyStage.ANNOUNCED && isReceiveOnly(tek));
    }
}
