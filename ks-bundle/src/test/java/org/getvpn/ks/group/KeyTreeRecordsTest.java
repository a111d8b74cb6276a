// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.getvpn.ks.secret.SealedStore;
import org.getvpn.ks.secret.UnreadableRecord;
import org.getvpn.ks.secret.WrappingKey;
import org.getvpn.ks.secret.WrappingKeys;
import org.getvpn.ks.store.MvGroupStore;
import org.junit.jupiter.api.Test;

/** A key tree comes back from the store as it was, after a kill at any write too. */
class KeyTreeRecordsTest {
    private static final String PREFIX = "keytree/blue/";
    private static final KeyTreeNode ROOT = new KeyTreeNode(1, 2, SecretBytes.wrap(new byte[48]));

    private final SeededRandom random = new SeededRandom(6);
    private final MvGroupStore disk = MvGroupStore.inMemory();
    private DyingStore dying = new DyingStore(disk);

    private SealedStore store() {
        WrappingKeys keys =
                new WrappingKeys(List.of(new WrappingKey(SecretBytes.wrap(new byte[32]))));
        return new SealedStore(dying, keys, random);
    }

    private KeyTreeRecords records() {
        return new KeyTreeRecords(PREFIX, store());
    }

    private SecretBytes secret() {
        byte[] octets = new byte[KeyTree.SECRET_OCTETS];
        random.nextBytes(octets);
        return SecretBytes.wrap(octets);
    }

    private KeyTree reloaded() {
        dying = new DyingStore(disk);
        return records().load().orElseThrow();
    }

    private static void assertSame(KeyTree expected, KeyTree found, int members) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < members; i++) {
            InetAddress member = KeyTreeTest.address(i);
            assertEquals(expected.leafKey(member), found.leafKey(member));
            if (expected.leafKey(member).isPresent()) {
                assertEquals(expected.path(member, ROOT), found.path(member, ROOT));
            }
        }
    }

    @Test
    void thereIsNoneInAnEmptyStore() {
        assertEquals(Optional.empty(), records().load());
    }

    @Test
    void comesBackWithEveryMemberAndKey() {
        KeyTreeRecords records = records();
        KeyTree tree = records.create(secret());
        for (int i = 0; i < 700; i++) {
            tree.join(KeyTreeTest.address(i));
            records.save(tree);
        }
        tree.renew(member -> !member.equals(KeyTreeTest.address(300)));
        records.save(tree);
        assertSame(tree, reloaded(), 700);
        assertEquals(tree.generation(), reloaded().generation());
        assertEquals(sizes(tree.updates(0, ROOT)), sizes(reloaded().updates(0, ROOT)));
    }

    private static List<String> sizes(List<KeyTreeUpdate> updates) {
        List<String> sizes = new ArrayList<>();
        updates.forEach(update -> sizes.add(update.under() + " " + update.keys()));
        return sizes;
    }

    @Test
    void aJoinAndAnEvictionWriteTwoRecordsHoweverManyMembersThereAre() {
        KeyTreeRecords records = records();
        KeyTree tree = records.create(secret());
        for (int i = 0; i < 5000; i++) {
            tree.join(KeyTreeTest.address(i));
        }
        records.save(tree);
        List<Long> before = versions();
        tree.join(KeyTreeTest.address(5000));
        records.save(tree);
        assertTrue(written(before) <= 2);
        before = versions();
        tree.renew(member -> !member.equals(KeyTreeTest.address(77)));
        records.save(tree);
        assertTrue(written(before) <= 2);
    }

    private List<Long> versions() {
        List<Long> versions = new ArrayList<>();
        disk.list(PREFIX).forEach((name, record) -> versions.add(record.version()));
        return versions;
    }

    private long written(List<Long> before) {
        long sum = versions().stream().mapToLong(Long::longValue).sum();
        return sum - before.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void aKillAmongTheWritesOfAnEvictionLeavesNoKeyToThoseEvicted() {
        Set<InetAddress> out = new HashSet<>();
        for (int member : List.of(3, 140, 141, 400)) {
            out.add(KeyTreeTest.address(member));
        }
        for (int writes = 0; writes < 4; writes++) {
            disk.list(PREFIX).forEach((name, record) -> disk.remove(name, record.version()));
            dying = new DyingStore(disk);
            KeyTreeRecords records = records();
            KeyTree tree = records.create(secret());
            for (int i = 0; i < 500; i++) {
                tree.join(KeyTreeTest.address(i));
            }
            records.save(tree);
            Set<KeyTreeNode> known = new HashSet<>();
            out.forEach(member -> known.addAll(tree.path(member, ROOT)));
            tree.renew(member -> !out.contains(member));
            dying.dieAfter(writes, true);
            assertThrows(DyingStore.Killed.class, () -> records.save(tree));

            KeyTree again = reloaded();
            again.renew(member -> !out.contains(member));
            KeyTreeNode fresh = new KeyTreeNode(1, 9, secret());
            boolean more = true;
            List<KeyTreeUpdate> updates = again.updates(0, fresh);
            while (more) {
                more = false;
                for (KeyTreeUpdate update : updates) {
                    more |= known.contains(update.under()) && known.addAll(update.keys());
                }
            }
            assertTrue(!known.contains(fresh), "after " + writes + " writes");
            assertEquals(496, again.size());
        }
    }

    @Test
    void aRecordOfAnotherKindIsNamed() {
        records().create(secret());
        store().write(PREFIX + "x", 0, new byte[] {1, 0, 0, 0, 0});
        assertTrue(
                assertThrows(UnreadableRecord.class, () -> records().load())
                        .getMessage()
                        .contains("keytree/blue/x"));
        store().remove(PREFIX + "x");
        store().write(PREFIX + "256", 0, new byte[] {1, 0, 1, 0, 0, 0, 0, 0, 2});
        assertThrows(UnreadableRecord.class, () -> records().load());
    }
}
