// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a key server tells a group member about its group: in GROUPKEY-PULL with sender ids, in
 * GROUPKEY-PUSH without. The same on both ends, and the same for any protocol that carries it.
 */
public final class GroupDownload {
    /** Updates of a key tree in one rekey; an eviction from 2^15 members needs 28. */
    public static final int MOST_KEY_TREE_UPDATES = 120;

    private final GroupId group;
    private final Kek kek;
    private final List<Tek> teks;
    private final int activationDelaySeconds;
    private final int deactivationDelaySeconds;
    private final List<TrafficRule> rules;
    private final List<SenderId> senderIds;
    private final long sequence;
    private final TimeBasedReplay timeBasedReplay;
    private final List<KeyTreeNode> keyPath;
    private final List<KeyTreeUpdate> keyTreeUpdates;

    /**
     * @param kek null where the group has no rekey, or where a rekey does not change it
     * @param teks newest last; each SPI once
     * @param activationDelaySeconds before a new TEK may be used to send (RFC 6407, section 5.4.1)
     * @param deactivationDelaySeconds after which an old TEK is no longer received
     * @param rules ordered policy with exceptions; empty if every rule is a PROTECT of a TEK
     * @param senderIds empty in a rekey
     * @param sequence the last rekey sequence number under {@code kek}, 0 if none
     */
    public GroupDownload(
            GroupId group,
            Kek kek,
            List<Tek> teks,
            int activationDelaySeconds,
            int deactivationDelaySeconds,
            List<TrafficRule> rules,
            List<SenderId> senderIds,
            long sequence) {
        this(
                group,
                kek,
                teks,
                activationDelaySeconds,
                deactivationDelaySeconds,
                rules,
                senderIds,
                sequence,
                null,
                List.of(),
                List.of());
    }

    private GroupDownload(
            GroupId group,
            Kek kek,
            List<Tek> teks,
            int activationDelaySeconds,
            int deactivationDelaySeconds,
            List<TrafficRule> rules,
            List<SenderId> senderIds,
            long sequence,
            TimeBasedReplay timeBasedReplay,
            List<KeyTreeNode> keyPath,
            List<KeyTreeUpdate> keyTreeUpdates) {
        this.group = Objects.requireNonNull(group);
        this.kek = kek;
        this.teks = List.copyOf(teks);
        this.activationDelaySeconds = activationDelaySeconds;
        this.deactivationDelaySeconds = deactivationDelaySeconds;
        this.rules = List.copyOf(rules);
        this.senderIds = List.copyOf(senderIds);
        this.sequence = sequence;
        this.timeBasedReplay = timeBasedReplay;
        this.keyPath = List.copyOf(keyPath);
        this.keyTreeUpdates = List.copyOf(keyTreeUpdates);
    }

    /** The group as the member named it. */
    public GroupId group() {
        return group;
    }

    /** The key of later rekey messages. */
    public Optional<Kek> kek() {
        return Optional.ofNullable(kek);
    }

    /** Newest last. */
    public List<Tek> teks() {
        return teks;
    }

    /** Seconds before a new TEK may be used to send. */
    public int activationDelaySeconds() {
        return activationDelaySeconds;
    }

    /** Seconds after which an old TEK is no longer received. */
    public int deactivationDelaySeconds() {
        return deactivationDelaySeconds;
    }

    /** Ordered policy with exceptions, or empty. */
    public List<TrafficRule> rules() {
        return rules;
    }

    /** Given to this member alone; empty in a rekey. */
    public List<SenderId> senderIds() {
        return senderIds;
    }

    /** The last rekey sequence number used. */
    public long sequence() {
        return sequence;
    }

    /** A member's keys from leaf to root; empty without a logical key hierarchy. */
    public List<KeyTreeNode> keyPath() {
        return keyPath;
    }

    /** What a key server sends so that some members read the KEK; empty as a member has it. */
    public List<KeyTreeUpdate> keyTreeUpdates() {
        return keyTreeUpdates;
    }

    /** How members tell a packet's age; empty if they do not. */
    public Optional<TimeBasedReplay> timeBasedReplay() {
        return Optional.ofNullable(timeBasedReplay);
    }

    /** The same download with sender ids and sequence number of the instant of admission. */
    public GroupDownload with(List<SenderId> ids, long currentSequence) {
        return new GroupDownload(
                group,
                kek,
                teks,
                activationDelaySeconds,
                deactivationDelaySeconds,
                rules,
                ids,
                currentSequence,
                timeBasedReplay,
                keyPath,
                keyTreeUpdates);
    }

    /** The same with another form of the KEK. */
    public GroupDownload with(Kek other) {
        return new GroupDownload(
                group,
                other,
                teks,
                activationDelaySeconds,
                deactivationDelaySeconds,
                rules,
                senderIds,
                sequence,
                timeBasedReplay,
                keyPath,
                keyTreeUpdates);
    }

    /** The same download under time-based anti-replay; null for none. */
    public GroupDownload with(TimeBasedReplay replay) {
        return new GroupDownload(
                group,
                kek,
                teks,
                activationDelaySeconds,
                deactivationDelaySeconds,
                rules,
                senderIds,
                sequence,
                replay,
                keyPath,
                keyTreeUpdates);
    }

    /**
     * The same download with a member's keys in a logical key hierarchy.
     *
     * @param path from the member's leaf to the root, whose key is that of the KEK; empty for none
     */
    public GroupDownload withKeyPath(List<KeyTreeNode> path) {
        return new GroupDownload(
                group,
                kek,
                teks,
                activationDelaySeconds,
                deactivationDelaySeconds,
                rules,
                senderIds,
                sequence,
                timeBasedReplay,
                path,
                keyTreeUpdates);
    }

    /**
     * The same download, to be sent in a rekey whose KEK only some members can read.
     *
     * @param updates at most {@link #MOST_KEY_TREE_UPDATES}, the lower before the upper, of which
     *     at least one has the KEK as its last key; empty for none
     */
    public GroupDownload withKeyTreeUpdates(List<KeyTreeUpdate> updates) {
        return new GroupDownload(
                group,
                kek,
                teks,
                activationDelaySeconds,
                deactivationDelaySeconds,
                rules,
                senderIds,
                sequence,
                timeBasedReplay,
                keyPath,
                updates);
    }

    /** Zeroes the KEK, the TEKs and the key path: nobody will use them. */
    public void destroyKeys() {
        for (Tek tek : teks) {
            tek.cipherKey().destroy();
            tek.integrityKey().destroy();
        }
        if (kek != null) {
            kek.ivAndKey().destroy();
        }
        keyPath.forEach(node -> node.ivAndKey().destroy());
    }
}
