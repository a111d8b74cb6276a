// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.Spi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An evicted member gets no key any more, and the others lose no packet for it. */
class EvictionTest {
    private static final String STAYS = "10.1.0.2";
    private static final String EVICTED = "10.1.0.3";

    private World world;

    @BeforeEach
    void twoMembers() throws Exception {
        world = new World(4, World.policy(3600, 86400, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register(STAYS);
        world.register(EVICTED);
        world.pass(Duration.ofSeconds(30));
    }

    /** Whom the operator and the switches see as evicted. */
    private List<String> evicted() {
        return world.groups().statuses().get(0).evicted();
    }

    private void assertRefused() {
        RegistrationRefused refused =
                assertThrows(RegistrationRefused.class, () -> world.register(EVICTED));
        assertEquals(RegistrationRefused.Cause.NOT_AUTHORISED, refused.reason());
        assertEquals(
                "member 10.1.0.3 was evicted from group blue: readmit it if it should register"
                        + " again",
                refused.getMessage());
    }

    @Test
    void isRefusedUntilItIsReadmittedAlsoAfterARestart() throws Exception {
        world.groups().evict("blue", EVICTED);
        assertEquals(List.of(EVICTED), evicted());
        assertRefused();
        world.restart(Duration.ofSeconds(5), Duration.ZERO);
        assertEquals(List.of(EVICTED), evicted());
        assertRefused();
        world.groups().readmit("blue", EVICTED);
        assertEquals(List.of(), evicted());
        world.pass(Duration.ofSeconds(2));
        world.register(EVICTED);
        assertThrows(IllegalArgumentException.class, () -> world.groups().readmit("blue", EVICTED));
    }

    @Test
    void holdsNoKeyThatTheOthersSendWithAfterTheyRegisteredAgain() throws Exception {
        Spi old = world.member(STAYS).sending().orElseThrow();
        String kek = world.stages("KEK").keySet().iterator().next();
        SimulatedMember evicted = world.member(EVICTED);
        int told = world.pushes().size();
        world.evict(EVICTED);
        world.leave(EVICTED); // its port is its own affair from here on
        // the last message under the KEK that it holds carries no key
        assertEquals(told + 1, world.pushes().size());
        assertTrue(world.pushes().get(told).deletesKek());
        assertTrue(world.pushes().get(told).download().isEmpty());
        world.pass(Duration.ofSeconds(2));
        assertFalse(world.stages("KEK").containsKey(kek));
        assertEquals(1, world.groups().members("blue").size());
        world.register(STAYS);
        world.pass(Duration.ofSeconds(60));
        Spi fresh = world.member(STAYS).sending().orElseThrow();
        assertFalse(fresh.equals(old));
        assertFalse(evicted.receives(fresh));
        world.recipients().stream()
                .skip(told + 1)
                .forEach(sentTo -> assertFalse(sentTo.contains(EVICTED)));
    }

    /**
     * Members send with a TEK by their own clocks as soon as they heard of it, so it cannot be
     * taken back; but it is known to the evicted member, and does not stay.
     *
     * <pre>
     * rekey()  evict t=2    t=6                t=36
     * told     RECEIVABLE-> SENDABLE        -> RETIRING
     * next                  ANNOUNCED, told -> SENDABLE
     * </pre>
     */
    @Test
    void aTekThatMembersHeardOfIsSucceededAsSoonAsItIsInUse() {
        world.membersReturn();
        Spi told = world.rekey();
        world.pass(Duration.ofSeconds(2));
        SimulatedMember evicted = world.member(EVICTED);
        world.evictForGood(EVICTED);
        world.pass(Duration.ofSeconds(5));
        assertEquals(told, world.member(STAYS).sending().orElseThrow());
        assertTrue(evicted.receives(told));
        world.pass(Duration.ofSeconds(40));
        Spi next = world.member(STAYS).sending().orElseThrow();
        assertFalse(next.equals(told));
        assertFalse(evicted.receives(next));
    }

    @Test
    void aReadmissionBeforeTheKeysAreReplacedDoesNotForgetThatTheOthersWereToldTo() {
        String kek = world.stages("KEK").keySet().iterator().next();
        world.evict(EVICTED); // the KEK is deleted, not replaced yet
        world.readmit(EVICTED);
        assertEquals(List.of(), evicted());
        world.restart(Duration.ZERO, Duration.ZERO);
        world.pass(Duration.ofSeconds(2));
        assertFalse(world.stages("KEK").containsKey(kek));
        assertEquals(List.of(), evicted());
    }

    @Test
    void newKeysComeAlsoIfAKillFollowsTheEvictionAtOnce() {
        assertTrue(world.stages("KEK").size() == 1);
        String kek = world.stages("KEK").keySet().iterator().next();
        world.groups().evict("blue", EVICTED);
        world.restart(Duration.ZERO, Duration.ZERO);
        world.pass(Duration.ofSeconds(2));
        assertFalse(world.stages("KEK").containsKey(kek));
    }

    @Test
    void anUnknownGroupAndANameInsteadOfAnAddressAreNamed() {
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> world.groups().evict("red", EVICTED))
                        .getMessage()
                        .contains("there are: blue"));
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> world.groups().evict("blue", "gm2"))
                        .getMessage()
                        .startsWith("address \"gm2\" is none"));
    }
}
