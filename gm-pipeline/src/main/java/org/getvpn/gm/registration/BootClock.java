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
 * on a laptop that slept through it. For any number of threads.
 */
public final class BootClock {
    private static final int CLOCK_BOOTTIME = 7;
    private static final long NANOS = 1_000_000_000L;
    private static final MethodHandle CLOCK_GETTIME = clockGettime();

    private final ThreadLocal<MemorySegment> timespec =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES));

    /** Finds the C library's {@code clock_gettime}; 64-bit Linux only. */
    @SuppressWarnings("restricted") // clock_gettime reads what it is given; the manifest enables it
    private static MethodHandle clockGettime() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("clock_gettime").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /** The time since boot. */
    public Ticks now() {
        return Ticks.ofNanos(nanos());
    }

    /** The same in nanoseconds; allocates nothing after a thread's first call. */
    public long nanos() {
        MemorySegment spec = timespec.get();
        int failed;
        try {
            failed = (int) CLOCK_GETTIME.invokeExact(CLOCK_BOOTTIME, spec);
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime", e);
        }
        if (failed != 0) {
            throw new IllegalStateException("the kernel has no CLOCK_BOOTTIME");
        }
        return spec.get(ValueLayout.JAVA_LONG, 0) * NANOS
                + spec.get(ValueLayout.JAVA_LONG, Long.BYTES);
    }
}
