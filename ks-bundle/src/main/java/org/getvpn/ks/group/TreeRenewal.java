// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Optional;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;

/**
 * Gives the members of a group with a key tree keys that former members cannot read: a KEK by an
 * update of the tree, then a TEK under it.
 */
final class TreeRenewal {
    private final KeyHierarchy hierarchy;
    private boolean due;

    TreeRenewal(KeyHierarchy hierarchy) {
        this.hierarchy = hierarchy;
    }

    /** Whether members of that group have all that an update needs. */
    static boolean isPossible(GroupPolicy policy, GroupState state) {
        return policy.keyTree()
                && state.kek(KeyStage.SENDABLE).isPresent()
                && state.keks().stream().allMatch(kek -> kek.generation() > 0);
    }

    /** Whether a KEK was made for the other kind of group. */
    static boolean isOfOtherKind(GroupPolicy policy, GroupState state) {
        return state.newestKek().filter(k -> k.generation() > 0 != policy.keyTree()).isPresent();
    }

    /** Somebody left. */
    void ask() {
        due = true;
    }

    /** Nobody who left can read the keys to come. */
    void done() {
        due = false;
    }

    /** Not while keys are on their way: what a former member may hold tells no others. */
    boolean isDue(GroupState state) {
        return due
                && state.kek(KeyStage.RECEIVABLE).isEmpty()
                && state.kek(KeyStage.SENDABLE).isPresent()
                && state.tek(KeyStage.RECEIVABLE).isEmpty();
    }

    /** Begins both rollovers; the TEK's waits for the end of the KEK's. */
    void begin(Turn turn, KeyMint mint, TekStages teks) {
        new KekStages(turn, mint).begin();
        if (turn.state().comingTek().isEmpty()) {
            teks.announce();
        }
    }

    /** Whether a KEK that {@code turn} makes needs more updates than a message has. */
    boolean isTooMuchToTell(GroupState before, Turn turn) {
        Optional<KekState> under = turn.state().kek(KeyStage.SENDABLE);
        Optional<KekState> next = turn.state().kek(KeyStage.RECEIVABLE);
        Optional<String> former = before.kek(KeyStage.RECEIVABLE).map(KekState::spiText);
        return under.isPresent()
                && next.isPresent()
                && !next.map(KekState::spiText).equals(former)
                && hierarchy.updates(under.get(), next.get()).size()
                        > GroupDownload.MOST_KEY_TREE_UPDATES;
    }
}
