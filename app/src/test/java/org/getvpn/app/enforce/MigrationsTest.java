// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.getvpn.app.policy.Migration.CLOSED;
import static org.getvpn.app.policy.Migration.OPEN;
import static org.getvpn.app.policy.Migration.TURNING;
import static org.getvpn.ks.api.KeyStage.RETIRING;
import static org.getvpn.ks.api.KeyStage.SENDABLE;
import static org.getvpn.ks.api.SaDirection.BOTH;
import static org.getvpn.ks.api.SaDirection.RECEIVE_ONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.getvpn.app.config.Samples;
import org.getvpn.app.config.VpnConfiguration;
import org.getvpn.app.policy.Migration;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.api.Test;

/** Switches follow the keys, a little later where a member may not be there yet. */
class MigrationsTest {
    private static final Instant END = Instant.parse("2030-01-31T18:00:00Z");

    private final StillClock clock = new StillClock(END.minusSeconds(60));
    private List<SaStatus> keys = List.of();
    private final KeyServerDouble keyServer =
            new KeyServerDouble() {
                @Override
                public List<SaStatus> sas(String group) {
                    return keys;
                }
            };
    private final Migrations migrations = new Migrations(clock);
    private final VpnConfiguration configuration = configuration("blue");

    @Test
    void aMemberWhoseDelayEndsASecondLaterIsStillPassedBy() {
        keys = List.of(tek(SENDABLE, RECEIVE_ONLY));
        assertEquals(OPEN, state());
        keys = List.of(tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, BOTH));
        assertEquals(OPEN, state());
        clock.pass(Migrations.HOLD.minusMillis(1));
        assertEquals(OPEN, state());
        clock.pass(Duration.ofMillis(1));
        assertEquals(TURNING, state());
        assertEquals(TURNING, state());
        keys = List.of(tek(SENDABLE, BOTH));
        assertEquals(CLOSED, state());
    }

    @Test
    void nothingIsHeldOpenThatWasNotOpenOrWhoseKeysAreGone() {
        keys = List.of(tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, BOTH));
        assertEquals(TURNING, state());
        keys = List.of(tek(SENDABLE, RECEIVE_ONLY));
        assertEquals(OPEN, state());
        keys = List.of(tek(SENDABLE, BOTH));
        assertEquals(CLOSED, state());
        keys = List.of(tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, BOTH));
        assertEquals(TURNING, state());
    }

    @Test
    void aSecondMigrationIsHeldLikeTheFirst() {
        for (int time = 0; time < 2; time++) {
            keys = List.of(tek(SENDABLE, RECEIVE_ONLY));
            assertEquals(OPEN, state());
            keys = List.of(tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, BOTH));
            assertEquals(OPEN, state());
            clock.pass(Migrations.HOLD);
            assertEquals(TURNING, state());
        }
    }

    @Test
    void withoutAKeyServerEveryGroupIsClosed() {
        keys = List.of(tek(SENDABLE, RECEIVE_ONLY));
        assertEquals(OPEN, state());
        assertEquals(Map.of("blue", CLOSED), migrations.of(configuration, Optional.empty()));
    }

    @Test
    void aGroupWithoutAnEndIsClosed() {
        keys = List.of(tek(SENDABLE, RECEIVE_ONLY));
        assertEquals(
                Map.of("blue", CLOSED),
                migrations.of(Samples.read(Samples.json()), Optional.of(keyServer)));
    }

    @Test
    void passesFollowSoonWhileKeysTurnAndWhenTheEndHasCome() {
        assertEquals(false, areMoving(CLOSED));
        assertEquals(false, areMoving(OPEN));
        assertEquals(true, areMoving(TURNING));
        clock.set(END);
        assertEquals(true, areMoving(OPEN));
        assertEquals(false, areMoving(CLOSED));
    }

    @Test
    void theLogTellsChangesAtOnceAndRemindsWhileClearTextPasses() {
        assertEquals(Map.of(), tell(CLOSED));
        assertEquals(Map.of("blue", OPEN), tell(OPEN));
        assertEquals(Map.of(), tell(OPEN));
        clock.pass(Migrations.REMINDER.minusSeconds(1));
        assertEquals(Map.of(), tell(OPEN));
        clock.pass(Duration.ofSeconds(1));
        assertEquals(Map.of("blue", OPEN), tell(OPEN));
        assertEquals(Map.of("blue", TURNING), tell(TURNING));
        assertEquals(Map.of("blue", CLOSED), tell(CLOSED));
        clock.pass(Migrations.REMINDER);
        assertEquals(Map.of(), tell(CLOSED));
    }

    private boolean areMoving(Migration state) {
        return migrations.areMoving(configuration, Map.of("blue", state));
    }

    private Map<String, Migration> tell(Migration state) {
        return migrations.tell(configuration, Map.of("blue", state));
    }

    private Migration state() {
        return migrations.of(configuration, Optional.of(keyServer)).get("blue");
    }

    private static VpnConfiguration configuration(String group) {
        ObjectNode json = Samples.json();
        ((ObjectNode) json.path("groups").path(0)).put("receiveOnlyUntil", END.toString());
        VpnConfiguration configuration = Samples.read(json);
        assertEquals(group, configuration.keyServer().groups().get(0).name());
        return configuration;
    }

    private static SaStatus tek(KeyStage stage, SaDirection direction) {
        return new SaStatus("blue", "TEK", "0x000000a1", stage, "aes-gcm-256", 60, 30, direction);
    }
}
