// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.KeyStage;

/**
 * Replaces keys without the help of those in use: members are told to register again, and get the
 * new ones with that. They are told first, then the keys are replaced: a kill in between makes the
 * key server find the same reason again and tell them again.
 *
 * <p>A TEK that members heard of before is not taken from them, for they send with it by their own
 * clocks, whether they have registered again or not; it is succeeded as soon as it is in use. Who
 * was put out holds it already.
 */
final class Renewal {
    /** What has to be replaced; a later one does the work of an earlier. */
    private enum Extent {
        NOTHING,
        /** the KEK is replaced; the TEK is when the one on its way is in use */
        NEXT_TEK,
        /** somebody was taken off the list: keys to come are not for it */
        KEYS_TO_COME,
        /** sender ids are used up or change their width */
        EVERYTHING
    }

    private Extent extent = Extent.NOTHING;
    private boolean told;
    private long windowEnds;

    /** Keys to come are not for somebody who holds the present ones. */
    void ofKeysToCome() {
        begin(Extent.KEYS_TO_COME);
    }

    /** No key that exists may be used any more. */
    void ofEverything() {
        begin(Extent.EVERYTHING);
    }

    private void begin(Extent next) {
        if (next.compareTo(extent) > 0) {
            extent = next;
            told = false;
        }
    }

    /** Whether the very next step is to replace keys; nobody can register before that. */
    boolean isUnderWay() {
        return extent.compareTo(Extent.NEXT_TEK) > 0;
    }

    /** Whether that includes the TEK in use: then all members are members no more. */
    boolean isOfEverything() {
        return extent == Extent.EVERYTHING;
    }

    /** Whether a TEK has to come yet that those who were put out cannot read. */
    boolean owesTek() {
        return extent == Extent.NEXT_TEK;
    }

    /** Whether members were told to register again, so that keys can be replaced. */
    boolean isTold() {
        return told;
    }

    /**
     * Tells members to register again, under every KEK there is: while one KEK follows another, a
     * member that has just registered holds the next alone, and others hold both.
     */
    void tell(Turn turn) {
        turn.state().keks().forEach(kek -> turn.delete(kek, List.of(), isOfEverything(), true));
        told = true;
    }

    /** Replaces the keys. {@link #settle} follows when that is in the store. */
    void replace(Turn turn, KeyMint mint, Set<Spi> confirmed) {
        turn.state().keks().forEach(turn::bury);
        if (isOfEverything()) {
            // everybody registers again under new keys (RFC 6407, sections 3.5 and 5.9)
            turn.state().teks().forEach(turn::bury);
            return;
        }
        // those who register again get the next TEK, while the old one carries traffic
        windowEnds = turn.now() + RekeySchedule.REREGISTRATION_MILLIS;
        new KekStages(turn, mint).replace();
        turn.state().tek(KeyStage.ANNOUNCED).ifPresent(turn::bury);
        if (turn.state().comingTek().isEmpty()) {
            new TekStages(turn, mint, confirmed, this).announce();
        }
    }

    /**
     * @return whether there is nothing left to do
     */
    boolean settle(GroupState state) {
        boolean owes = !isOfEverything() && state.tek(KeyStage.RECEIVABLE).isPresent();
        extent = owes ? Extent.NEXT_TEK : Extent.NOTHING;
        told = false;
        return !owes;
    }

    /** The TEK that was owed is announced. */
    void done() {
        extent = Extent.NOTHING;
    }

    /** What is left of the time in which members register again, milliseconds. */
    long windowMillis(long now) {
        return Math.max(0, windowEnds - now);
    }
}
