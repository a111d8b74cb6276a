// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.Arrays;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gm.packet.DropReason;

/**
 * No packet twice, although many send under one key: a sliding bitmap per sender (the window of RFC
 * 4303, section 3.4.3, in the ring form of RFC 6479). It rests on the IV of counter modes, which is
 * the sender's id and the sender's own counter (RFC 6054), so no sender has to know of it.
 *
 * <p>What tells senders apart is the first half of the IV. Sender ids are no longer than that.
 * Those that are shorter leave the high part of the counter in it: a sender that counts beyond 2^32
 * takes a second window, and its first one goes on refusing what it saw.
 *
 * <p>A packet that is {@link #WINDOW} or more behind the newest of its sender is refused too. The
 * table grows with the senders heard, up to a bound: then packets of further senders are refused,
 * because to forget one would be to accept its packets again.
 */
public final class StrictReplay implements ReplayCheck {
    private static final int WORDS = 32; // a power of two
    private static final int WORD_SHIFT = 6;

    /** How far a packet may come behind a later one of its sender. */
    public static final int WINDOW = (WORDS - 1) << WORD_SHIFT;

    /** Senders under one key; more than a group has members, and their restarts. */
    public static final int MOST_SENDERS = 16_384;

    private static final int FIRST_SENDERS = 16;
    private static final int NOBODY = -1;

    private final int mostSenders;
    private int[] slots; // open addressing: which window, or NOBODY
    private int[] senders; // by window
    private int[] newest; // highest counter accepted, unsigned, by window
    private long[] seen; // WORDS for each window
    private int count;

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
        allocate(Math.min(FIRST_SENDERS, mostSenders));
    }

    @Override
    public DropReason refusal(int sequenceNumber, long iv) {
        int window = slots[slot(sender(iv))];
        if (window == NOBODY) {
            return count < mostSenders ? null : DropReason.TOO_MANY_SENDERS;
        }
        int counter = (int) iv;
        int behind = newest[window] - counter;
        if (Integer.compareUnsigned(counter, newest[window]) > 0) {
            return null;
        }
        boolean isOld = Integer.compareUnsigned(behind, WINDOW) >= 0;
        return isOld || (seen[word(window, counter)] & bit(counter)) != 0
                ? DropReason.REPLAYED
                : null;
    }

    @Override
    public void accepted(int sequenceNumber, long iv) {
        int slot = slot(sender(iv));
        int window = slots[slot];
        int counter = (int) iv;
        if (window == NOBODY) {
            window = enter(sender(iv), slot);
            newest[window] = counter;
        } else if (Integer.compareUnsigned(counter, newest[window]) > 0) {
            advance(window, counter);
        }
        seen[word(window, counter)] |= bit(counter);
    }

    /** Octets that the windows take. */
    long octets() {
        return (long) seen.length * Long.BYTES
                + (long) (senders.length + newest.length + slots.length) * Integer.BYTES;
    }

    private static int sender(long iv) {
        return (int) (iv >>> Integer.SIZE);
    }

    /** Clears the words that the window slides over. */
    private void advance(int window, int counter) {
        int from = newest[window] >>> WORD_SHIFT;
        int steps = Math.min((counter >>> WORD_SHIFT) - from, WORDS);
        for (int step = 1; step <= steps; step++) {
            seen[window * WORDS + (from + step & WORDS - 1)] = 0;
        }
        newest[window] = counter;
    }

    private int enter(int sender, int slot) {
        if (count == senders.length) {
            grow();
            return enter(sender, slot(sender));
        }
        senders[count] = sender;
        slots[slot] = count;
        return count++;
    }

    /** The slot of a sender, or where it would be entered; half of them are always free. */
    private int slot(int sender) {
        int mask = slots.length - 1;
        int slot = (sender * 0x9e3779b1 >>> 7) & mask; // spread: ids are small and in sequence
        while (slots[slot] != NOBODY && senders[slots[slot]] != sender) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        int[] before = senders;
        int[] newestBefore = newest;
        long[] seenBefore = seen;
        allocate(Math.min(before.length * 2, mostSenders));
        System.arraycopy(before, 0, senders, 0, before.length);
        System.arraycopy(newestBefore, 0, newest, 0, before.length);
        System.arraycopy(seenBefore, 0, seen, 0, seenBefore.length);
        for (int window = 0; window < count; window++) {
            slots[slot(senders[window])] = window;
        }
    }

    private void allocate(int windows) {
        senders = new int[windows];
        newest = new int[windows];
        seen = new long[windows * WORDS];
        slots = new int[Integer.highestOneBit(windows) * 4];
        Arrays.fill(slots, NOBODY);
    }

    private static int word(int window, int counter) {
        return window * WORDS + (counter >>> WORD_SHIFT & WORDS - 1);
    }

    private static long bit(int counter) {
        return 1L << counter;
    }
}
