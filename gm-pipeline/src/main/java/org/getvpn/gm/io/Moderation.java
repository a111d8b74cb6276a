// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongSupplier;

/**
 * Lets a reader that reads very often, and little each time, sleep a moment before it reads, as
 * network cards do with their interrupts: what arrives meanwhile is read, encrypted, joined and
 * sent together. Without it a thread that goes before the sender wakes for every single packet, and
 * one that is faster than the sender runs after each. Used by one thread.
 */
final class Moderation {
    /** How long the reader sleeps, in nanoseconds. */
    static final long NAP = 100_000;

    /** Between two reads, in nanoseconds: more is not often. */
    static final long OFTEN = 100_000;

    /** Frames that are not little; half a batch. */
    static final int ENOUGH = 32;

    private final LongSupplier clock;
    private final Runnable sleep;
    private long last;

    /** By the system's clock. */
    Moderation(Arena arena, Libc libc) {
        this(System::nanoTime, nap(arena, libc));
    }

    /**
     * @param clock monotonic nanoseconds
     * @param sleep for {@link #NAP}
     */
    Moderation(LongSupplier clock, Runnable sleep) {
        this.clock = clock;
        this.sleep = sleep;
        last = clock.getAsLong() - OFTEN;
    }

    private static Runnable nap(Arena arena, Libc libc) {
        MemorySegment time = arena.allocate(16, 8); // struct timespec: seconds, nanoseconds
        time.set(ValueLayout.JAVA_LONG, 8, NAP);
        return () -> libc.sleep(time);
    }

    /**
     * Before a read.
     *
     * @param frames that are there; where nobody can know, those of the read before, and 1 for
     *     whoever has just been woken
     */
    void beforeReading(int frames) {
        long now = clock.getAsLong();
        if (frames < ENOUGH && now - last < OFTEN) {
            sleep.run();
            now = clock.getAsLong();
        }
        last = now;
    }
}
