// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The AES-GCM functions of {@code libIPSec_MB} that suit this processor, as constants: only a
 * constant method handle is compiled to a direct call, which saves a tenth of a short packet's
 * time.
 */
final class IpsecMbGcm {
    /** The library's file as the loader knows it, or null if it cannot be used. */
    static final String FILE;

    /** As the library names it, or null if it cannot be used. */
    static final String ARCHITECTURE;

    /** Why it cannot be used, or null. */
    static final String WHY_NOT;

    static final MethodHandle SEAL_128;
    static final MethodHandle OPEN_128;
    static final MethodHandle EXPAND_KEY_128;
    static final MethodHandle SEAL_256;
    static final MethodHandle OPEN_256;
    static final MethodHandle EXPAND_KEY_256;

    private static final List<String> LIBRARIES = List.of("libIPSec_MB.so.2", "libIPSec_MB.so.1");
    private static final List<String> ARCHITECTURES =
            List.of("vaes_avx512", "vaes_avx2", "avx_gen4", "avx512", "avx_gen2", "sse");
    private static final String WIDE = "vaes_avx2";
    private static final List<String> WIDE_NEEDS = List.of("avx2", "vaes", "vpclmulqdq");
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final long MANAGER_OCTETS_SEARCHED = 2048;

    static {
        Functions aes128 = Functions.NONE;
        Functions aes256 = Functions.NONE;
        String file = null;
        String architecture = null;
        String whyNot = null;
        try {
            Library library = library();
            architecture = architecture(library.symbols);
            aes128 = functions(library.symbols, 128, architecture);
            aes256 = functions(library.symbols, 256, architecture);
            file = library.file;
        } catch (IllegalStateException e) {
            whyNot = e.getMessage();
        }
        FILE = file;
        ARCHITECTURE = architecture;
        WHY_NOT = whyNot;
        SEAL_128 = aes128.seal;
        OPEN_128 = aes128.open;
        EXPAND_KEY_128 = aes128.expandKey;
        SEAL_256 = aes256.seal;
        OPEN_256 = aes256.open;
        EXPAND_KEY_256 = aes256.expandKey;
    }

    private IpsecMbGcm() {}

    /** The functions for one key length. */
    private record Functions(MethodHandle seal, MethodHandle open, MethodHandle expandKey) {
        static final Functions NONE = new Functions(null, null, null);
    }

    /** The first of the names that the loader knows. */
    private record Library(String file, SymbolLookup symbols) {}

    @SuppressWarnings("restricted") // native code is this class's purpose
    private static Library library() {
        for (String file : LIBRARIES) {
            try {
                return new Library(file, SymbolLookup.libraryLookup(file, Arena.global()));
            } catch (IllegalArgumentException expected) {
                continue; // the next name
            }
        }
        throw new IllegalStateException(
                "neither " + String.join(" nor ", LIBRARIES) + " on this machine");
    }

    /**
     * The manager's choice, but for processors with VAES and without AVX-512 and GFNI (AMD's Zen
     * 3): it demands GFNI, which its AES-GCM does not use, and takes twice as long without VAES.
     */
    private static String architecture(SymbolLookup library) {
        String chosen = chosenByManager(library);
        return chosen.startsWith("avx_")
                        && library.find(sealing(WIDE)).isPresent()
                        && processorHas(WIDE_NEEDS)
                ? WIDE
                : chosen;
    }

    private static String sealing(String architecture) {
        return "aes_gcm_enc_256_" + architecture;
    }

    private static boolean processorHas(List<String> features) {
        try (Stream<String> lines = Files.lines(PROCESSOR)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split("\\s+")).containsAll(features))
                    .orElse(false);
        } catch (IOException | UncheckedIOException unknown) {
            return false;
        }
    }

    private static String chosenByManager(SymbolLookup library) {
        MemorySegment manager = manager(library);
        for (String architecture : ARCHITECTURES) {
            if (managerUses(manager, library, sealing(architecture))) {
                return architecture;
            }
        }
        throw new IllegalStateException("its manager names no AES-GCM known here");
    }

    @SuppressWarnings("restricted")
    private static MemorySegment manager(SymbolLookup library) {
        MethodHandle allocate =
                handle(library, "alloc_mb_mgr", ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        MethodHandle initialise =
                handle(
                        library,
                        "init_mb_mgr_auto",
                        null,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG);
        try {
            long address = (long) allocate.invokeExact(0L);
            if (address == 0) {
                throw new IllegalStateException("it has no memory for its manager");
            }
            initialise.invokeExact(address, 0L);
            return MemorySegment.ofAddress(address).reinterpret(MANAGER_OCTETS_SEARCHED);
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("its start failed: " + e, e);
        }
    }

    private static boolean managerUses(
            MemorySegment manager, SymbolLookup library, String function) {
        Optional<MemorySegment> symbol = library.find(function);
        if (symbol.isEmpty()) {
            return false;
        }
        for (long at = 0; at < MANAGER_OCTETS_SEARCHED; at += 8) {
            if (manager.get(ValueLayout.JAVA_LONG, at) == symbol.get().address()) {
                return true;
            }
        }
        return false;
    }

    private static Functions functions(SymbolLookup library, int bits, String architecture) {
        MemoryLayout[] arguments = new MemoryLayout[10];
        Arrays.fill(arguments, ValueLayout.JAVA_LONG);
        String suffix = bits + "_" + architecture;
        return new Functions(
                handle(library, "aes_gcm_enc_" + suffix, null, arguments),
                handle(library, "aes_gcm_dec_" + suffix, null, arguments),
                handle(
                        library,
                        "aes_gcm_pre_" + suffix,
                        null,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            SymbolLookup library, String function, MemoryLayout result, MemoryLayout... arguments) {
        MemorySegment address =
                library.find(function)
                        .orElseThrow(() -> new IllegalStateException("it lacks " + function));
        FunctionDescriptor type =
                result == null
                        ? FunctionDescriptor.ofVoid(arguments)
                        : FunctionDescriptor.of(result, arguments);
        // critical: these functions return within microseconds and call nothing back
        return Linker.nativeLinker().downcallHandle(address, type, Linker.Option.critical(false));
    }
}
