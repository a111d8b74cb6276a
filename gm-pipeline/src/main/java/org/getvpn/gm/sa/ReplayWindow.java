// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which counters of one sender were received: a sliding bitmap (the window of RFC 4303, section
 * 3.4.3, in the ring form of RFC 6479) for any number of threads without a lock.
 *
 * <p>A word of the ring has a block of 32 counters, and in its upper half which one of all blocks
 * that share its place. To take a counter is one compare-and-set of one word: its own bit is not
 * set, and no later block has taken the place. So of several threads one takes it, however long the
 * others slept in between; {@link #SIZE} alone rests on a second number, the newest counter.
 */
final class ReplayWindow {
    private static final int WORDS = 64; // a power of two
    private static final int BLOCK_SHIFT = 5;
    private static final int WORD_SHIFT = 6;
    private static final int NEWEST = WORDS;

    /** How far a counter may come behind a later one; the ring has room for more. */
    static final int SIZE = 1984;

    /** Octets that a window takes, about. */
    static final int OCTETS = (WORDS + 1) * Long.BYTES + 16 + 16 + 24; // with three headers

    private final int sender;
    private final AtomicLongArray words = new AtomicLongArray(WORDS + 1);

    /** A window that has seen nothing. */
    ReplayWindow(int sender) {
        this.sender = sender;
    }

    /** Whose counters these are. */
    int sender() {
        return sender;
    }

    /** Whether {@link #take} would now take a counter, unsigned. */
    boolean mayBeNew(int counter) {
        return !isOld(counter, (int) words.getAcquire(NEWEST))
                && !isTaken(words.getAcquire(place(counter)), counter);
    }

    /** Takes a counter, unsigned; true once for each. */
    boolean take(int counter) {
        if (isOld(counter, raised(counter))) {
            return false;
        }
        int place = place(counter);
        long before = words.getAcquire(place);
        while (!isTaken(before, counter)) {
            long now = isOfBlock(before, counter) ? before : (long) epoch(counter) << Integer.SIZE;
            long there = words.compareAndExchange(place, before, now | bit(counter));
            if (there == before) {
                return true;
            }
            before = there;
        }
        return false;
    }

    /** The newest counter, this one included. */
    private int raised(int counter) {
        long newest = words.getAcquire(NEWEST);
        while (Integer.compareUnsigned(counter, (int) newest) > 0) {
            long there = words.compareAndExchange(NEWEST, newest, Integer.toUnsignedLong(counter));
            if (there == newest) {
                return counter;
            }
            newest = there;
        }
        return (int) newest;
    }

    private static boolean isOld(int counter, int newest) {
        return Integer.compareUnsigned(counter, newest) <= 0
                && Integer.compareUnsigned(newest - counter, SIZE) >= 0;
    }

    /** Whether a word says so, or has gone on to a later block and cannot say. */
    private static boolean isTaken(long word, int counter) {
        return (int) (word >>> Integer.SIZE) > epoch(counter)
                || isOfBlock(word, counter) && (word & bit(counter)) != 0;
    }

    private static boolean isOfBlock(long word, int counter) {
        return (int) (word >>> Integer.SIZE) == epoch(counter);
    }

    private static int place(int counter) {
        return counter >>> BLOCK_SHIFT & WORDS - 1;
    }

    /** How often the ring has gone round; 21 bits. */
    private static int epoch(int counter) {
        return counter >>> BLOCK_SHIFT + WORD_SHIFT;
    }

    private static long bit(int counter) {
        return 1L << (counter & (1 << BLOCK_SHIFT) - 1);
    }
}
