// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Optional;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberQuirk;

/**
 * The life of KEKs. A new one is sent under the old one; new members get it at once, and rekey
 * messages are sent under it when everybody had the time to hear of it. The sequence begins at 1
 * again (RFC 6407, section 5.7), unless members need it to go on.
 */
final class KekStages {
    /** A sequence number that leaves room for the rollover before the space ends. */
    private static final long LAST_SEQUENCE = 0xffff_0000L;

    /** How long the new KEK can be told once more under the old one, after a restart. */
    private static final long REPEATABLE_MILLIS = 300_000;

    private final Turn turn;
    private final KeyMint mint;

    KekStages(Turn turn, KeyMint mint) {
        this.turn = turn;
        this.mint = mint;
    }

    void advance() {
        for (KekState kek : turn.state().keks()) {
            boolean retired = kek.stage() == KeyStage.RETIRING && kek.changesMillis() <= turn.now();
            if (retired || kek.expiresMillis() <= turn.now()) {
                turn.bury(kek);
            }
        }
        send();
        Optional<KekState> sending = turn.state().kek(KeyStage.SENDABLE);
        if (sending.isEmpty()) {
            replace();
        } else if (isDue(sending.get())) {
            begin();
        }
    }

    /** A KEK that begins at once; whoever had another hears no more rekeys and registers again. */
    void replace() {
        turn.state().kek(KeyStage.RECEIVABLE).ifPresent(turn::bury);
        turn.become(
                turn.state()
                        .withKek(
                                mint.kek(
                                        turn.policy(),
                                        turn.now(),
                                        KeyStage.SENDABLE,
                                        Long.MAX_VALUE,
                                        generation())));
    }

    /** Not together with a TEK's rollover: one thing after the other. */
    private boolean isDue(KekState sending) {
        return turn.state().kek(KeyStage.RECEIVABLE).isEmpty()
                && turn.state().comingTek().isEmpty()
                && (turn.now() >= turn.schedule().rekeyPoint(sending)
                        || sending.sequence() >= LAST_SEQUENCE);
    }

    /** Of the key tree, which forgets who is no member any more. */
    private int generation() {
        return turn.policy().keyTree() ? turn.hierarchy().renew() : 0;
    }

    /**
     * Begins a rollover if there is none under way.
     *
     * @return the SPI of the KEK that comes
     * @throws IllegalStateException while the TEK changes: one thing after the other
     */
    String request() {
        if (turn.state().kek(KeyStage.RECEIVABLE).isEmpty()) {
            if (turn.state().comingTek().isPresent()) {
                throw new IllegalStateException(
                        "group \""
                                + turn.policy().name()
                                + "\": its TEK is changing; ask again when getvpn:sas shows the new"
                                + " one as SENDABLE");
            }
            begin();
        }
        return turn.state()
                .kek(KeyStage.RECEIVABLE)
                .or(() -> turn.state().kek(KeyStage.SENDABLE))
                .orElseThrow()
                .spiText();
    }

    /** Begins a rollover; there is none under way, and a KEK to tell it under. */
    void begin() {
        long delay =
                turn.members().isEmpty()
                        ? 0
                        : Math.max(1000, turn.schedule().activation())
                                + turn.roundMillis(
                                        turn.state().kek(KeyStage.SENDABLE).orElseThrow());
        turn.become(
                turn.state()
                        .withKek(
                                mint.kek(
                                        turn.policy(),
                                        turn.now(),
                                        KeyStage.RECEIVABLE,
                                        turn.now() + delay,
                                        generation()))
                        .withRekey());
        send();
    }

    private void send() {
        Optional<KekState> coming = turn.state().kek(KeyStage.RECEIVABLE);
        if (coming.isEmpty() || turn.now() < coming.get().changesMillis()) {
            return;
        }
        KekState next = coming.get().at(KeyStage.SENDABLE, Long.MAX_VALUE);
        Optional<KekState> old = turn.state().kek(KeyStage.SENDABLE);
        if (old.isPresent()) {
            turn.become(
                    turn.state()
                            .withKek(
                                    old.get()
                                            .at(
                                                    KeyStage.RETIRING,
                                                    turn.now() + REPEATABLE_MILLIS)));
            if (continues() && old.get().sequence() < LAST_SEQUENCE) {
                next = next.continuing(old.get().sequence());
            }
        }
        turn.become(turn.state().withKek(next));
    }

    /** Whether members compare sequence numbers across KEKs. */
    private boolean continues() {
        return turn.policy().dialect().quirks().contains(MemberQuirk.CONTINUED_SEQUENCE);
    }
}
