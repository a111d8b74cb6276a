// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.ks.secret.SealedStore;
import org.getvpn.ks.secret.UnreadableRecord;

/**
 * A key tree in the store: its secret, the nodes of the upper eight levels, and each subtree of 128
 * leaves below them in a record of its own. So a join or an eviction writes two records, whatever
 * the size of the group.
 *
 * <p>The upper levels are written first: a kill among the writes of an eviction leaves no leaf out
 * of the tree above which a key is still to be replaced.
 */
final class KeyTreeRecords {
    private static final int FORM = 1;
    private static final int TOP = 1;
    private static final int TOP_NODES = 256;
    private static final String SECRET = "secret";

    private final String prefix;
    private final SealedStore store;
    private final Map<Integer, Long> versions = new HashMap<>();

    /**
     * @param prefix of the records, ends with a slash
     */
    KeyTreeRecords(String prefix, SealedStore store) {
        this.prefix = prefix;
        this.store = store;
    }

    /** The tree in the store; empty if there is none. */
    Optional<KeyTree> load() {
        Map<String, SealedStore.Opened> records = store.list(prefix);
        SealedStore.Opened opened = records.remove(prefix + SECRET);
        if (opened == null) {
            return Optional.empty();
        }
        KeyTree tree =
                new KeyTree(
                        RecordReader.read(
                                prefix + SECRET, FORM, opened.plain(), RecordReader::secret));
        records.forEach(
                (name, record) -> {
                    versions.put(number(name), record.version());
                    RecordReader.read(name, FORM, record.plain(), reader -> read(reader, tree));
                });
        tree.changes();
        return Optional.of(tree);
    }

    /** Puts an empty tree in the place of whatever the store holds; durable on return. */
    KeyTree create(SecretBytes secret) {
        store.removeAll(prefix);
        versions.clear();
        store.write(prefix + SECRET, 0, new RecordWriter(FORM).secret(secret).finish());
        return new KeyTree(secret);
    }

    /** Writes what changed; durable on return. */
    void save(KeyTree tree) {
        TreeSet<Integer> stale = new TreeSet<>();
        for (int node : tree.changes()) {
            stale.add(record(node));
        }
        for (int record : stale) { // the upper levels have the lowest number
            RecordWriter writer = new RecordWriter(FORM);
            write(writer, tree, record, record == TOP ? TOP_NODES : KeyTree.FIRST_LEAF * 2);
            writer.number32(0);
            versions.put(
                    record,
                    store.write(
                            prefix + record, versions.getOrDefault(record, 0L), writer.finish()));
        }
    }

    /** The record of a node has the number of the highest node in it. */
    private static int record(int node) {
        int record = node;
        while (record >= 2 * TOP_NODES) {
            record /= 2;
        }
        return record < TOP_NODES ? TOP : record;
    }

    private static void write(RecordWriter writer, KeyTree tree, int node, int end) {
        if (node >= end) {
            return;
        }
        if (tree.handle(node) != 0) {
            writer.number32(node).number32(tree.handle(node));
            if (node >= KeyTree.FIRST_LEAF) {
                writer.octets(tree.owner(node).orElseThrow().getAddress());
            }
        }
        write(writer, tree, 2 * node, end);
        write(writer, tree, 2 * node + 1, end);
    }

    private static KeyTree read(RecordReader reader, KeyTree tree) {
        for (int node = reader.number32(); node != 0; node = reader.number32()) {
            if (node < 0 || node >= 2 * KeyTree.FIRST_LEAF) {
                throw new IllegalArgumentException("node " + node);
            }
            int handle = reader.number32();
            tree.restore(
                    node,
                    handle,
                    node < KeyTree.FIRST_LEAF
                            ? Optional.empty()
                            : Optional.of(address(reader.octets())));
        }
        return tree;
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + octets.length + " octets", e);
        }
    }

    private int number(String name) {
        try {
            return Integer.parseInt(name.substring(prefix.length()));
        } catch (NumberFormatException e) {
            throw new UnreadableRecord("record " + name + " is none of a key tree");
        }
    }
}
