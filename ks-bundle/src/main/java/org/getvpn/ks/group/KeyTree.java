// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;

/**
 * A logical key hierarchy (RFC 6407, section 7.4; RFC 2627, section 5.4): a binary tree with a leaf
 * for each member, whose root is the KEK. A member knows the keys from its leaf to the root, and
 * only those; a renewal gives everybody but those who left a new root.
 *
 * <p>Nodes have the numbers of a heap: the root is 1, the children of n are 2n and 2n + 1. Keys are
 * derived from one secret, the node and a handle, which no key of the node had before: even for a
 * key that a renewal made, odd for one that a joining member was the first to get. So the tree
 * without its secret is numbers only.
 *
 * <p>A node has a key that all members below it know, or none. After a renewal only nodes with
 * members on both sides have one, so that an eviction costs two wrapped keys for each level at
 * which the tree branches, and none for the levels above or between. Who joins below a node without
 * a key does not change that; the next renewal that comes by gives it one.
 */
final class KeyTree {
    /** Levels below the root: node numbers have 16 bits on the wire. */
    static final int HEIGHT = 15;

    /** Members that a tree holds. */
    static final int MOST_MEMBERS = 1 << HEIGHT;

    static final int ROOT = 1;
    static final int FIRST_LEAF = MOST_MEMBERS;

    /** Octets of the secret that keys are derived from. */
    static final int SECRET_OCTETS = 32;

    private static final int IV_AND_KEY_OCTETS = 48;
    private static final int NODES = 2 * MOST_MEMBERS;

    private final SecretBytes secret;
    private final int[] handles = new int[NODES]; // 0: no key
    private final int[] below = new int[NODES]; // occupied leaves
    private final Map<InetAddress, Integer> leaves = new HashMap<>();
    private final InetAddress[] owners = new InetAddress[MOST_MEMBERS];
    private final BitSet changed = new BitSet(NODES);
    private int generation;

    /**
     * An empty tree.
     *
     * @param secret {@link #SECRET_OCTETS} that nobody else knows; the tree's own from here on
     */
    KeyTree(SecretBytes secret) {
        this.secret = secret;
    }

    /** The newest renewal, 0 before the first. */
    int generation() {
        return generation;
    }

    /** Leaves that members have. */
    int size() {
        return leaves.size();
    }

    /**
     * Gives a member a leaf, if it has none.
     *
     * @return false if there is no room
     */
    boolean join(InetAddress member) {
        if (leaves.containsKey(member)) {
            return true;
        }
        if (leaves.size() == MOST_MEMBERS) {
            return false;
        }
        int leaf = firstFree();
        for (int node = leaf; node > ROOT; node /= 2) {
            if (below[node] == 0) {
                set(node, 2 * generation + 1);
            }
        }
        occupy(leaf, member);
        return true;
    }

    private int firstFree() {
        int node = ROOT;
        for (int room = MOST_MEMBERS / 2; node < FIRST_LEAF; room /= 2) {
            node = below[2 * node] < room ? 2 * node : 2 * node + 1;
        }
        return node;
    }

    private void occupy(int leaf, InetAddress member) {
        leaves.put(member, leaf);
        owners[leaf - FIRST_LEAF] = member;
        for (int node = leaf; node >= ROOT; node /= 2) {
            below[node]++;
        }
    }

    /**
     * The keys that a member gets, from its leaf to the root. Where a node has no key there is one
     * that nobody uses: the member learns the node, and its real key by an update.
     *
     * @throws IllegalArgumentException if it has no leaf
     */
    List<KeyTreeNode> path(InetAddress member, KeyTreeNode root) {
        Integer leaf = leaves.get(member);
        if (leaf == null) {
            throw new IllegalArgumentException(member + " is not in the key tree");
        }
        List<KeyTreeNode> path = new ArrayList<>();
        for (int node = leaf; node > ROOT; node /= 2) {
            path.add(node(node));
        }
        path.add(root);
        return path;
    }

    /** The key of a member's leaf, which it acknowledges rekeys with (RFC 8263, section 3.2). */
    Optional<SecretBytes> leafKey(InetAddress member) {
        return Optional.ofNullable(leaves.get(member)).map(leaf -> node(leaf).ivAndKey());
    }

