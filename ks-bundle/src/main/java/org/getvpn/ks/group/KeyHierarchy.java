// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.secret.SealedStore;

/**
 * The key tree that one group's KEKs are roots of, in step with the store. A KEK knows by its
 * generation which renewal of the tree it belongs to. Threads that verify acknowledgements come in
 * beside that of the group.
 */
final class KeyHierarchy {
    private final KeyTreeRecords records;
    private final KeyMint mint;
    private final Predicate<InetAddress> isMember;
    private Optional<KeyTree> tree = Optional.empty();
    private boolean loaded;

    /**
     * @param prefix of the records, ends with a slash
     * @param isMember who keeps a leaf when the tree is renewed
     */
    KeyHierarchy(String prefix, SealedStore store, KeyMint mint, Predicate<InetAddress> isMember) {
        this.records = new KeyTreeRecords(prefix, store);
        this.mint = mint;
        this.isMember = isMember;
    }

    private Optional<KeyTree> tree() {
        if (!loaded) {
            tree = records.load();
            loaded = true;
        }
        return tree;
    }

    /**
     * Replaces the keys of all who are no members any more; durable on return.
     *
     * @return the generation of the KEK to come
     */
    synchronized int renew() {
        if (tree().isEmpty()) {
            tree = Optional.of(records.create(mint.treeSecret()));
        }
        KeyTree renewed = tree.get();
        renewed.renew(isMember);
        save(renewed);
        return renewed.generation();
    }

    /** What the store did not take is forgotten here too. */
    private void save(KeyTree changed) {
        loaded = false;
        records.save(changed);
        loaded = true;
    }

    /**
     * The download with the member's keys under {@code kek}, if that is a root; the member's leaf
     * is durable on return.
     *
     * @throws RegistrationRefused if the tree is full
     */
    synchronized GroupDownload join(GroupDownload download, KekState kek, InetAddress member)
            throws RegistrationRefused {
        if (kek.generation() == 0) {
            return download;
        }
        KeyTree joined = tree().orElseThrow(() -> new IllegalStateException("KEK without a tree"));
        if (!joined.join(member)) {
            throw new RegistrationRefused(
                    RegistrationRefused.Cause.UNAVAILABLE,
                    "the group's key tree holds no more than "
                            + KeyTree.MOST_MEMBERS
                            + " members: remove keyTree, or make two groups");
        }
        save(joined);
        return download.withKeyPath(joined.path(member, root(kek)));
    }

    /** What tells {@code kek} to those who hold {@code under}; none if it is no root. */
    synchronized List<KeyTreeUpdate> updates(KekState under, KekState kek) {
        return kek.generation() == 0
                ? List.of()
                : tree().map(found -> found.updates(under.generation(), root(kek)))
                        .orElseGet(List::of);
    }

    private static KeyTreeNode root(KekState kek) {
        return new KeyTreeNode(KeyTree.ROOT, KeyTree.rootHandle(kek.generation()), kek.ivAndKey());
    }

    /** What the member of that address acknowledges with; empty if it has no leaf. */
    synchronized Optional<SecretBytes> leafKey(String address) {
        return AddressText.parse(address)
                .flatMap(member -> tree().flatMap(found -> found.leafKey(member)));
    }

    /** The tree's secret leaves the memory; the records stay. */
    synchronized void close() {
        tree.ifPresent(KeyTree::destroy);
        tree = Optional.empty();
        loaded = false;
    }
}
