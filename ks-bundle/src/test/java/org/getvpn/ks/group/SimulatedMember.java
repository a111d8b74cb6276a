// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;

/**
 * What a member does with what it is told, in a clock of its own: it sends with the newest key
 * whose activation delay is over, and forgets older keys when their deactivation delay or lifetime
 * is.
 */
final class SimulatedMember {
    private static final class Key {
        private final Spi spi;
        private long sendsAt;
        private long endsAt;

        Key(Spi spi, long sendsAt, long endsAt) {
            this.spi = spi;
            this.sendsAt = sendsAt;
            this.endsAt = endsAt;
        }
    }

    private final List<Key> keys = new ArrayList<>();
    private final List<byte[]> keks = new ArrayList<>();
    private final Map<Integer, KeyTreeNode> path = new HashMap<>();
    private List<SenderId> senderIds = List.of();
    private long now;

    void registered(GroupDownload download) {
        keys.clear();
        keks.clear();
        keks.add(download.kek().orElseThrow().spi());
        senderIds = download.senderIds();
        path.clear();
        download.keyPath().forEach(node -> path.put(node.id(), node));
        int last = download.teks().size() - 1;
        for (int i = 0; i <= last; i++) {
            Tek tek = download.teks().get(i);
            boolean newest = i == last;
            long end = now + tek.remainingSeconds() * 1000;
            keys.add(
                    new Key(
                            tek.spi(),
                            newest ? now + download.activationDelaySeconds() * 1000L : now,
                            newest
                                    ? end
                                    : Math.min(
                                            end,
                                            now + download.deactivationDelaySeconds() * 1000L)));
        }
    }

    void rekeyed(Kek kek, RekeyMessage message) {
        if (keks.stream().noneMatch(held -> Arrays.equals(held, kek.spi()))) {
            return; // cannot be decrypted
        }
        if (message.deletesAllTeks()) {
            keys.clear();
        }
        keys.removeIf(key -> message.deletedTeks().contains(key.spi));
        if (message.deletesKek()) {
            keks.removeIf(held -> Arrays.equals(held, kek.spi()));
        }
        message.download().ifPresent(this::take);
    }

    private void take(GroupDownload download) {
        boolean reads = download.keyTreeUpdates().isEmpty();
        for (KeyTreeUpdate update : download.keyTreeUpdates()) {
            if (update.under().equals(path.get(update.under().id()))) {
                update.keys().forEach(node -> path.put(node.id(), node));
            }
        }
        if (!reads && path.containsKey(KeyTree.ROOT)) {
            reads = path.get(KeyTree.ROOT).ivAndKey().equals(download.kek().get().ivAndKey());
        }
        if (reads) {
            download.kek().ifPresent(fresh -> keks.add(fresh.spi()));
        }
        for (Tek tek : download.teks()) {
            if (keys.stream().anyMatch(key -> key.spi.equals(tek.spi()))) {
                continue; // a repetition
            }
            for (Key old : keys) {
                old.endsAt =
                        Math.min(old.endsAt, now + download.deactivationDelaySeconds() * 1000L);
            }
            keys.add(
                    new Key(
                            tek.spi(),
                            now + download.activationDelaySeconds() * 1000L,
                            now + tek.remainingSeconds() * 1000));
        }
    }

    void sleep(long millis) {
        now += millis;
        keys.removeIf(key -> key.endsAt <= now);
    }

    Optional<Spi> sending() {
        Spi newest = null;
        for (Key key : keys) {
            newest = key.sendsAt <= now ? key.spi : newest;
        }
        return Optional.ofNullable(newest);
    }

    boolean receives(Spi spi) {
        return keys.stream().anyMatch(key -> key.spi.equals(spi));
    }

    /** Whether it reads what is sent under that KEK. */
    boolean holds(byte[] kekSpi) {
        return keks.stream().anyMatch(held -> Arrays.equals(held, kekSpi));
    }

    /** Whether it can be reached by rekeys: otherwise it is about to register again. */
    boolean isRegistered() {
        return !keks.isEmpty();
    }

    List<SenderId> senderIds() {
        return senderIds;
    }
}
