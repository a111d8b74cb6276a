// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;

/**
 * One key in ipsec-mb's form. Every address handed to native code is checked against the bounds of
 * its segment first: a wrong length is a Java exception, never a write into foreign memory.
 */
final class NativeGcm implements AeadCipher {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.nativeOrder());
    // struct gcm_key_data is 16 octets of key schedule times 15, plus up to 48 tables of 16;
    // struct gcm_context_data is 88 octets: both with room to spare
    private static final int KEY_DATA = 2048;
    private static final int CONTEXT = 256;
    private static final int SALT = 4;

    private final MethodHandle seal;
    private final MethodHandle open;
    private final long aadOctets;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state;
    private final long keyData;
    private final long context;
    private final MemorySegment nonce;
    private final MemorySegment icv;

    NativeGcm(
            MethodHandle seal,
            MethodHandle open,
            MethodHandle expandKey,
            SecretBytes secret,
            int aadOctets) {
        this.aadOctets = aadOctets;
        this.seal = seal;
        this.open = open;
        this.state = arena.allocate(KEY_DATA + CONTEXT + 128, 64);
        this.keyData = state.address();
        this.context = keyData + KEY_DATA;
        this.nonce = state.asSlice(KEY_DATA + CONTEXT, 16);
        this.icv = state.asSlice(KEY_DATA + CONTEXT + 64, ICV);
        byte[] octets = secret.expose();
        try (Arena temporary = Arena.ofConfined()) {
            int keyLength = octets.length - SALT;
            MemorySegment key = temporary.allocate(32, 32);
            MemorySegment.copy(octets, 0, key, ValueLayout.JAVA_BYTE, 0, keyLength);
            MemorySegment.copy(octets, keyLength, nonce, ValueLayout.JAVA_BYTE, 0, SALT);
            expandKey.invokeExact(key.address(), keyData);
            key.fill((byte) 0);
        } catch (Throwable e) {
            throw failed(e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    @Override
    public void seal(
            MemorySegment in,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long aadOffset,
            long outOffset) {
        Octets.put64(nonce, SALT, iv);
        try {
            seal.invokeExact(
                    keyData,
                    context,
                    address(out, outOffset, length + ICV),
                    address(in, inOffset, length),
                    (long) length,
                    nonce.address(),
                    address(out, aadOffset, aadOctets),
                    aadOctets,
                    out.address() + outOffset + length,
                    (long) ICV);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public boolean open(
            MemorySegment in,
            long aadOffset,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long outOffset) {
        Octets.put64(nonce, SALT, iv);
        try {
            open.invokeExact(
                    keyData,
                    context,
                    address(out, outOffset, length),
                    address(in, inOffset, length + ICV),
                    (long) length,
                    nonce.address(),
                    address(in, aadOffset, aadOctets),
                    aadOctets,
                    icv.address(),
                    (long) ICV);
        } catch (Throwable e) {
            throw failed(e);
        }
        // both halves are always compared: the time says nothing about where they differ
        long tag = inOffset + length;
        long first = icv.get(LONG, 0) ^ in.get(LONG, tag);
        long second = icv.get(LONG, 8) ^ in.get(LONG, tag + 8);
        return (first | second) == 0;
    }

    private static long address(MemorySegment segment, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        return segment.address() + offset;
    }

    private static IllegalStateException failed(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }

    @Override
    public void destroy() {
        state.fill((byte) 0);
        arena.close();
    }
}
