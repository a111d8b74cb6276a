// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The Phase 1 SAs of a key server with their registrations. Bounded as a whole and per peer; the
 * one that was idle for longest makes room, of a peer that is being asked whether it is there
 * first. An SA ends with its lifetime, or when it was idle for some minutes: registration is all
 * that it was for. A peer that announced dead peer detection is asked then (RFC 3706, section 5),
 * and keeps its SA as long as it answers, so that it can register again under it.
 */
final class EstablishedTable {
    static final int MOST = 8192;
    static final int MOST_PER_PEER = 16;
    static final int MOST_PULLS = 16;

    /** Until a question is repeated. */
    static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(5);

    /** So many questions leave at once; the others a moment later. */
    static final int MOST_QUESTIONS_AT_ONCE = 64;

    private final Supplier<Duration> idle;
    private final SecureRandom randomness;
    private final Map<CookiePair, Established> longestIdleFirst = new LinkedHashMap<>();
    private final Map<CookiePair, Established> longestAskedFirst = new LinkedHashMap<>();
    private final Map<PeerIdentity, Deque<CookiePair>> byPeer = new HashMap<>();

    /**
     * @param idle how long an SA may be without a message of its peer
     */
    EstablishedTable(Supplier<Duration> idle, SecureRandom randomness) {
        this.idle = idle;
        this.randomness = randomness;
    }

    /** The SA of that name, unless its lifetime is over: that ends it here. */
    Established get(CookiePair cookies, Ticks now) {
        Established found = longestIdleFirst.get(cookies);
        if (found == null) {
            found = longestAskedFirst.get(cookies);
        }
        if (found != null && !now.isBefore(found.end)) {
            remove(cookies);
            return null;
        }
        return found;
    }

    /** Adds the SA that {@code phaseOne} established. */
    void put(PhaseOneResponder phaseOne, PhaseOneSa sa, Ticks now) {
        PeerIdentity peer = sa.peer();
        if (phaseOne.announcesInitialContact()) {
            removeAll(peer, null);
        }
        Deque<CookiePair> mine = byPeer.computeIfAbsent(peer, key -> new ArrayDeque<>());
        if (mine.size() >= MOST_PER_PEER) {
            remove(mine.peekFirst());
        } else if (size() >= MOST) {
            Map<CookiePair, Established> first =
                    longestAskedFirst.isEmpty() ? longestIdleFirst : longestAskedFirst;
            remove(first.keySet().iterator().next());
        }
        longestIdleFirst.put(sa.cookies(), new Established(phaseOne, sa, now));
        byPeer.computeIfAbsent(peer, key -> new ArrayDeque<>()).addLast(sa.cookies());
    }

    /** That peer has forgotten every SA with us but one, if that. */
    private void removeAll(PeerIdentity peer, CookiePair kept) {
        for (CookiePair older : List.copyOf(byPeer.getOrDefault(peer, new ArrayDeque<>()))) {
            if (!older.equals(kept)) {
                remove(older);
            }
        }
    }

    /** The peer of an SA says that it has no other. */
    void removeOthers(PhaseOneSa sa) {
        removeAll(sa.peer(), sa.cookies());
    }

    /** Its peer sent something under the SA: it is no longer the first to go. */
    void touch(Established used, Ticks now) {
        CookiePair cookies = used.sa.cookies();
        longestIdleFirst.remove(cookies);
        longestAskedFirst.remove(cookies);
        used.sa.heard();
        used.since = now;
        longestIdleFirst.put(cookies, used);
    }

    void remove(CookiePair cookies) {
        Established removed = longestIdleFirst.remove(cookies);
        if (removed == null) {
            removed = longestAskedFirst.remove(cookies);
        }
        if (removed != null) {
            forget(removed);
        }
    }

    /**
     * Ends what is over, and asks idle peers whether they are there.
     *
     * @param asked gets HDR*, HASH, N(R-U-THERE) --&gt;, at most {@value #MOST_QUESTIONS_AT_ONCE}
     * @param dead gets who let every question pass
     */
    void expire(Ticks now, Consumer<Datagram> asked, Consumer<PeerIdentity> dead) {
        int left = MOST_QUESTIONS_AT_ONCE;
        left -= ask(longestIdleFirst, idle.get(), left, now, asked, dead);
        ask(longestAskedFirst, BETWEEN_QUESTIONS, left, now, asked, dead);
    }

    private int ask(
            Map<CookiePair, Established> longestFirst,
            Duration patience,
            int most,
            Ticks now,
            Consumer<Datagram> asked,
            Consumer<PeerIdentity> dead) {
        int questions = 0;
        while (!longestFirst.isEmpty() && questions < most) {
            Established entry = longestFirst.values().iterator().next();
            if (now.isBefore(entry.since.plus(patience))) {
                break;
            }
            longestFirst.remove(entry.sa.cookies());
            boolean mayAnswer = now.isBefore(entry.end) && entry.answersQuestions();
            Optional<Datagram> question = mayAnswer ? entry.sa.ask(randomness) : Optional.empty();
            if (question.isPresent()) {
                questions++;
                asked.accept(question.get());
                entry.since = now;
                longestAskedFirst.put(entry.sa.cookies(), entry);
            } else {
                if (mayAnswer) {
                    dead.accept(entry.sa.peer());
                }
                forget(entry);
            }
        }
        return questions;
    }

    /** When there is something to do for an SA; null if there is none. */
    Ticks nextEnd() {
        return Ticks.earlier(
                next(longestIdleFirst, idle.get()), next(longestAskedFirst, BETWEEN_QUESTIONS));
    }

    private static Ticks next(Map<CookiePair, Established> longestFirst, Duration most) {
        return longestFirst.isEmpty()
                ? null
                : longestFirst.values().iterator().next().since.plus(most);
    }

    int size() {
        return longestIdleFirst.size() + longestAskedFirst.size();
    }

    private void forget(Established removed) {
        PeerIdentity peer = removed.sa.peer();
        Deque<CookiePair> mine = byPeer.get(peer);
        mine.remove(removed.sa.cookies());
        if (mine.isEmpty()) {
            byPeer.remove(peer);
        }
        removed.sa.destroy();
    }

    /** One SA. */
    static final class Established {
        private final PhaseOneResponder phaseOne;
        private final PhaseOneSa sa;
        private final Map<Integer, PullResponder> pulls = new LinkedHashMap<>();
        private final Ticks end;
        private Ticks since; // its peer's last message, or our last question

        Established(PhaseOneResponder phaseOne, PhaseOneSa sa, Ticks now) {
            this.phaseOne = phaseOne;
            this.sa = sa;
            this.end = now.plus(sa.lifetime());
            this.since = now;
        }

        private boolean answersQuestions() {
            return sa.peer().capabilities().contains(PeerCapability.DEAD_PEER_DETECTION);
        }

        PhaseOneResponder phaseOne() {
            return phaseOne;
        }

        PhaseOneSa sa() {
            return sa;
        }

        PullResponder pull(int messageId) {
            return pulls.get(messageId);
        }

        /** Whether one more registration fits; one that is done makes room. */
        boolean hasRoom() {
            if (pulls.size() < MOST_PULLS) {
                return true;
            }
            Iterator<PullResponder> oldestFirst = pulls.values().iterator();
            while (oldestFirst.hasNext()) {
                if (oldestFirst.next().isDone()) {
                    oldestFirst.remove();
                    return true;
                }
            }
            return false;
        }

        void add(int messageId, PullResponder pull) {
            pulls.put(messageId, pull);
        }
    }
}
