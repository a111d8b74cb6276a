// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gm.packet.DropReason;

/**
 * No packet twice, although many send under one key: a {@link ReplayWindow} per sender. It rests on
 * the IV of counter modes, which is the sender's id and the sender's own counter (RFC 6054), so no
 * sender has to know of it.
 *
 * <p>What tells senders apart is the first half of the IV. Sender ids are no longer than that.
 * Those that are shorter leave the high part of the counter in it: a sender that counts beyond 2^32
 * takes a second window, and its first one goes on refusing what it saw.
 *
 * <p>A packet that is {@link #WINDOW} or more behind the newest of its sender is refused too. The
 * table grows with the senders heard, up to a bound: then packets of further senders are refused,
 * because to forget one would be to accept its packets again.
 *
 * <p>Without a lock: a sender is entered by one compare-and-set, into the first free place of its
 * few in the smallest level of the table, or of the next level. A place once taken stays taken, so
 * whoever finds all places of a level taken by others knows that the sender is not and will never
 * be there: two threads cannot enter it twice.
 */
public final class StrictReplay implements ReplayCheck {
    /** How far a packet may come behind a later one of its sender. */
    public static final int WINDOW = ReplayWindow.SIZE;

    /** Senders under one key; more than a group has members, and their restarts. */
    public static final int MOST_SENDERS = 16_384;

    private static final int LEVELS = 4;
    private static final int SMALLEST = 64; // places; each level has eight times as many
    private static final int LEVEL_SHIFT = 3;
    private static final int PROBES = 8;

    private final int mostSenders;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReferenceArray<AtomicReferenceArray<ReplayWindow>> levels =
            new AtomicReferenceArray<>(LEVELS);

    /** For a transform whose IVs are counters; no check for one whose IVs say nothing of order. */
    public static ReplayCheck of(EspTransform transform) {
        return transform.counterMode() ? new StrictReplay() : ReplayCheck.NONE;
    }

    /** For up to {@link #MOST_SENDERS}. */
    public StrictReplay() {
        this(MOST_SENDERS);
    }

    /**
     * @param mostSenders lower in tests
     */
    StrictReplay(int mostSenders) {
        this.mostSenders = mostSenders;
        levels.set(0, new AtomicReferenceArray<>(SMALLEST));
    }

    @Override
    public DropReason refusal(int sequenceNumber, long iv) {
        ReplayWindow window = find(sender(iv));
        if (window == null) {
            return count.get() < mostSenders ? null : DropReason.TOO_MANY_SENDERS;
        }
        return window.mayBeNew((int) iv) ? null : DropReason.REPLAYED;
    }

    @Override
    public DropReason accepted(int sequenceNumber, long iv) {
        int sender = sender(iv);
        ReplayWindow window = find(sender);
        if (window == null) {
            window = enter(sender);
        }
        if (window == null) {
            return DropReason.TOO_MANY_SENDERS;
        }
        return window.take((int) iv) ? null : DropReason.REPLAYED;
    }

    /** Octets that the windows take, about. */
    long octets() {
        long places = 0;
        for (int level = 0; level < LEVELS; level++) {
            places += levels.get(level) == null ? 0 : levels.get(level).length();
        }
        return places * Integer.BYTES + (long) count.get() * ReplayWindow.OCTETS;
    }

    private static int sender(long iv) {
        return (int) (iv >>> Integer.SIZE);
    }

    /** The window of a sender, or null. */
    private ReplayWindow find(int sender) {
        for (int level = 0; level < LEVELS; level++) {
            AtomicReferenceArray<ReplayWindow> places = levels.getAcquire(level);
            if (places == null) {
                return null;
            }
            for (int probe = 0; probe < probes(level, places); probe++) {
                ReplayWindow window = places.getAcquire(place(sender, probe, places));
                if (window == null) {
                    return null;
                }
                if (window.sender() == sender) {
                    return window;
                }
            }
        }
        return null;
    }

    /** The window of a sender, who may be new; or null if there are too many. */
    private ReplayWindow enter(int sender) {
        if (count.getAndUpdate(before -> Math.min(before + 1, mostSenders)) == mostSenders) {
            return find(sender);
        }
        ReplayWindow fresh = new ReplayWindow(sender);
        for (int level = 0; level < LEVELS; level++) {
            AtomicReferenceArray<ReplayWindow> places = levelToEnter(level);
            for (int probe = 0; probe < probes(level, places); probe++) {
                int place = place(sender, probe, places);
                ReplayWindow there = places.compareAndExchange(place, null, fresh);
                if (there == null) {
                    return fresh;
                }
                if (there.sender() == sender) {
                    count.getAndDecrement(); // another thread was first
                    return there;
                }
            }
        }
        throw new IllegalStateException("the last level has room for every sender");
    }

    private AtomicReferenceArray<ReplayWindow> levelToEnter(int level) {
        AtomicReferenceArray<ReplayWindow> places = levels.get(level);
        if (places == null) {
            levels.compareAndSet(
                    level, null, new AtomicReferenceArray<>(SMALLEST << LEVEL_SHIFT * level));
            places = levels.get(level);
        }
        return places;
    }

    /** In the last level every place may be a sender's. */
    private static int probes(int level, AtomicReferenceArray<ReplayWindow> places) {
        return level == LEVELS - 1 ? places.length() : PROBES;
    }

    private static int place(int sender, int probe, AtomicReferenceArray<ReplayWindow> places) {
        // spread: ids are small and in sequence
        return (sender * 0x9e37_79b1 >>> 7) + probe & places.length() - 1;
    }
}
