// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Optional;
import org.getvpn.ks.api.KeyStage;

/**
 * Sends what is RECEIVABLE, in several rounds: a datagram that is lost in one arrives in another. A
 * restart tells the newest keys once more, whatever their stage, because nobody knows whether the
 * last message before it left; members notice a repetition only.
 */
final class RekeyRounds {
    private boolean restarted = true;
    private String subject = "";
    private int sent;
    private long nextMillis = Long.MAX_VALUE;

    /** Adds the rounds that are due to {@code turn}. */
    void advance(Turn turn) {
        if (restarted) {
            restarted = false;
            repeat(turn);
        }
        Optional<TekState> tek = turn.state().tek(KeyStage.RECEIVABLE);
        Optional<KekState> kek = turn.state().kek(KeyStage.RECEIVABLE);
        String now =
                kek.map(KekState::spiText)
                        .orElse(tek.map(coming -> coming.spi().toString()).orElse(""));
        if (!now.equals(subject)) {
            subject = now;
            sent = 0;
            nextMillis = subject.isEmpty() ? Long.MAX_VALUE : turn.now();
        }
        if (turn.now() < nextMillis) {
            return;
        }
        if (kek.isPresent()) {
            tell(turn, KeyStage.SENDABLE, kek.get());
        } else {
            tell(turn, tek.orElseThrow());
        }
        sent++;
        nextMillis =
                sent < turn.schedule().rounds()
                        ? turn.now() + turn.schedule().roundSpacing(turn.members().size())
                        : Long.MAX_VALUE;
    }

    private static void repeat(Turn turn) {
        turn.state()
                .kek(KeyStage.SENDABLE)
                .filter(kek -> turn.state().kek(KeyStage.RETIRING).isPresent())
                .ifPresent(kek -> tell(turn, KeyStage.RETIRING, kek));
        turn.state().tek(KeyStage.SENDABLE).ifPresent(tek -> tell(turn, tek));
    }

    private static void tell(Turn turn, KeyStage under, KekState news) {
        Optional<KekState> kek = turn.state().kek(under);
        if (kek.isPresent() && !turn.members().isEmpty()) {
            turn.push(kek.get(), Downloads.rollover(turn.state(), news, turn.policy(), turn.now()));
        }
    }

    private static void tell(Turn turn, TekState news) {
        Optional<KekState> kek = turn.state().kek(KeyStage.SENDABLE);
        if (kek.isPresent() && !turn.members().isEmpty()) {
            turn.push(kek.get(), Downloads.rollover(turn.state(), news, turn.policy(), turn.now()));
        }
    }

    /** When the next round is due; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return nextMillis;
    }
}
