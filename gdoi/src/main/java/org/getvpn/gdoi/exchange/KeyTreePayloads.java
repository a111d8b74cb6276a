// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.KeyTreeCipher;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.getvpn.gdoi.wire.DataAttribute;
import org.getvpn.gdoi.wire.KeyDownload;
import org.getvpn.gdoi.wire.KeyPacket;
import org.getvpn.gdoi.wire.LkhDownloadArray;
import org.getvpn.gdoi.wire.LkhKey;
import org.getvpn.gdoi.wire.LkhUpdateArray;
import org.getvpn.gdoi.wire.MalformedPayload;

/**
 * A logical key hierarchy in KD: the LKH packet, which stands in place of the KEK packet (RFC 6407,
 * section 5.6.3). In GROUPKEY-PULL it holds the member's keys from leaf to root; in GROUPKEY-PUSH
 * arrays of new keys, of which a member opens those that are encrypted under a key of its own.
 */
final class KeyTreePayloads {
    private KeyTreePayloads() {}

    /** The keys of {@code download} with the LKH packet, if it has one. */
    static KeyDownload write(KeyDownload keys, GroupDownload download) {
        if (download.keyPath().isEmpty() && download.keyTreeUpdates().isEmpty()) {
            return keys;
        }
        Kek kek =
                download.kek()
                        .orElseThrow(() -> new IllegalArgumentException("key tree without a KEK"));
        List<DataAttribute> attributes = new ArrayList<>();
        if (!download.keyPath().isEmpty()) {
            attributes.add(path(kek, download.keyPath()).write());
        }
        boolean reachesRoot = download.keyTreeUpdates().isEmpty();
        for (KeyTreeUpdate update : download.keyTreeUpdates()) {
            attributes.add(update(kek, update).write());
            KeyTreeNode last = update.keys().get(update.keys().size() - 1);
            reachesRoot |= last.ivAndKey().equals(kek.ivAndKey());
        }
        if (!reachesRoot) {
            throw new IllegalArgumentException(
                    "no update of the key tree has the KEK that the policy names");
        }
        attributes.add(DataAttribute.variable(KeyPacket.LKH_SIG_ALGORITHM_KEY, kek.signatureKey()));
        List<KeyPacket> packets = new ArrayList<>();
        for (KeyPacket packet : keys.packets()) {
            packets.add(
                    packet.type() == KeyPacket.KEK
                            ? new KeyPacket(KeyPacket.LKH, kek.spi(), attributes)
                            : packet);
        }
        return new KeyDownload(packets);
    }

    private static LkhDownloadArray path(Kek kek, List<KeyTreeNode> path) {
        KeyTreeNode root = path.get(path.size() - 1);
        if (!root.ivAndKey().equals(kek.ivAndKey())) {
            throw new IllegalArgumentException(
                    root + " is no root: its key is not the KEK that the policy names");
        }
        List<LkhKey> keys = new ArrayList<>();
        for (KeyTreeNode node : path) {
            byte[] plain = node.ivAndKey().expose();
            keys.add(key(kek, node, plain));
            Arrays.fill(plain, (byte) 0);
        }
        return new LkhDownloadArray(keys);
    }

    private static LkhUpdateArray update(Kek kek, KeyTreeUpdate update) {
        List<LkhKey> keys = new ArrayList<>();
        SecretBytes under = update.under().ivAndKey();
        for (KeyTreeNode node : update.keys()) {
            keys.add(key(kek, node, KeyTreeCipher.wrap(under, node)));
            under = node.ivAndKey();
        }
        return new LkhUpdateArray(update.under().id(), update.under().handle(), keys);
    }

    private static LkhKey key(Kek kek, KeyTreeNode node, byte[] keyData) {
        return new LkhKey(node.id(), kek.algorithm(), 0, 0, node.handle(), keyData);
    }

    /**
     * Keys in which a KEK packet stands in place of the LKH packet, and the path that led to it.
     */
    static final class Resolved {
        private final KeyDownload keys;
        private final List<KeyTreeNode> path;

        private Resolved(KeyDownload keys, List<KeyTreeNode> path) {
            this.keys = keys;
            this.path = path;
        }

        KeyDownload keys() {
            return keys;
        }

        /** From leaf to root; empty if there is no key tree. */
        List<KeyTreeNode> path() {
            return path;
        }
    }

