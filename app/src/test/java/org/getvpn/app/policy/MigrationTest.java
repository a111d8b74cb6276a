// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import static org.getvpn.app.policy.Migration.CLOSED;
import static org.getvpn.app.policy.Migration.OPEN;
import static org.getvpn.app.policy.Migration.TURNING;
import static org.getvpn.ks.api.KeyStage.ANNOUNCED;
import static org.getvpn.ks.api.KeyStage.GONE;
import static org.getvpn.ks.api.KeyStage.RECEIVABLE;
import static org.getvpn.ks.api.KeyStage.RETIRING;
import static org.getvpn.ks.api.KeyStage.SENDABLE;
import static org.getvpn.ks.api.SaDirection.BOTH;
import static org.getvpn.ks.api.SaDirection.RECEIVE_ONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.api.Test;

/** What passes in clear follows from configuration, keys and time, and from nothing else. */
class MigrationTest {
    private static final Instant END = Instant.parse("2030-01-31T18:00:00Z");
    private static final Instant BEFORE = END.minusSeconds(3600);
    private static final int ACTIVATION = 5;
    private static final int DEACTIVATION = 15;
    private static final GroupPolicy GROUP = group(END);

    @Test
    void aGroupThatStartsReceiveOnlyIsOpenFromItsFirstKeyOn() {
        assertEquals(OPEN, at(BEFORE, tek(ANNOUNCED, RECEIVE_ONLY)));
        assertEquals(OPEN, at(BEFORE, tek(RECEIVABLE, RECEIVE_ONLY)));
        assertEquals(OPEN, at(BEFORE, tek(SENDABLE, RECEIVE_ONLY)));
    }

    @Test
    void aGroupThatEncryptsLetsClearTextArriveBeforeAnyMemberSendsIt() {
        assertEquals(CLOSED, at(BEFORE, tek(SENDABLE, BOTH)));
        assertEquals(TURNING, at(BEFORE, tek(SENDABLE, BOTH), tek(ANNOUNCED, RECEIVE_ONLY)));
        assertEquals(OPEN, at(BEFORE, tek(SENDABLE, BOTH), tek(RECEIVABLE, RECEIVE_ONLY)));
        assertEquals(OPEN, at(BEFORE, tek(RETIRING, BOTH), tek(SENDABLE, RECEIVE_ONLY)));
    }

    @Test
    void aRekeyInBetweenChangesNothing() {
        assertEquals(OPEN, at(BEFORE, tek(SENDABLE, RECEIVE_ONLY), tek(ANNOUNCED, RECEIVE_ONLY)));
        assertEquals(OPEN, at(BEFORE, tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, RECEIVE_ONLY)));
    }

    @Test
    void clearTextArrivesUntilTheLastReceiveOnlyKeyIsGone() {
        Instant after = END.plusSeconds(1);
        assertEquals(OPEN, at(after, tek(SENDABLE, RECEIVE_ONLY)));
        assertEquals(OPEN, at(after, tek(SENDABLE, RECEIVE_ONLY), tek(ANNOUNCED, BOTH)));
        assertEquals(OPEN, at(after, tek(SENDABLE, RECEIVE_ONLY), tek(RECEIVABLE, BOTH)));
        assertEquals(TURNING, at(after, tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, BOTH)));
        assertEquals(CLOSED, at(after, tek(GONE, RECEIVE_ONLY), tek(SENDABLE, BOTH)));
        assertEquals(CLOSED, at(after, tek(SENDABLE, BOTH)));
    }

    @Test
    void aReceiveOnlyKeyThatNobodySendsForAnyMoreOpensNothingForLeaving() {
        assertEquals(TURNING, at(BEFORE, tek(RETIRING, RECEIVE_ONLY)));
        assertEquals(TURNING, at(BEFORE, tek(ANNOUNCED, RECEIVE_ONLY), tek(ANNOUNCED, BOTH)));
    }

    @Test
    void whatIsNotKnownIsClosed() {
        assertEquals(CLOSED, at(BEFORE));
        assertEquals(
                CLOSED, Migration.of(group(null), List.of(tek(SENDABLE, RECEIVE_ONLY)), BEFORE));
        SaStatus kek = new SaStatus("blue", "KEK", "0x1", SENDABLE, "aes", 9, 9, RECEIVE_ONLY);
        assertEquals(CLOSED, Migration.of(GROUP, List.of(kek), BEFORE));
    }

    @Test
    void anEndThatIsLongPastClosesWhateverTheKeysSay() {
        Instant latest = END.plusSeconds(2 * DEACTIVATION + 60);
        assertEquals(Optional.of(latest), Migration.latest(GROUP));
        assertEquals(OPEN, at(latest.minusMillis(1), tek(SENDABLE, RECEIVE_ONLY)));
        assertEquals(CLOSED, at(latest, tek(SENDABLE, RECEIVE_ONLY)));
        assertEquals(CLOSED, at(latest, tek(RETIRING, RECEIVE_ONLY), tek(SENDABLE, BOTH)));
    }

    @Test
    void theEndOfTimeIsAnEnd() {
        assertEquals(
                OPEN,
                Migration.of(
                        group(Instant.parse("9999-12-31T23:59:59Z")),
                        List.of(tek(SENDABLE, RECEIVE_ONLY)),
                        BEFORE));
    }

    private static Migration at(Instant now, SaStatus... sas) {
        return Migration.of(GROUP, List.of(sas), now);
    }

    private static GroupPolicy group(Instant end) {
        return GroupPolicy.builder("blue", "1234", List.of())
                .delays(ACTIVATION, DEACTIVATION)
                .receiveOnlyUntil(end)
                .build();
    }

    private static SaStatus tek(KeyStage stage, SaDirection direction) {
        return new SaStatus("blue", "TEK", "0x000000a1", stage, "aes-gcm-256", 60, 30, direction);
    }
}
