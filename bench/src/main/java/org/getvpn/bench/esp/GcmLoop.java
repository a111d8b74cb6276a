// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.getvpn.bench.lab.Command;
import org.getvpn.gm.esp.IpsecMb;

/** A loop in C over one implementation of Intel's library, compiled on the spot. */
@SuppressWarnings("restricted") // native code is this class's purpose
final class GcmLoop implements AutoCloseable {
    /** Encrypted by one call. */
    static final int PACKETS = 64;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle run;

    /**
     * @param folder for source and program
     * @throws IOException without a compiler; the message says what to install
     */
    GcmLoop(IpsecMb library, Path folder) throws IOException {
        SymbolLookup loop = SymbolLookup.libraryLookup(compile(folder), arena);
        MethodHandle prepare =
                handle(
                        loop,
                        "gcm_loop_prepare",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        run = handle(loop, "gcm_loop_run", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
        try {
            int done =
                    (int)
                            prepare.invokeExact(
                                    arena.allocateFrom(library.file()),
                                    arena.allocateFrom(library.architecture()));
            if (done == 0) {
                throw new IllegalStateException(library.file() + " has no " + library.name());
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Encrypts {@link #PACKETS} packets. */
    void run(long octets) {
        try {
            run.invokeExact(octets);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(SymbolLookup loop, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(loop.find(name).orElseThrow(), type);
    }

    private static Path compile(Path folder) throws IOException {
        Path source = folder.resolve("gcm_loop.c");
        try (InputStream text = GcmLoop.class.getResourceAsStream("gcm_loop.c")) {
            Files.copy(text, source);
        }
        Path library = folder.resolve("gcm_loop.so");
        try {
            Command.output(
                    "cc",
                    "-O2",
                    "-fPIC",
                    "-shared",
                    "-o",
                    library.toString(),
                    source.toString(),
                    "-ldl");
        } catch (IOException e) {
            throw new IOException(
                    "ipsec-mb's C loop does not compile: install gcc and libc6-dev", e);
        }
        return library;
    }

    @Override
    public void close() {
        arena.close();
    }
}
