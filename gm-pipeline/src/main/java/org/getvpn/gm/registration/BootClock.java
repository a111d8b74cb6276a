// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * Linux's CLOCK_BOOTTIME: monotonic, untouched by whoever sets the clock, and it goes on while the
 * host is suspended ({@link System#nanoTime()} does not). So a key's lifetime is over in time even
 * on a laptop that slept through it. Used by one thread.
 */
public final class BootClock {
    private static final int CLOCK_BOOTTIME = 7;
    private static final long NANOS = 1_000_000_000L;

    private final MethodHandle clockGettime;
    private final MemorySegment timespec;

    /** Finds the C library's {@code clock_gettime}; 64-bit Linux only. */
    @SuppressWarnings("restricted") // clock_gettime reads what it is given; the manifest enables it
    public BootClock() {
        Linker linker = Linker.nativeLinker();
        clockGettime =
                linker.downcallHandle(
                        linker.defaultLookup().find("clock_gettime").orElseThrow(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        timespec = Arena.global().allocate(2 * Long.BYTES, Long.BYTES);
    }

    /** The time since boot. */
    public Ticks now() {
        int failed;
        try {
            failed = (int) clockGettime.invokeExact(CLOCK_BOOTTIME, timespec);
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime", e);
        }
        if (failed != 0) {
            throw new IllegalStateException("the kernel has no CLOCK_BOOTTIME");
        }
        return Ticks.ofNanos(
                timespec.get(ValueLayout.JAVA_LONG, 0) * NANOS
                        + timespec.get(ValueLayout.JAVA_LONG, Long.BYTES));
    }
}
