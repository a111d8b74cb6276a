// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
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
 * is. Without a KEK, or with keys that end soon, it wants to register again, in a window that keeps
 * all members from coming at once.
 */
final class SimulatedMember {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int SPREAD_WITH_KEYS = 20_000;
    private static final int SPREAD_WITHOUT_KEYS = 2000;
    private static final long LONGEST_MARGIN = 60_000;

    private static final class Key {
        private final Spi spi;
        private final long sendsAt;
        private long endsAt;

        Key(Spi spi, long sendsAt, long endsAt) {
            this.spi = spi;
            this.sendsAt = sendsAt;
            this.endsAt = endsAt;
        }
    }

    private static final class HeldKek {
        private final byte[] spi;
        private final long endsAt;

        HeldKek(byte[] spi, long endsAt) {
            this.spi = spi;
            this.endsAt = endsAt;
        }
    }

    private final Random random;
    private final List<Key> keys = new ArrayList<>();
    private final List<HeldKek> keks = new ArrayList<>();
    private final Map<Integer, KeyTreeNode> path = new HashMap<>();
    private List<SenderId> senderIds = List.of();
    private long now;
    private long registersAt = NEVER;
    private long tekRenewal = NEVER;
    private long kekRenewal = NEVER;

    /**
     * @param random of its jitter
     */
    SimulatedMember(Random random) {
        this.random = random;
    }

    void registered(GroupDownload download) {
        registersAt = NEVER;
        keks.clear();
        path.clear();
        download.keyPath().forEach(node -> path.put(node.id(), node));
        hold(download.kek().orElseThrow());
        senderIds = download.senderIds();
        for (Key old : keys) {
            old.endsAt = Math.min(old.endsAt, deactivation(download));
        }
        int last = download.teks().size() - 1;
        for (int i = 0; i <= last; i++) {
            Tek tek = download.teks().get(i);
            boolean newest = i == last;
            long end = now + tek.remainingSeconds() * 1000;
            long sends = newest ? activation(download) : now;
            for (Key old : keys) {
                sends = old.spi.equals(tek.spi()) ? Math.min(sends, old.sendsAt) : sends;
            }
            keys.removeIf(old -> old.spi.equals(tek.spi()));
            keys.add(
                    new Key(
                            tek.spi(),
                            sends,
                            newest ? end : Math.min(end, deactivation(download))));
            tekRenewal = renewal(tek.remainingSeconds() * 1000);
        }
    }

    /** The key server refused: it asks again after a while. */
    void refused() {
        registersAt = now + 1000 + random.nextInt(4000);
    }

    void rekeyed(Kek kek, RekeyMessage message) {
        if (!holds(kek.spi())) {
            return; // cannot be decrypted
        }
        if (message.deletesAllTeks()) {
            keys.clear();
        }
        keys.removeIf(key -> message.deletedTeks().contains(key.spi));
        if (message.deletesKek()) {
            keks.removeIf(held -> Arrays.equals(held.spi, kek.spi()));
        }
        message.download().ifPresent(this::take);
        if (keks.isEmpty() || keys.isEmpty()) {
            keks.clear();
            int spread = keys.isEmpty() ? SPREAD_WITHOUT_KEYS : SPREAD_WITH_KEYS;
            registersAt = now + random.nextInt(spread + 1);
        }
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
            download.kek().ifPresent(this::hold);
        }
        for (Tek tek : download.teks()) {
            if (receives(tek.spi())) {
                continue; // a repetition
            }
            for (Key old : keys) {
                old.endsAt = Math.min(old.endsAt, deactivation(download));
            }
            long lifetime = tek.remainingSeconds() * 1000;
            keys.add(new Key(tek.spi(), activation(download), now + lifetime));
            tekRenewal = renewal(lifetime);
        }
    }

    private void hold(Kek kek) {
        long lifetime = kek.remainingSeconds() * 1000;
        keks.removeIf(held -> Arrays.equals(held.spi, kek.spi()));
        keks.add(new HeldKek(kek.spi(), now + lifetime));
        kekRenewal = renewal(lifetime);
    }

    private long activation(GroupDownload download) {
        return now + download.activationDelaySeconds() * 1000L;
    }

    private long deactivation(GroupDownload download) {
        return now + download.deactivationDelaySeconds() * 1000L;
    }

    /** When it registers again for a key's sake if no rekey comes. */
    private long renewal(long lifetime) {
        long margin = Math.min(lifetime / 5, LONGEST_MARGIN);
        return now + lifetime - margin - random.nextInt((int) (margin / 5) + 1);
    }

    void sleep(long millis) {
        now += millis;
        keys.removeIf(key -> key.endsAt <= now);
        keks.removeIf(kek -> kek.endsAt <= now);
        boolean needs = keys.isEmpty() || now >= tekRenewal || now >= kekRenewal;
        if (registersAt == NEVER && needs) {
            registersAt = now;
        }
    }

    /** Whether it asks the key server now. */
    boolean wantsToRegister() {
        return now >= registersAt;
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

    /** TEKs that it reads traffic with. */
    Set<Spi> teks() {
        return keys.stream().map(key -> key.spi).collect(Collectors.toSet());
    }

    /** SPIs of KEKs that it reads rekey messages with, as the operator sees them. */
    Set<String> keks() {
        return keks.stream().map(kek -> text(kek.spi)).collect(Collectors.toSet());
    }

    private static String text(byte[] spi) {
        StringBuilder text = new StringBuilder("0x");
        for (byte octet : spi) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }

    /** Whether it reads what is sent under that KEK. */
    boolean holds(byte[] kekSpi) {
        return keks.stream().anyMatch(held -> Arrays.equals(held.spi, kekSpi));
    }

    /** Whether it can be reached by rekeys: otherwise it is about to register again. */
    boolean isRegistered() {
        return !keks.isEmpty();
    }

    /** Whether traffic is for it: also while it is about to register again, if it has a key. */
    boolean takesPart() {
        return isRegistered() || !keys.isEmpty();
    }

    /**
     * Whether its KEK was deleted before all TEKs were: nobody can tell it until it registers
     * again.
     *
     * @param gone TEKs that were withdrawn together, with nothing to send with in their place
     */
    boolean isUntold(Set<Spi> gone) {
        return !isRegistered() && gone.containsAll(teks());
    }

    List<SenderId> senderIds() {
        return senderIds;
    }
}
