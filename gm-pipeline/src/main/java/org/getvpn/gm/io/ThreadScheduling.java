// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How soon the kernel gives threads of this process a processor (sched(7), sched_setattr(2)). It
 * matters where others want the processors too: a packet then waits for a thread that waits.
 */
public final class ThreadScheduling {
    private static final File THREADS = new File("/proc/self/task");
    private static final int ATTRIBUTES = 56;
    private static final int POLICY = 4;
    private static final int PRIORITY = 20;
    private static final int RUNTIME = 24;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_RR = 2;
    private static final long SHORTEST_SLICE = 100_000; // nanoseconds
    private static final int THIS_THREAD = 0;

    private ThreadScheduling() {}

    /** Numbers of system calls that the C library of Debian 12 has no functions for. */
    private enum Call {
        SET(314, 274),
        GET(315, 275);

        private final long onX86;
        private final long onArm;

        Call(long onX86, long onArm) {
            this.onX86 = onX86;
            this.onArm = onArm;
        }

        long number() throws IOException {
            return switch (System.getProperty("os.arch")) {
                case "amd64" -> onX86;
                case "aarch64" -> onArm;
                default -> throw new IOException("scheduling is set on x86-64 and ARM64 alone");
            };
        }
    }

    /**
     * Says that the calling thread runs shortly and often (Linux 6.12 and later): it gets a
     * processor sooner after a packet woke it, and not more of it. A thread of another than the
     * ordinary policy is left alone, and so is all where the kernel does not take it.
     */
    public static void shortSlice() {
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = new Libc(arena);
            // struct sched_attr: size 4, policy 4, flags 8, nice 4, priority 4, runtime 8, ...
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            libc.systemCall(Call.GET.number(), THIS_THREAD, attributes.address(), ATTRIBUTES, 0);
            if (attributes.get(ValueLayout.JAVA_INT, POLICY) == SCHED_OTHER) {
                attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES);
                attributes.set(ValueLayout.JAVA_LONG, RUNTIME, SHORTEST_SLICE);
                libc.systemCall(Call.SET.number(), THIS_THREAD, attributes.address(), 0, 0);
            }
        } catch (IOException e) {
            return; // it waits longer, and no more than that
        }
    }

    /**
     * Gives all threads of this process, and those to come, the lowest real-time priority, round
     * robin: before every ordinary process. Linux leaves those at least a twentieth of the time.
     * All threads, because packets also wait for Java's compiler and for what opens a new key.
     *
     * @throws IOException if the right (CAP_SYS_NICE) is missing
     */
    public static void realTime() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = new Libc(arena);
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES);
            attributes.set(ValueLayout.JAVA_INT, POLICY, SCHED_RR);
            attributes.set(ValueLayout.JAVA_INT, PRIORITY, 1);
            String[] threads = THREADS.list();
            if (threads == null) {
                throw new IOException(THREADS + " cannot be read");
            }
            for (String thread : threads) {
                long id = Long.parseLong(thread);
                if (libc.systemCall(Call.SET.number(), id, attributes.address(), 0, 0) != 0
                        && libc.errno() != Libc.ESRCH) { // it has just ended
                    throw new IOException("sched_setattr: " + libc.errorText());
                }
            }
        }
    }
}
