// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Lets a reader that is woken very often sleep a moment before it reads, as network cards do with
 * their interrupts: what arrives meanwhile is read, encrypted and sent together. Without it a
 * thread that goes before the sender wakes for every single packet. Used by one thread.
 */
final class Moderation {
    private static final long OFTEN = 100_000; // nanoseconds between two wakes
    private static final long NAP = 50_000;

    private final Libc libc;
    private final MemorySegment nap;
    private long last;

    Moderation(Arena arena, Libc libc) {
        this.libc = libc;
        nap = arena.allocate(16, 8); // struct timespec: seconds, nanoseconds
        nap.set(ValueLayout.JAVA_LONG, 8, NAP);
        last = System.nanoTime() - OFTEN;
    }

    /** Frames have arrived after none was there. */
    void woken() {
        long now = System.nanoTime();
        if (now - last < OFTEN) {
            libc.sleep(nap);
            now = System.nanoTime();
        }
        last = now;
    }
}
