// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;

/**
 * One step of a group: the state as it will be, and what follows from it. Nothing leaves the group
 * before the state is in the store.
 */
final class Turn {
    private final GroupPolicy policy;
    private final RekeySchedule schedule;
    private final List<Endpoint> members;
    private final KeyHierarchy hierarchy;
    private final MachineTime machine;
    private final long now;
    private final List<GroupAction> actions = new ArrayList<>();
    private final List<SecretBytes> dead = new ArrayList<>();
    private GroupState state;

    Turn(
            GroupState state,
            GroupPolicy policy,
            List<Endpoint> members,
            KeyHierarchy hierarchy,
            MachineTime machine,
            long now) {
        this.hierarchy = hierarchy;
        this.machine = machine;
        this.state = state;
        this.policy = policy;
        this.schedule = new RekeySchedule(policy);
        this.members = members;
        this.now = now;
    }

    GroupState state() {
        return state;
    }

    void become(GroupState next) {
        state = next;
    }

    GroupPolicy policy() {
        return policy;
    }

    RekeySchedule schedule() {
        return schedule;
    }

    List<Endpoint> members() {
        return members;
    }

    KeyHierarchy hierarchy() {
        return hierarchy;
    }

    /** How long the copies of a message under {@code kek} to all members take. */
    long roundMillis(KekState kek) {
        return RekeySchedule.roundMillis(
                RekeyDelivery.under(kek, policy, members, List.of()).copies().size());
    }

    MachineTime machine() {
        return machine;
    }

    /** Whether members can be told what time it is for packets under that TEK. */
    boolean canBeTold(TekState tek) {
        return tek.replay().canBeTold(state.line());
    }

    long now() {
        return now;
    }

    List<GroupAction> actions() {
        return actions;
    }

    /** Keys that ended in this step, to be zeroed. */
    List<SecretBytes> dead() {
        return dead;
    }

    /** Takes a TEK out of the state. */
    void bury(TekState tek) {
        become(
                state.withTeks(
                        state.teks().stream()
                                .filter(other -> !other.spi().equals(tek.spi()))
                                .collect(Collectors.toList())));
        dead.add(tek.key());
        actions.add(new GroupAction.Withdraw(policy.name(), tek.spi()));
    }

    /** Takes a KEK out of the state. */
    void bury(KekState kek) {
        become(
                state.withKeks(
                        state.keks().stream()
                                .filter(other -> !other.isSameKey(kek))
                                .collect(Collectors.toList())));
        dead.add(kek.ivAndKey());
        actions.add(new GroupAction.Forget(policy.name(), Downloads.kek(state, kek, now)));
    }

    void prepare(TekState tek) {
        actions.add(
                new GroupAction.Prepare(
                        policy.name(),
                        tek.spi(),
                        Duration.ofMillis(Math.max(0, tek.changesMillis() - now))));
    }

    /** A member did not acknowledge a rollover in time. */
    void silent(Endpoint member, String spi, int missed, GroupAction.Verdict verdict) {
        actions.add(new GroupAction.Silent(policy.name(), member, spi, missed, verdict));
    }

    /** Reserves the next sequence number under {@code kek} and has new keys sent with it. */
    void push(KekState kek, GroupDownload download, RekeyDelivery delivery) {
        push(kek, List.of(), false, false, download, delivery);
    }

    /** The same for a message to all that only deletes. */
    void delete(KekState kek, List<Spi> teks, boolean allTeks, boolean theKek) {
        push(
                kek,
                teks,
                allTeks,
                theKek,
                null,
                RekeyDelivery.under(kek, policy, members, List.of()));
    }

    private void push(
            KekState kek,
            List<Spi> deletedTeks,
            boolean allTeks,
            boolean theKek,
            GroupDownload download,
            RekeyDelivery delivery) {
        become(state.withPush(kek));
        actions.add(
                new GroupAction.Push(
                        policy.name(),
                        Downloads.groupId(policy),
                        Downloads.kek(state, kek, now),
                        state.signingKey(),
                        new RekeyMessage(
                                kek.sequence() + 1, deletedTeks, allTeks, theKek, download),
                        Dialects.quirks(policy.dialect()),
                        delivery,
                        hierarchy::leafKey));
    }
}