    /**
     * Opens the LKH packet, if there is one.
     *
     * @param ivAndKeyOctets of the KEK, as SA KEK tells
     * @param held the member's path so far; empty if it has none
     * @throws NotForThisMember if it holds no key that opens an update
     */
    static Resolved read(KeyDownload keys, int ivAndKeyOctets, List<KeyTreeNode> held)
            throws MalformedPayload {
        List<KeyPacket> lkh = keys.packets(KeyPacket.LKH);
        if (lkh.isEmpty()) {
            return new Resolved(keys, List.of());
        }
        if (lkh.size() > 1 || !keys.packets(KeyPacket.KEK).isEmpty()) {
            throw new MalformedPayload("more than one KEK or LKH packet in KD");
        }
        if (!KeyTreeCipher.fits(ivAndKeyOctets)) {
            throw new MalformedPayload(
                    "key tree with a KEK of " + ivAndKeyOctets + " octets: 32 or 48 with its IV");
        }
        List<KeyTreeNode> path = path(lkh.get(0), ivAndKeyOctets, held);
        List<KeyPacket> packets = new ArrayList<>();
        for (KeyPacket packet : keys.packets()) {
            packets.add(
                    packet.type() == KeyPacket.LKH
                            ? kekPacket(packet, path.get(path.size() - 1))
                            : packet);
        }
        return new Resolved(new KeyDownload(packets), path);
    }

    private static KeyPacket kekPacket(KeyPacket lkh, KeyTreeNode root) throws MalformedPayload {
        byte[] key = root.ivAndKey().expose();
        try {
            return new KeyPacket(
                    KeyPacket.KEK,
                    lkh.spi(),
                    List.of(
                            DataAttribute.variable(KeyPacket.KEK_ALGORITHM_KEY, key),
                            DataAttribute.variable(
                                    KeyPacket.SIG_ALGORITHM_KEY,
                                    lkh.required(KeyPacket.LKH_SIG_ALGORITHM_KEY).value())));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static List<KeyTreeNode> path(
            KeyPacket packet, int ivAndKeyOctets, List<KeyTreeNode> held) throws MalformedPayload {
        List<KeyTreeNode> path = new ArrayList<>(held);
        boolean opened = false;
        int updates = 0;
        for (DataAttribute attribute : packet.attributes()) {
            switch (attribute.type()) {
                case KeyPacket.LKH_DOWNLOAD_ARRAY:
                    path = download(attribute, ivAndKeyOctets);
                    opened = true;
                    break;
                case KeyPacket.LKH_UPDATE_ARRAY:
                    if (++updates > GroupDownload.MOST_KEY_TREE_UPDATES) {
                        throw new MalformedPayload(
                                "more than "
                                        + GroupDownload.MOST_KEY_TREE_UPDATES
                                        + " LKH updates");
                    }
                    opened |= open(LkhUpdateArray.read(attribute.value(), ivAndKeyOctets), path);
                    break;
                case KeyPacket.LKH_SIG_ALGORITHM_KEY:
                    break;
                default:
                    throw new MalformedPayload("unknown LKH attribute " + attribute.type());
            }
        }
        if (!opened) {
            throw new NotForThisMember();
        }
        return path;
    }

    private static List<KeyTreeNode> download(DataAttribute attribute, int octets)
            throws MalformedPayload {
        List<KeyTreeNode> path = new ArrayList<>();
        byte[] value = attribute.value();
        for (LkhKey key : LkhDownloadArray.read(value, octets).keys()) {
            path.add(new KeyTreeNode(key.id(), key.handle(), SecretBytes.wrap(key.keyData())));
        }
        Arrays.fill(value, (byte) 0);
        return path;
    }

    /**
     * Opens an array if the member has its key; new keys take the place of older generations. It
     * may end below the root where a later array goes on: so an eviction needs two keys per level.
     *
     * @return whether it brought a new root
     */
    private static boolean open(LkhUpdateArray update, List<KeyTreeNode> path)
            throws MalformedPayload {
        Optional<KeyTreeNode> own =
                path.stream().filter(node -> node.isAt(update.id(), update.handle())).findFirst();
        if (own.isEmpty()) {
            return false;
        }
        SecretBytes under = own.get().ivAndKey();
        int last = path.indexOf(own.get());
        for (LkhKey key : update.keys()) {
            int at = indexOf(path, key.id());
            if (at <= last) {
                throw new MalformedPayload(key + " does not lead from node " + update.id() + " up");
            }
            SecretBytes fresh = KeyTreeCipher.unwrap(under, key.keyData());
            path.set(at, new KeyTreeNode(key.id(), key.handle(), fresh));
            under = fresh;
            last = at;
        }
        return last == path.size() - 1;
    }

    private static int indexOf(List<KeyTreeNode> path, int id) {
        for (int i = 0; i < path.size(); i++) {
            if (path.get(i).id() == id) {
                return i;
            }
        }
        return -1;
    }

    /** A genuine rekey whose new KEK this member is not meant to have, or fell behind of. */
    static final class NotForThisMember extends MalformedPayload {
        private static final long serialVersionUID = 1L;

        private final long sequence;

        NotForThisMember() {
            this(0);
        }

        private NotForThisMember(long sequence) {
            super("the new KEK is under keys that this member does not hold: register again");
            this.sequence = sequence;
        }

        NotForThisMember inRekey(long number) {
            return new NotForThisMember(number);
        }

        /** Of the rekey message. */
        long sequence() {
            return sequence;
        }
    }
}
