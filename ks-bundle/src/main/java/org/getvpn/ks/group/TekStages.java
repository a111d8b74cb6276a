// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.KeyStage;

/**
 * The life of TEKs: received before anybody sends, confirmed before it is received, deleted last.
 * Each method is one rule; {@link #advance} applies them in order.
 */
final class TekStages {
    private final Turn turn;
    private final KeyMint mint;
    private final Set<Spi> confirmed;
    private final Renewal renewal;

    /**
     * @param confirmed SPIs that every switch accepts
     * @param renewal which members may be registering again for
     */
    TekStages(Turn turn, KeyMint mint, Set<Spi> confirmed, Renewal renewal) {
        this.renewal = renewal;
        this.turn = turn;
        this.mint = mint;
        this.confirmed = confirmed;
    }

    void advance() {
        expire();
        receive();
        send();
        retire();
        boolean wanted = renewal.owesTek() || isDue();
        if (turn.state().comingTek().isEmpty() && wanted && !turn.state().kekIsChanging()) {
            announce();
        }
    }

    /**
     * Begins a rollover; there is none under way. While members register again it waits for the
     * last of them.
     */
    TekState announce() {
        long now = turn.now();
        Optional<TekState> sending = turn.state().tek(KeyStage.SENDABLE);
        long end = sending.map(TekState::expiresMillis).orElse(Long.MAX_VALUE / 2);
        TekState tek =
                mint.tek(
                        turn.state(),
                        turn.policy(),
                        turn.schedule().activation() + renewal.windowMillis(now),
                        turn.schedule().overlap(),
                        now,
                        now + turn.schedule().preparation(now, end));
        turn.become(turn.state().withTek(tek).withRekey());
        turn.prepare(tek);
        return tek;
    }

    /**
     * Begins a rollover, or hurries the one under way: no older TEK is received longer than members
     * may need to notice that there is a newer one to send with.
     *
     * @return the TEK that comes
     */
    TekState replaceNow() {
        TekState coming =
                turn.state()
                        .comingTek()
                        .orElseGet(this::announce)
                        .overlapping(RekeySchedule.LEAST_OVERLAP_MILLIS);
        turn.become(turn.state().withTek(coming));
        return coming;
    }

    private boolean isDue() {
        return turn.state()
                .tek(KeyStage.SENDABLE)
                .map(
                        tek ->
                                turn.now() >= turn.schedule().rekeyPoint(tek)
                                        || isOfOtherRule(tek)
                                        || isOfOtherDirection(tek))
                .orElse(true);
    }

    /** Of a former replay policy, or of a pseudotime that ended with the machine's last run. */
    private boolean isOfOtherRule(TekState tek) {
        return !tek.replay().equals(ReplayRule.of(turn.policy().replay(), turn.state().line()));
    }

    private boolean isOfOtherDirection(TekState tek) {
        return tek.direction() != RekeySchedule.direction(turn.policy(), turn.now());
    }

    /** A lifetime that is over ends the key in whatever stage it is. */
    private void expire() {
        for (TekState tek : turn.state().teks()) {
            if (tek.expiresMillis() <= turn.now()) {
                turn.bury(tek);
            }
        }
    }

    /** Confirmed by the switches, or long enough waited for: members may hear of it. */
    private void receive() {
        Optional<TekState> announced = turn.state().tek(KeyStage.ANNOUNCED);
        if (announced.isEmpty()
                || turn.state().kekIsChanging()
                || !confirmed.contains(announced.get().spi())
                        && turn.now() < announced.get().changesMillis()) {
            return;
        }
        long delay =
                turn.members().isEmpty()
                        ? 0 // nobody has to hear of it first
                        : announced.get().activationMillis()
                                + turn.state()
                                        .kek(KeyStage.SENDABLE)
                                        .map(turn::roundMillis)
                                        .orElse(0L);
        turn.become(
                turn.state().withTek(announced.get().at(KeyStage.RECEIVABLE, turn.now() + delay)));
    }

    /** Everybody had the time to install it: members send with it, and no longer with the old. */
    private void send() {
        Optional<TekState> receivable = turn.state().tek(KeyStage.RECEIVABLE);
        if (receivable.isEmpty() || turn.now() < receivable.get().changesMillis()) {
            return;
        }
        long gone = receivable.get().changesMillis() + receivable.get().overlapMillis();
        for (TekState old : turn.state().teks()) {
            if (old.stage() == KeyStage.SENDABLE
                    || old.stage() == KeyStage.RETIRING && old.changesMillis() > gone) {
                turn.become(turn.state().withTek(old.at(KeyStage.RETIRING, gone)));
            }
        }
        turn.become(turn.state().withTek(receivable.get().at(KeyStage.SENDABLE, Long.MAX_VALUE)));
    }

    /** Nobody sends with it any more, and what was under way has arrived: it goes, for all. */
    private void retire() {
        for (TekState tek : turn.state().teks()) {
            if (tek.stage() == KeyStage.RETIRING && tek.changesMillis() <= turn.now()) {
                Optional<KekState> kek = turn.state().kek(KeyStage.SENDABLE);
                if (kek.isPresent() && !turn.members().isEmpty()) {
                    turn.delete(kek.get(), List.of(tek.spi()), false, false);
                }
                turn.bury(tek);
            }
        }
    }
}
