// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.exchange.GroupKeyPushAck;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.RekeyAcknowledgement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With a key tree an eviction gives the others new keys by rekeys: nobody registers again, and an
 * evicted member that hears every message reads none under the new KEK.
 */
class KeyTreeEvictionTest {
    private static final String EVICTED = "10.1.0.3";

    private static GroupPolicy policy(boolean tree) {
        return World.policy(3600, 86400, 5, 15, 24, RekeyAcknowledgement.SHA256).toBuilder()
                .keyTree(tree)
                .build();
    }

    private static World world(long seed, int members) throws Exception {
        World world = new World(seed, policy(true));
        world.pass(Duration.ofSeconds(1));
        for (int i = 1; i <= members; i++) {
            world.register("10.1.0." + i);
        }
        world.pass(Duration.ofSeconds(30));
        return world;
    }

    private static List<RekeyMessage> since(World world, int told) {
        return world.pushes().subList(told, world.pushes().size());
    }

    @Test
    void othersGetNewKeysByRekeysAndTheEvictedMemberReadsNone() throws Exception {
        World world = world(1, 9);
        Spi old = world.member(EVICTED).sending().orElseThrow();
        SimulatedMember evicted = world.member(EVICTED);
        int told = world.pushes().size();
        world.evict(EVICTED);
        world.leave(EVICTED);
        world.eavesdrop(evicted);
        world.pass(Duration.ofSeconds(90));
        List<RekeyMessage> messages = since(world, told);
        /* HDR*, SEQ, SA(SAK: LKH), KD(LKH updates), SIG --> */
        GroupDownload first = messages.get(0).download().orElseThrow();
        assertTrue(first.kek().isPresent());
        assertTrue(first.keyTreeUpdates().size() <= 6, "2 log2(9) = 6.3");
        assertTrue(first.teks().isEmpty());
        assertTrue(messages.stream().noneMatch(RekeyMessage::deletesKek));

        assertFalse(evicted.holds(world.kekSpi()));
        Spi fresh = world.member("10.1.0.1").sending().orElseThrow();
        assertFalse(fresh.equals(old));
        assertFalse(evicted.receives(fresh));
        for (int i : List.of(1, 2, 4, 5, 6, 7, 8, 9)) {
            SimulatedMember member = world.member("10.1.0." + i);
            assertEquals(fresh, member.sending().orElseThrow());
            assertTrue(member.holds(world.kekSpi()));
        }
        assertTrue(
                world.groups().members("blue").stream().allMatch(m -> m.registrations() == 1),
                "nobody registered again");
        assertEquals(8, world.groups().members("blue").size());
    }

    @Test
    void anEvictionDuringARolloverWaitsUntilItsKeyIsUsed() throws Exception {
        World world = world(2, 4);
        world.rekey();
        world.pass(Duration.ofSeconds(2)); // the TEK is told, not used yet
        SimulatedMember evicted = world.member(EVICTED);
        world.evict(EVICTED);
        world.leave(EVICTED);
        world.eavesdrop(evicted);
        world.pass(Duration.ofSeconds(90));
        Spi fresh = world.member("10.1.0.1").sending().orElseThrow();
        assertFalse(evicted.receives(fresh));
        assertFalse(evicted.holds(world.kekSpi()));
    }

    @Test
    void aKillBetweenTheWritesOfAnEvictionLosesNeitherTheKeysNorAMember() throws Exception {
        for (int writes = 0; writes < 12; writes++) {
            World world = world(30 + writes, 5);
            SimulatedMember evicted = world.member(EVICTED);
            world.leave(EVICTED);
            world.eavesdrop(evicted);
            world.dieAfter(writes, true);
            world.surviving(() -> world.evict(EVICTED));
            if (!world.groups().statuses().get(0).evicted().contains(EVICTED)) {
                world.evict(EVICTED);
            }
            world.pass(Duration.ofSeconds(120));
            Spi fresh = world.member("10.1.0.1").sending().orElseThrow();
            assertFalse(evicted.receives(fresh), "after " + writes + " writes");
            for (int i : List.of(1, 2, 4, 5)) {
                assertTrue(world.member("10.1.0." + i).holds(world.kekSpi()), "writes " + writes);
            }
        }
    }

    @Test
    void rekeysAreAcknowledgedWithTheKeysOfLeaves() throws Exception {
        World world = world(4, 2);
        world.rekey();
        world.pass(Duration.ofSeconds(1));
        GroupDownload offer = world.groups().offer(World.BLUE, World.peer("10.1.0.1"));
        assertEquals(GroupKeyPushAck.LKH_SHA256, offer.kek().orElseThrow().acknowledgement());
        assertEquals(KeyTree.HEIGHT + 1, offer.keyPath().size());
        assertEquals(offer.kek().get().ivAndKey(), offer.keyPath().get(KeyTree.HEIGHT).ivAndKey());
    }

    @Test
    void turningTheTreeOnMakesAllRegisterAgainOnce() throws Exception {
        World world = new World(5, policy(false));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.1");
        world.pass(Duration.ofSeconds(30));
        int told = world.pushes().size();
        world.configure(policy(true));
        assertTrue(since(world, told).get(0).deletesKek());
        world.pass(Duration.ofSeconds(2));
        world.register("10.1.0.1");
        world.pass(Duration.ofSeconds(60));
        assertEquals(
                KeyTree.HEIGHT + 1,
                world.groups().offer(World.BLUE, World.peer("10.1.0.1")).keyPath().size());
    }

    /** Joins, evictions, rollovers, kills and losses in any order. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void noEvictedMemberReadsAKeyThatCameAfterIt(long seed) throws Exception {
        SeededRandom random = new SeededRandom(seed);
        World world =
                new World(
                        seed,
                        World.policy(120, 300, 5, 15, 24, RekeyAcknowledgement.SHA256).toBuilder()
                                .keyTree(true)
                                .build());
        world.pass(Duration.ofSeconds(1));
        List<SimulatedMember> out = new ArrayList<>();
        Set<String> evicted = new HashSet<>();
        for (int step = 0; step < 60; step++) {
            String address = "10.1.0." + (1 + random.nextInt(20));
            int choice = random.nextInt(10);
            if (choice < 4 && !evicted.contains(address)) {
                world.register(address);
            } else if (choice == 4 && world.member(address) != null) {
                out.add(world.member(address));
                world.evict(address);
                world.eavesdrop(world.member(address));
                world.leave(address);
                evicted.add(address);
            } else if (choice == 5) {
                world.rekey();
            } else if (choice == 6) {
                world.restart(Duration.ofSeconds(random.nextInt(3)), Duration.ZERO);
            }
            world.pass(Duration.ofSeconds(random.nextInt(20)));
        }
        world.pass(Duration.ofSeconds(120));
        world.register("10.1.0.99");
        Spi sent = world.member("10.1.0.99").sending().orElseThrow();
        for (SimulatedMember former : out) {
            assertFalse(former.receives(sent));
            assertFalse(former.holds(world.kekSpi()));
        }
        assertFalse(out.isEmpty());
    }
}
