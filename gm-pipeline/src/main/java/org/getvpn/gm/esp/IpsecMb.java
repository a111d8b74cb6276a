// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * AES-GCM by Intel's multi-buffer library for IPsec ({@code libIPSec_MB}, Debian package {@code
 * libipsec-mb1}) through the foreign function API: as fast as C, no allocation, no exception.
 *
 * <p>The library's manager structure knows which of its implementations suits this processor, but
 * the offsets in it belong to the library's version. So a pointer from it is used only if it is the
 * address of an exported function of the right name, and only after a test vector came out right.
 */
public final class IpsecMb implements AeadProvider {
    private static final List<String> LIBRARIES = List.of("libIPSec_MB.so.1", "libIPSec_MB.so.2");
    private static final List<String> ARCHITECTURES =
            List.of("vaes_avx512", "avx512", "vaes_avx2", "avx_gen4", "avx_gen2", "sse");
    private static final long MANAGER_OCTETS_SEARCHED = 2048;

    private final String name;
    private final Functions aes128;
    private final Functions aes256;

    /** The functions for one key length. */
    private record Functions(MethodHandle seal, MethodHandle open, MethodHandle expandKey) {
        AeadCipher cipher(SecretBytes keyAndSalt, int aadOctets) {
            return new NativeGcm(seal, open, expandKey, keyAndSalt, aadOctets);
        }
    }

    private IpsecMb(String name, Functions aes128, Functions aes256) {
        this.name = name;
        this.aes128 = aes128;
        this.aes256 = aes256;
    }

    /**
     * Loads and tests the library.
     *
     * @param why receives the reason if it cannot be used
     */
    public static Optional<AeadProvider> load(StringBuilder why) {
        try {
            IpsecMb library = find();
            AeadSelfTest.run(library);
            return Optional.of(library);
        } catch (IllegalStateException e) {
            why.append(e.getMessage());
            return Optional.empty();
        }
    }

    @SuppressWarnings("restricted") // native code is this class's purpose
    private static IpsecMb find() {
        SymbolLookup library = null;
        for (String file : LIBRARIES) {
            try {
                library = SymbolLookup.libraryLookup(file, Arena.global());
                break;
            } catch (IllegalArgumentException expected) {
                continue; // the next name
            }
        }
        if (library == null) {
            throw new IllegalStateException("no " + LIBRARIES.get(0) + " on this machine");
        }
        MemorySegment manager = manager(library);
        for (String architecture : ARCHITECTURES) {
            if (managerUses(manager, library, "aes_gcm_enc_256_" + architecture)) {
                return new IpsecMb(
                        "ipsec-mb (" + architecture + ")",
                        functions(library, 128, architecture),
                        functions(library, 256, architecture));
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

    @Override
    public String name() {
        return name;
    }

    @Override
    public AeadCipher cipher(SecretBytes keyAndSalt, int aadOctets) {
        return switch (keyAndSalt.length()) {
            case 20 -> aes128.cipher(keyAndSalt, aadOctets);
            case 36 -> aes256.cipher(keyAndSalt, aadOctets);
            default ->
                    throw new IllegalArgumentException(
                            "AES-GCM key and salt of " + keyAndSalt.length() + " octets: 20 or 36");
        };
    }
}