    /**
     * Replaces every key, the root's excepted, that a member which left knows. The root's key is
     * the caller's to replace.
     *
     * @param stays tells the members that do not leave
     */
    void renew(Predicate<InetAddress> stays) {
        generation++;
        BitSet known = new BitSet(NODES);
        for (InetAddress member : new ArrayList<>(leaves.keySet())) {
            if (!stays.test(member)) {
                leave(member, known);
            }
        }
        refresh(ROOT, known);
        set(ROOT, rootHandle(generation));
        int top = ROOT;
        while (top < FIRST_LEAF && below[2 * top] == 0 != (below[2 * top + 1] == 0)) {
            top = below[2 * top] == 0 ? 2 * top + 1 : 2 * top;
        }
        if (top != ROOT && top < FIRST_LEAF && handles[top] == 2 * generation) {
            set(top, 0); // the root's key is for the same members
        }
    }

    private void leave(InetAddress member, BitSet known) {
        int leaf = leaves.remove(member);
        owners[leaf - FIRST_LEAF] = null;
        for (int node = leaf; node >= ROOT; node /= 2) {
            known.set(node);
            if (--below[node] == 0) {
                set(node, 0);
            }
        }
    }

    private void refresh(int node, BitSet known) {
        boolean holds = handles[node] != 0 && !known.get(node);
        if (below[node] == 0 || node >= FIRST_LEAF || holds && node != ROOT) {
            return;
        }
        refresh(2 * node, known);
        refresh(2 * node + 1, known);
        boolean branches = below[2 * node] != 0 && below[2 * node + 1] != 0;
        set(node, branches ? 2 * generation : 0);
    }

    /**
     * What gives each member the keys that renewals made, the lower before the upper, of one
     * wrapped key each.
     *
     * @param since the generation that members have
     * @param root the new KEK
     */
    List<KeyTreeUpdate> updates(int since, KeyTreeNode root) {
        List<KeyTreeUpdate> updates = new ArrayList<>();
        tell(ROOT, since, root, updates);
        return updates;
    }

    private void tell(int node, int since, KeyTreeNode root, List<KeyTreeUpdate> updates) {
        boolean fresh = node == ROOT || handles[node] % 2 == 0 && handles[node] > 2 * since;
        if (below[node] == 0 || node >= FIRST_LEAF || !fresh && handles[node] != 0) {
            return;
        }
        tell(2 * node, since, root, updates);
        tell(2 * node + 1, since, root, updates);
        if (fresh) {
            List<KeyTreeNode> told = List.of(node == ROOT ? root : node(node));
            List<Integer> cover = new ArrayList<>();
            cover(2 * node, cover);
            cover(2 * node + 1, cover);
            cover.forEach(under -> updates.add(new KeyTreeUpdate(node(under), told)));
        }
    }

    /** The fewest nodes whose keys all members below a node have among them. */
    private void cover(int node, List<Integer> cover) {
        if (below[node] == 0) {
            return;
        }
        if (handles[node] != 0) {
            cover.add(node);
            return;
        }
        cover(2 * node, cover);
        cover(2 * node + 1, cover);
    }

    /** The root's handle of a generation. */
    static int rootHandle(int generation) {
        return 2 * generation;
    }

    private KeyTreeNode node(int node) {
        return new KeyTreeNode(node, handles[node], derive(node, handles[node]));
    }

    private SecretBytes derive(int node, int handle) {
        byte[] exposed = secret.expose();
        byte[] octets = new byte[2 * SECRET_OCTETS];
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(exposed, "HmacSHA256"));
            for (int block = 0; block < 2; block++) {
                mac.update(
                        ByteBuffer.allocate(9)
                                .putInt(node)
                                .putInt(handle)
                                .put((byte) block)
                                .array());
                mac.doFinal(octets, block * SECRET_OCTETS);
            }
            return SecretBytes.wrap(Arrays.copyOf(octets, IV_AND_KEY_OCTETS));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is part of every Java runtime", e);
        } finally {
            Arrays.fill(exposed, (byte) 0);
            Arrays.fill(octets, (byte) 0);
        }
    }

    private void set(int node, int handle) {
        if (handles[node] != handle) {
            handles[node] = handle;
            changed.set(node);
        }
    }

    /** Nodes that changed since the last call, in ascending order. */
    int[] changes() {
        int[] nodes = changed.stream().toArray();
        changed.clear();
        return nodes;
    }

    /** A node's handle, 0 if it has no key. */
    int handle(int node) {
        return handles[node];
    }

    /** Whose leaf that is. */
    Optional<InetAddress> owner(int leaf) {
        return Optional.ofNullable(owners[leaf - FIRST_LEAF]);
    }

    /** Puts back a node that has a key, as {@link #handle} and {@link #owner} told. */
    void restore(int node, int handle, Optional<InetAddress> owner) {
        handles[node] = handle;
        generation = Math.max(generation, handle / 2);
        owner.ifPresent(member -> occupy(node, member));
    }

    /** Zeroes the secret; the tree is of no more use. */
    void destroy() {
        secret.destroy();
    }
}
