// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reads which root, by members that know what their path and the updates told them. */
class KeyTreeTest {
    private final KeyTree tree = new KeyTree(secret());
    private final Map<Integer, Knowledge> members = new TreeMap<>();
    private final List<Knowledge> gone = new ArrayList<>();
    private int generation;

    private static SecretBytes secret() {
        byte[] octets = new byte[KeyTree.SECRET_OCTETS];
        new SeededRandom(5).nextBytes(octets);
        return SecretBytes.wrap(octets);
    }

    /** Every key that somebody ever learned. */
    private static final class Knowledge {
        private final Map<Integer, KeyTreeNode> path = new HashMap<>();
        private final Set<KeyTreeNode> all = new HashSet<>();

        Knowledge(List<KeyTreeNode> told) {
            told.forEach(this::learn);
        }

        private void learn(KeyTreeNode node) {
            path.put(node.id(), node);
            all.add(node);
        }

        /** As RFC 6407 has it: what is under a key that the member's path has. */
        void follow(List<KeyTreeUpdate> updates) {
            for (KeyTreeUpdate update : updates) {
                if (update.under().equals(path.get(update.under().id()))) {
                    update.keys().forEach(this::learn);
                }
            }
        }

        /** As an attacker does: with every key there ever was, until nothing more opens. */
        void attack(List<KeyTreeUpdate> updates) {
            int before;
            do {
                before = all.size();
                for (KeyTreeUpdate update : updates) {
                    if (all.contains(update.under())) {
                        all.addAll(update.keys());
                    }
                }
            } while (all.size() > before);
        }
    }

