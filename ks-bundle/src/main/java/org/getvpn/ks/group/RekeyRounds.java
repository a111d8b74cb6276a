// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.ks.api.KeyStage;

/**
 * Tells the members of a rollover, in several rounds: a datagram that is lost in one arrives in
 * another, and each round is signed anew with a sequence number of its own. Where members
 * acknowledge (RFC 8263), later rounds go to those only that did not, and go on until the old key
 * is gone: a member that is late loses packets, one that never hears loses all.
 *
 * <p>Under a KEK with a multicast group, the rounds within the activation delay are one datagram
 * each; later ones are copies for the missing, and who missed the last rollover gets copies from
 * the beginning.
 *
 * <p>A restart tells the newest keys once more, whatever their stage, because nobody knows whether
 * the last message before it left; members notice a repetition only.
 */
final class RekeyRounds {
    /** Rounds of one rollover, those to the missing included. */
    private static final int MOST_ROUNDS = 12;

    private final Acknowledgements acknowledgements;
    private final PseudotimeSync sync = new PseudotimeSync();
    private boolean restarted = true;
    private String subject = "";
    private boolean answered; // whether members acknowledge the subject
    private int sent;
    private long nextMillis = Long.MAX_VALUE;

    RekeyRounds(Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
    }

    /** What is told, and under which KEK. */
    private static final class News {
        private final KekState under;
        private final KekState kek; // null if it is a TEK
        private final TekState tek;

        News(KekState under, KekState kek, TekState tek) {
            this.under = under;
            this.kek = kek;
            this.tek = tek;
        }

        String subject() {
            return kek == null ? tek.spi().toString() : kek.spiText();
        }

        boolean isAcknowledged() {
            return under.acknowledgement() != 0;
        }

        /** The message's number is reserved, so the KEK counts one more. */
        KekState tell(Turn turn, RekeyDelivery delivery) {
            turn.push(
                    under,
                    kek == null
                            ? Downloads.rollover(
                                    turn.state(), tek, turn.policy(), turn.machine(), turn.now())
                            : Downloads.rollover(turn.state(), kek, turn.policy(), turn.now())
                                    .withKeyTreeUpdates(turn.hierarchy().updates(under, kek)),
                    delivery);
            return under.reserved();
        }

        KekState tellAll(Turn turn) {
            return tell(turn, delivery(turn, turn.members(), List.of()));
        }

        RekeyDelivery delivery(Turn turn, List<Endpoint> to, List<Endpoint> doubtful) {
            return RekeyDelivery.under(under, turn.policy(), to, doubtful);
        }
    }

    /** Adds the rounds that are due to {@code turn}. */
    void advance(Turn turn) {
        if (restarted) {
            restarted = false;
            repeat(turn);
        }
        Optional<News> news = coming(turn).or(() -> late(turn));
        String now = news.map(News::subject).orElse("");
        if (!now.equals(subject)) {
            judge(turn);
            subject = now;
            answered = news.map(News::isAcknowledged).orElse(false);
            sent = 0;
            acknowledgements.begin();
            nextMillis = news.isEmpty() ? Long.MAX_VALUE : turn.now();
        }
        if (news.isPresent() && turn.now() >= nextMillis) {
            round(turn, news.get());
        }
        if (news.isEmpty()) {
            synchronise(turn);
        }
    }

    /** Tells a key that everybody has, for the sake of the time that is told with it. */
    private void synchronise(Turn turn) {
        Optional<TekState> tek = sync.due(turn);
        Optional<KekState> kek = turn.state().kek(KeyStage.SENDABLE);
        if (tek.isPresent() && kek.isPresent()) {
            acknowledgements.begin();
            acknowledgements.sent(new News(kek.get(), null, tek.get()).tellAll(turn));
            sync.told(turn.policy().replay(), turn.now());
        }
    }

