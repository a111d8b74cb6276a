// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;
import org.junit.jupiter.api.Test;

/** A group that receives only until an instant, on its way from clear text to encryption. */
class ReceiveOnlyTest {
    private static final String MEMBER = "10.1.0.2";
    private static final GroupPolicy ENCRYPTING = World.policy(3600, 86400, 5, 15, 24);

    /** The world's wall clock begins here. */
    private static final Instant START = Instant.ofEpochMilli(1_800_000_000_000L);

    private static GroupPolicy until(Duration end) {
        return ENCRYPTING.toBuilder().receiveOnlyUntil(START.plus(end)).build();
    }

    private static World world(GroupPolicy policy) throws Exception {
        World world = new World(1, policy);
        world.pass(Duration.ofSeconds(1));
        world.register(MEMBER);
        return world;
    }

    /** Stage and direction of each TEK, oldest first. */
    private static List<String> teks(World world) {
        return world.groups().sas("blue").stream()
                .filter(sa -> sa.kind().equals("TEK"))
                .map(sa -> sa.stage() + " " + sa.direction().text())
                .collect(Collectors.toList());
    }

    private static List<Tek.Direction> told(World world) throws Exception {
        return world.register(MEMBER).teks().stream()
                .map(Tek::direction)
                .collect(Collectors.toList());
    }

    @Test
    void membersAreToldToReceiveOnlyUntilTheEndAndThenGetAKeyToSendWith() throws Exception {
        World world = world(until(Duration.ofSeconds(60)));
        assertEquals(List.of("SENDABLE receive-only"), teks(world));
        assertEquals(List.of(Tek.Direction.RECEIVER_ONLY), told(world));

        world.pass(Duration.ofSeconds(58));
        assertEquals(List.of("SENDABLE receive-only"), teks(world));
        world.pass(Duration.ofSeconds(2));
        assertTrue(
                teks(world).contains("SENDABLE receive-only"), "received before it is sent with");
        assertEquals(2, teks(world).size());
        world.pass(Duration.ofSeconds(7));
        assertEquals(List.of("RETIRING receive-only", "SENDABLE both"), teks(world));
        world.pass(Duration.ofSeconds(20));
        assertEquals(List.of("SENDABLE both"), teks(world));
        assertEquals(List.of(Tek.Direction.SYMMETRIC), told(world));
    }

    @Test
    void keysThatEndBeforeAreFollowedByReceiveOnlyOnes() throws Exception {
        World world =
                world(
                        World.policy(60, 86400, 2, 4, 24).toBuilder()
                                .receiveOnlyUntil(START.plus(Duration.ofSeconds(600)))
                                .build());
        world.pass(Duration.ofSeconds(300));
        assertEquals(
                List.of(SaDirection.RECEIVE_ONLY),
                world.groups().sas("blue").stream()
                        .filter(sa -> sa.stage() == KeyStage.SENDABLE && sa.kind().equals("TEK"))
                        .map(sa -> sa.direction())
                        .collect(Collectors.toList()));
        world.pass(Duration.ofSeconds(330));
        assertTrue(teks(world).stream().noneMatch(tek -> tek.endsWith("receive-only")));
    }

    @Test
    void takingTheFieldAwayEndsItAtOnceByARollover() throws Exception {
        World world = world(until(Duration.ofDays(30)));
        world.configure(ENCRYPTING);
        world.pass(Duration.ofSeconds(30));
        assertEquals(List.of("SENDABLE both"), teks(world));
    }

    @Test
    void aGroupThatEncryptsCanGoBack() throws Exception {
        World world = world(ENCRYPTING);
        world.configure(until(Duration.ofDays(30)));
        world.pass(Duration.ofSeconds(30));
        assertEquals(List.of("SENDABLE receive-only"), teks(world));
    }

    @Test
    void anEndThatIsPastHasNoEffect() throws Exception {
        assertEquals(List.of("SENDABLE both"), teks(world(until(Duration.ofSeconds(-1)))));
    }

    @Test
    void aRestartKeepsTheDirectionOfEachKeyAndTheEnd() throws Exception {
        World world = world(until(Duration.ofSeconds(600)));
        world.restart(Duration.ofSeconds(20), Duration.ZERO);
        assertEquals(List.of("SENDABLE receive-only"), teks(world));
        world.restart(Duration.ofSeconds(900), Duration.ZERO);
        world.pass(Duration.ofSeconds(30));
        assertEquals(List.of("SENDABLE both"), teks(world));
    }
}
