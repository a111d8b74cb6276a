// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.RekeyAcknowledgement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A key server that is killed at any instant goes on where it was. */
class RestartTest {
    @Test
    void keysMembersAndSequencesAreTheSameAfterAKill() throws Exception {
        World world = new World(2, World.policy(3600, 86400, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.rekey();
        world.pass(Duration.ofSeconds(30));
        Map<String, KeyStage> teks = world.stages("TEK");
        Map<String, KeyStage> keks = world.stages("KEK");
        long sequence = world.groups().statuses().get(0).rekeySequence();
        world.restart(Duration.ofSeconds(20), Duration.ZERO);
        assertEquals(teks, world.stages("TEK"));
        assertEquals(keks, world.stages("KEK"));
        assertTrue(world.groups().statuses().get(0).rekeySequence() >= sequence);
        assertEquals(1, world.groups().members("blue").size());
        world.rekey();
        world.pass(Duration.ofSeconds(30));
        assertTrue(world.member("10.1.0.2").sending().isPresent());
    }

    @Test
    void aRolloverThatTheKillInterruptedIsToldAgainAndEnds() throws Exception {
        World world = new World(2, World.policy(3600, 86400, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        String fresh = world.rekey().toString();
        world.pass(Duration.ofSeconds(1));
        int told = world.pushes().size();
        world.restart(Duration.ZERO, Duration.ZERO);
        assertEquals(KeyStage.RECEIVABLE, world.stages("TEK").get(fresh));
        world.pass(Duration.ofSeconds(30));
        assertTrue(world.pushes().size() > told);
        assertEquals(Map.of(fresh, KeyStage.SENDABLE), world.stages("TEK"));
    }

    @Test
    void keysThatEndedDuringTheDowntimeAreGone() throws Exception {
        World world = new World(2, World.policy(600, 1200, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        Map<String, KeyStage> before = world.stages("TEK");
        world.restart(Duration.ofHours(1), Duration.ZERO);
        world.pass(Duration.ofSeconds(1));
        before.keySet().forEach(spi -> assertFalse(world.stages("TEK").containsKey(spi)));
        world.pass(Duration.ofSeconds(20));
        world.register("10.1.0.2");
        assertTrue(world.stages("TEK").containsValue(KeyStage.SENDABLE));
    }

    @Test
    void aWallClockThatWasSetBackDoesNotStopTheKeysFromEnding() throws Exception {
        World world = new World(2, World.policy(600, 1200, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.pass(Duration.ofSeconds(100));
        world.restart(Duration.ofSeconds(5), Duration.ofDays(-365));
        long remaining = world.groups().sas("blue").get(0).remainingSeconds();
        assertTrue(remaining <= 600 && remaining > 400, "remaining " + remaining);
        String before = world.stages("TEK").keySet().iterator().next();
        world.pass(Duration.ofSeconds(700));
        assertFalse(world.stages("TEK").containsKey(before));
    }

    /**
     * Time, kills in the middle of writes, registrations, departures, evictions with and without a
     * key tree, switches that fail, sender ids of another width; and quiet minutes, after which
     * nothing is owed any more.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void noInterleavingBreaksTheInvariants(long seed) {
        Random random = new Random(seed);
        int activation = 2 + random.nextInt(5);
        GroupPolicy policy =
                World.policy(
                                random.nextInt(3) > 0 ? 60 + random.nextInt(300) : 3600,
                                random.nextInt(3) > 0 ? 400 + random.nextInt(600) : 86400,
                                activation,
                                activation * 3,
                                random.nextBoolean() ? 8 : 24,
                                random.nextBoolean()
                                        ? RekeyAcknowledgement.SHA256
                                        : RekeyAcknowledgement.NONE)
                        .toBuilder()
                        .keyTree(random.nextBoolean())
                        .build();
        World world = new World(seed, policy);
        world.membersReturn();
        for (int step = 0; step < 400; step++) {
            String address = "10.1.0." + (2 + random.nextInt(5));
            switch (random.nextInt(14)) {
                case 0:
                case 1:
                    world.surviving(() -> register(world, address));
                    break;
                case 2:
                    world.leave(address);
                    break;
                case 3:
                    world.surviving(random.nextInt(3) > 0 ? world::rekey : world::replaceNow);
                    break;
                case 4:
                    world.switchesConfirm(random.nextInt(3) > 0);
                    break;
                case 5:
                    world.dieAfter(random.nextInt(4), random.nextBoolean());
                    break;
                case 6:
                    world.restart(Duration.ofSeconds(random.nextInt(2)), Duration.ZERO);
                    break;
                case 7:
                    world.deaf(address, true);
                    break;
                case 8:
                    world.deaf(address, false); // it noticed, and begins anew
                    world.leave(address);
                    world.surviving(() -> register(world, address));
                    break;
                case 9:
                    world.evictForGood(address);
                    break;
                case 10:
                    world.surviving(() -> world.readmit(address));
                    break;
                case 11:
                    GroupPolicy next =
                            policy.toBuilder().senderIdBits(random.nextBoolean() ? 8 : 24).build();
                    world.surviving(() -> world.configure(next));
                    break;
                case 12:
                    world.switchesConfirm(true);
                    world.pass(Duration.ofSeconds(100));
                    break;
                default:
                    world.pass(Duration.ofSeconds(random.nextInt(40)));
                    break;
            }
        }
    }

    static LongStream seeds() {
        return LongStream.range(Long.getLong("first", 0), Long.getLong("seeds", 30));
    }

    private static void register(World world, String address) {
        try {
            world.register(address);
        } catch (RegistrationRefused expected) {
            // no key yet, or keys changing: a member tries again
        }
    }
}