    private void round(Turn turn, News news) {
        boolean regular = sent < turn.schedule().rounds();
        if (!regular && !news.isAcknowledged()) {
            nextMillis = Long.MAX_VALUE;
            return;
        }
        if (!regular) {
            judge(turn);
        }
        List<Endpoint> members =
                news.isAcknowledged() ? acknowledgements.missing(turn.members()) : turn.members();
        RekeyDelivery delivery =
                regular
                        ? news.delivery(turn, members, doubtful(news, members))
                        : RekeyDelivery.ofCopies(members);
        if (!members.isEmpty()) {
            acknowledgements.sent(news.tell(turn, delivery));
            told(turn, news);
        }
        sent++;
        boolean last = sent >= MOST_ROUNDS || members.isEmpty() && !regular;
        nextMillis =
                last
                        ? Long.MAX_VALUE
                        : turn.now() + turn.schedule().roundSpacing(delivery.copies().size());
    }

    /** Nobody is in doubt where nobody is asked to answer. */
    private List<Endpoint> doubtful(News news, List<Endpoint> members) {
        return news.isAcknowledged() ? acknowledgements.doubtful(members) : List.of();
    }

    private void told(Turn turn, News news) {
        if (news.kek == null) {
            sync.told(turn.policy().replay(), turn.now());
        }
    }

    /** Names who is silent, and gives up who has been for long. */
    private void judge(Turn turn) {
        if (!answered) {
            return;
        }
        for (Endpoint member : acknowledgements.judge(turn.members())) {
            int missed = acknowledgements.of(member.address()).missed();
            turn.silent(
                    member,
                    subject,
                    missed,
                    missed < turn.policy().missedRekeys()
                            ? GroupAction.Verdict.WARNED
                            : GroupAction.Verdict.GIVEN_UP);
        }
    }

    /** A key that members must have before it is used. */
    private static Optional<News> coming(Turn turn) {
        Optional<KekState> under = turn.state().kek(KeyStage.SENDABLE);
        Optional<KekState> kek = turn.state().kek(KeyStage.RECEIVABLE);
        Optional<TekState> tek = turn.state().tek(KeyStage.RECEIVABLE).filter(turn::canBeTold);
        if (under.isEmpty() || turn.members().isEmpty()) {
            return Optional.empty();
        }
        return kek.map(next -> new News(under.get(), next, null))
                .or(() -> tek.map(next -> new News(under.get(), null, next)));
    }

    /** A key that is used already, while its predecessor still is received. */
    private Optional<News> late(Turn turn) {
        Optional<KekState> kek = turn.state().kek(KeyStage.SENDABLE);
        Optional<KekState> old = turn.state().kek(KeyStage.RETIRING);
        Optional<TekState> tek = turn.state().tek(KeyStage.SENDABLE).filter(turn::canBeTold);
        if (old.isPresent() && kek.isPresent() && kek.get().spiText().equals(subject)) {
            return Optional.of(new News(old.get(), kek.get(), null));
        }
        boolean still =
                kek.isPresent()
                        && tek.isPresent()
                        && tek.get().spi().toString().equals(subject)
                        && turn.state().tek(KeyStage.RETIRING).isPresent();
        return still ? Optional.of(new News(kek.get(), null, tek.get())) : Optional.empty();
    }

    private static void repeat(Turn turn) {
        if (turn.members().isEmpty()) {
            return;
        }
        turn.state()
                .kek(KeyStage.SENDABLE)
                .ifPresent(
                        kek -> {
                            turn.state()
                                    .kek(KeyStage.RETIRING)
                                    .ifPresent(old -> new News(old, kek, null).tellAll(turn));
                            turn.state()
                                    .tek(KeyStage.SENDABLE)
                                    .filter(turn::canBeTold)
                                    .ifPresent(tek -> new News(kek, null, tek).tellAll(turn));
                        });
    }

    /** When the next round is due; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return subject.isEmpty() ? Math.min(nextMillis, sync.nextMillis()) : nextMillis;
    }
}