    static InetAddress address(int member) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {10, (byte) (member >> 16), (byte) (member >> 8), (byte) member});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private KeyTreeNode root() {
        byte[] key = new byte[48];
        new SeededRandom(generation).nextBytes(key);
        return new KeyTreeNode(1, KeyTree.rootHandle(generation), SecretBytes.wrap(key));
    }

    private void join(int member) {
        assertTrue(tree.join(address(member)));
        members.put(member, new Knowledge(tree.path(address(member), root())));
    }

    private void joinAll(int count) {
        for (int i = 0; i < count; i++) {
            join(i);
        }
    }

    /** Puts some out; the others must get the root by what is sent, and those must not. */
    private int renewWithout(Set<Integer> leaving) {
        Set<InetAddress> out = new HashSet<>();
        for (int member : leaving) {
            out.add(address(member));
            gone.add(members.remove(member));
        }
        tree.renew(member -> !out.contains(member));
        int since = generation;
        generation = tree.generation();
        List<KeyTreeUpdate> updates = tree.updates(since, root());
        members.forEach(
                (number, member) -> {
                    member.follow(updates);
                    assertEquals(root(), member.path.get(1), "member " + number);
                });
        for (Knowledge former : gone) {
            former.attack(updates);
            assertFalse(former.all.contains(root()), "one that left reads the root");
        }
        return updates.size();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7, 8, 9, 100, 255, 256, 257, 1000})
    void anEvictionFromATreeWithoutGapsSendsAtMostTwoKeysPerLevel(int count) {
        for (int member : new TreeSet<>(List.of(0, 1, count / 2, count - 1))) {
            KeyTreeTest fresh = new KeyTreeTest();
            fresh.joinAll(count);
            fresh.renewWithout(Set.of());
            int bound = (int) Math.floor(2 * Math.log(count) / Math.log(2));
            int sent = fresh.renewWithout(Set.of(member));
            assertTrue(sent <= bound, sent + " wrapped keys for " + count + " members");
        }
    }

    @Test
    void anEvictionFromTenThousandSendsAtMostTwentySixKeys() {
        for (int i = 0; i < 10_000; i++) {
            assertTrue(tree.join(address(i)));
        }
        for (int member : List.of(0, 4711, 8191, 8192, 9999)) {
            int since = tree.generation();
            tree.renew(other -> !other.equals(address(member)));
            generation = tree.generation();
            int sent = tree.updates(since, root()).size();
            assertTrue(sent <= 26, member + ": " + sent); // 2 log2(10 000) = 26.6
            assertTrue(sent >= 12, member + ": " + sent);
            assertTrue(tree.join(address(member)));
        }
    }

    @Test
    void aRenewalWithoutALeaverIsOneKeyUnderTheTopOfAFreshTree() {
        joinAll(4);
        assertTrue(renewWithout(Set.of()) <= 2);
        assertTrue(renewWithout(Set.of()) <= 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nobodyThatLeftEverReadsARootAndEverybodyElseDoes(long seed) {
        SeededRandom random = new SeededRandom(seed);
        for (int step = 0; step < 150; step++) {
            int joins = random.nextInt(12);
            for (int i = 0; i < joins; i++) {
                int member = random.nextInt(60);
                if (!members.containsKey(member) || random.nextInt(4) == 0) {
                    join(member); // new, or registering again
                }
            }
            Set<Integer> leaving = new HashSet<>();
            int most = random.nextInt(5) == 0 ? 60 : 2;
            for (int member : members.keySet()) {
                if (leaving.size() < most && random.nextInt(3) == 0) {
                    leaving.add(member);
                }
            }
            int remaining = members.size() - leaving.size();
            int sent = renewWithout(leaving);
            assertTrue(
                    sent <= 2 * Math.max(1, remaining),
                    sent + " wrapped keys for " + remaining + " members");
        }
    }

    @Test
    void oneUpdateBringsWhatSeveralRenewalsMade() {
        joinAll(20);
        renewWithout(Set.of(3));
        int heard = generation;
        Set<InetAddress> out = Set.of(address(5), address(9));
        tree.renew(member -> !member.equals(address(5))); // nobody heard of this one
        tree.renew(member -> !out.contains(member));
        generation = tree.generation();
        List<KeyTreeUpdate> updates = tree.updates(heard, root());
        members.forEach(
                (number, member) -> {
                    boolean left = number == 5 || number == 9;
                    if (left) {
                        member.attack(updates);
                        assertFalse(member.all.contains(root()));
                    } else {
                        member.follow(updates);
                        assertEquals(root(), member.path.get(1));
                    }
                });
    }

    @Test
    void aPathHasEveryLevelAndALeafKeyOfItsOwn() {
        joinAll(3);
        List<KeyTreeNode> path = tree.path(address(2), root());
        assertEquals(KeyTree.HEIGHT + 1, path.size());
        for (int i = 1; i < path.size(); i++) {
            assertEquals(path.get(i - 1).id() / 2, path.get(i).id());
            assertEquals(48, path.get(i).ivAndKey().length());
        }
        assertEquals(path.get(0).ivAndKey(), tree.leafKey(address(2)).orElseThrow());
        assertNotEquals(tree.leafKey(address(1)), tree.leafKey(address(2)));
        assertEquals(Optional.empty(), tree.leafKey(address(3)));
        assertThrows(IllegalArgumentException.class, () -> tree.path(address(3), root()));
    }

    @Test
    void aLeafThatIsTakenAgainHasAnotherKey() {
        joinAll(2);
        SecretBytes former = tree.leafKey(address(1)).orElseThrow();
        renewWithout(Set.of(1));
        join(7);
        assertEquals(tree.path(address(7), root()).get(0).id(), KeyTree.FIRST_LEAF + 1);
        assertNotEquals(former, tree.leafKey(address(7)).orElseThrow());
    }

    @Test
    void aFullTreeTakesNobody() {
        for (int i = 0; i < KeyTree.MOST_MEMBERS; i++) {
            assertTrue(tree.join(address(i)));
        }
        assertFalse(tree.join(address(KeyTree.MOST_MEMBERS)));
        assertTrue(tree.join(address(0)), "it is in already");
    }
}
