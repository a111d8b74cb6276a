// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.ks.api.KeyStage;

/** What a group's record holds: its keys, oldest first, and what was counted. Immutable. */
final class GroupState {
    private final String policy;
    private final SigningKey signingKey;
    private final List<TekState> teks;
    private final List<KekState> keks;
    private final long rekeys;
    private final long seenMillis;
    private final PseudotimeLine line; // null for none

    /**
     * @param policy fingerprint of the policy that the newest TEK was made for
     * @param rekeys rollovers of a TEK or KEK begun
     * @param seenMillis group time of this state
     */
    GroupState(
            String policy,
            SigningKey signingKey,
            List<TekState> teks,
            List<KekState> keks,
            long rekeys,
            long seenMillis) {
        this(policy, signingKey, teks, keks, rekeys, seenMillis, null);
    }

    private GroupState(
            String policy,
            SigningKey signingKey,
            List<TekState> teks,
            List<KekState> keks,
            long rekeys,
            long seenMillis,
            PseudotimeLine line) {
        this.line = line;
        this.policy = policy;
        this.signingKey = signingKey;
        this.teks = List.copyOf(teks);
        this.keks = List.copyOf(keks);
        this.rekeys = rekeys;
        this.seenMillis = seenMillis;
    }

    String policy() {
        return policy;
    }

    SigningKey signingKey() {
        return signingKey;
    }

    List<TekState> teks() {
        return teks;
    }

    List<KekState> keks() {
        return keks;
    }

    long rekeys() {
        return rekeys;
    }

    long seenMillis() {
        return seenMillis;
    }

    /** The group's pseudotime, if it ever needed one. */
    Optional<PseudotimeLine> line() {
        return Optional.ofNullable(line);
    }

    /**
     * @param next null for none
     */
    GroupState withLine(PseudotimeLine next) {
        return new GroupState(policy, signingKey, teks, keks, rekeys, seenMillis, next);
    }

    /** The TEK in that stage; at most one is ANNOUNCED, RECEIVABLE or SENDABLE. */
    Optional<TekState> tek(KeyStage stage) {
        return teks.stream().filter(tek -> tek.stage() == stage).findFirst();
    }

    /** The TEK that is on its way to be sent with. */
    Optional<TekState> comingTek() {
        return tek(KeyStage.ANNOUNCED).or(() -> tek(KeyStage.RECEIVABLE));
    }

    /** The KEK in that stage. */
    Optional<KekState> kek(KeyStage stage) {
        return keks.stream().filter(kek -> kek.stage() == stage).findFirst();
    }

    /** Whether a KEK is on its way to be sent under. */
    boolean kekIsChanging() {
        return kek(KeyStage.RECEIVABLE).isPresent();
    }

    /** Whether a rollover is under way, which ends by a deadline of its own. */
    boolean isChanging() {
        return comingTek().isPresent() || kekIsChanging();
    }

    /** The KEK that a new member gets: the newest. */
    Optional<KekState> newestKek() {
        return keks.isEmpty() ? Optional.empty() : Optional.of(keks.get(keks.size() - 1));
    }

    GroupState withPolicy(String fingerprint) {
        return new GroupState(fingerprint, signingKey, teks, keks, rekeys, seenMillis, line);
    }

    GroupState withSeen(long millis) {
        return new GroupState(policy, signingKey, teks, keks, rekeys, millis, line);
    }

    GroupState withTeks(List<TekState> changed) {
        return new GroupState(policy, signingKey, changed, keks, rekeys, seenMillis, line);
    }

    GroupState withKeks(List<KekState> changed) {
        return new GroupState(policy, signingKey, teks, changed, rekeys, seenMillis, line);
    }

    /** One more rollover. */
    GroupState withRekey() {
        return new GroupState(policy, signingKey, teks, keks, rekeys + 1, seenMillis, line);
    }

    /** One more rekey message under {@code kek}. */
    GroupState withPush(KekState kek) {
        return withKek(kek.reserved());
    }

    /** Replaces the TEK of that SPI, or adds it as the newest. */
    GroupState withTek(TekState changed) {
        List<TekState> next = new ArrayList<>();
        boolean found = false;
        for (TekState tek : teks) {
            boolean same = tek.spi().equals(changed.spi());
            next.add(same ? changed : tek);
            found |= same;
        }
        if (!found) {
            next.add(changed);
        }
        return withTeks(next);
    }

    /** Replaces the KEK of that SPI, or adds it as the newest. */
    GroupState withKek(KekState changed) {
        List<KekState> next = new ArrayList<>();
        boolean found = false;
        for (KekState kek : keks) {
            boolean same = kek.isSameKey(changed);
            next.add(same ? changed : kek);
            found |= same;
        }
        if (!found) {
            next.add(changed);
        }
        return withKeks(next);
    }
}
