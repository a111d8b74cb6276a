// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.ks.api.KeyStage;

/**
 * Sends what is RECEIVABLE, in several rounds: a datagram that is lost in one arrives in another.
 * Where members acknowledge, further rounds go to those that have not, until the old key is gone. A
 * restart tells the newest keys once more, whatever their stage, because nobody knows whether the
 * last message before it left; members notice a repetition only.
 */
final class RekeyRounds {
    private static final long FOLLOWING_MILLIS = 2000;

    private final Acknowledgements acknowledgements;
    private boolean restarted = true;
    private String subject = "";
    private boolean subjectIsTek;
    private int sent;
    private long nextMillis = Long.MAX_VALUE;

    RekeyRounds(Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
    }

    /** Adds the rounds that are due to {@code turn}. */
    void advance(Turn turn) {
        if (restarted) {
            restarted = false;
            repeat(turn);
        }
        Optional<KekState> kek = turn.state().kek(KeyStage.RECEIVABLE);
        Optional<TekState> tek = turn.state().tek(KeyStage.RECEIVABLE).or(() -> following(turn));
        String now =
                kek.map(KekState::spiText)
                        .orElse(tek.map(coming -> coming.spi().toString()).orElse(""));
        if (!now.equals(subject)) {
            conclude(turn);
            acknowledgements.begin();
            subject = now;
            subjectIsTek = kek.isEmpty();
            sent = 0;
            nextMillis = subject.isEmpty() ? Long.MAX_VALUE : turn.now();
        }
        if (turn.now() < nextMillis) {
            return;
        }
        List<Endpoint> receivers =
                sent == 0 ? turn.members() : acknowledgements.missing(turn.members());
        if (kek.isPresent()) {
            tell(turn, KeyStage.SENDABLE, kek.get(), receivers);
        } else {
            tell(turn, tek.orElseThrow(), receivers);
        }
        sent++;
        nextMillis = turn.now() + pause(turn);
    }

    /** A TEK that is in use while some have not said that they have it. */
    private Optional<TekState> following(Turn turn) {
        return turn.state()
                .tek(KeyStage.SENDABLE)
                .filter(tek -> tek.spi().toString().equals(subject))
                .filter(tek -> turn.state().tek(KeyStage.RETIRING).isPresent());
    }

    private long pause(Turn turn) {
        if (sent < turn.schedule().rounds()) {
            return turn.schedule().roundSpacing(turn.members().size());
        }
        boolean acknowledged =
                turn.state().kek(KeyStage.SENDABLE).filter(KekState::isAcknowledged).isPresent();
        return acknowledged && !acknowledgements.missing(turn.members()).isEmpty()
                ? FOLLOWING_MILLIS + RekeySchedule.roundMillis(turn.members().size())
                : Long.MAX_VALUE / 2 - turn.now();
    }

    /**
     * Who heard nothing of a TEK until its predecessor was gone is named. A KEK is not waited for:
     * who missed it misses the next TEK too.
     */
    private void conclude(Turn turn) {
        boolean acknowledged =
                turn.state().kek(KeyStage.SENDABLE).filter(KekState::isAcknowledged).isPresent();
        if (!subject.isEmpty() && subjectIsTek && sent > 0 && acknowledged) {
            for (Endpoint silent : acknowledgements.conclude(turn.members())) {
                int missed = acknowledgements.of(silent.address()).missed();
                turn.actions()
                        .add(new GroupAction.Silent(turn.policy().name(), subject, silent, missed));
            }
        }
    }

    private void repeat(Turn turn) {
        turn.state()
                .kek(KeyStage.SENDABLE)
                .filter(kek -> turn.state().kek(KeyStage.RETIRING).isPresent())
                .ifPresent(kek -> tell(turn, KeyStage.RETIRING, kek, turn.members()));
        turn.state().tek(KeyStage.SENDABLE).ifPresent(tek -> tell(turn, tek, turn.members()));
    }

    private void tell(Turn turn, KeyStage under, KekState news, List<Endpoint> receivers) {
        tell(
                turn,
                under,
                Downloads.rollover(turn.state(), news, turn.policy(), turn.now()),
                receivers);
    }

    private void tell(Turn turn, TekState news, List<Endpoint> receivers) {
        tell(
                turn,
                KeyStage.SENDABLE,
                Downloads.rollover(turn.state(), news, turn.policy(), turn.now()),
                receivers);
    }

    private void tell(Turn turn, KeyStage under, GroupDownload news, List<Endpoint> receivers) {
        Optional<KekState> kek = turn.state().kek(under);
        if (kek.isPresent() && !receivers.isEmpty()) {
            turn.push(kek.get(), news, receivers);
            acknowledgements.sent(turn.state().kek(under).orElseThrow(), receivers);
        }
    }

    /** When the next round is due; far in the future for never. */
    long nextMillis() {
        return nextMillis;
    }
}
