// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Phase 1 SAs of a key server with their registrations. Bounded as a whole and per peer; the
 * one that was idle for longest makes room. An SA ends with its lifetime, or when it was idle for
 * two minutes: registration is all that it was for.
 */
final class EstablishedTable {
    static final int MOST = 8192;
    static final int MOST_PER_PEER = 16;
    static final int MOST_PULLS = 16;

    private static final Duration IDLE = Duration.ofMinutes(2);

    private final Map<CookiePair, Established> longestIdleFirst = new LinkedHashMap<>();
    private final Map<PeerIdentity, Deque<CookiePair>> byPeer = new HashMap<>();

    /** The SA of that name, unless its lifetime is over: that ends it here. */
    Established get(CookiePair cookies, Ticks now) {
        Established found = longestIdleFirst.get(cookies);
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
        } else if (longestIdleFirst.size() >= MOST) {
            remove(longestIdleFirst.keySet().iterator().next());
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

    /** The SA was used: it is no longer the first to go. */
    void touch(Established used, Ticks now) {
        longestIdleFirst.remove(used.sa.cookies());
        used.lastUse = now;
        longestIdleFirst.put(used.sa.cookies(), used);
    }

    void remove(CookiePair cookies) {
        Established removed = longestIdleFirst.remove(cookies);
        if (removed != null) {
            forget(removed);
        }
    }

    void expire(Ticks now) {
        Iterator<Established> entries = longestIdleFirst.values().iterator();
        while (entries.hasNext()) {
            Established entry = entries.next();
            if (now.isBefore(entry.lastUse.plus(IDLE))) {
                return;
            }
            entries.remove();
            forget(entry);
        }
    }

    /** When the longest idle SA ends; null if there is none. */
    Ticks nextEnd() {
        return longestIdleFirst.isEmpty()
                ? null
                : longestIdleFirst.values().iterator().next().lastUse.plus(IDLE);
    }

    int size() {
        return longestIdleFirst.size();
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
        private Ticks lastUse;

        Established(PhaseOneResponder phaseOne, PhaseOneSa sa, Ticks now) {
            this.phaseOne = phaseOne;
            this.sa = sa;
            this.end = now.plus(sa.lifetime());
            this.lastUse = now;
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
