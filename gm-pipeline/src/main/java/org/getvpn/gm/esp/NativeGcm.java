// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.nativeOrder());
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.nativeOrder());
    // struct gcm_key_data is 16 octets of key schedule times 15, plus up to 48 tables of 16;
    // struct gcm_context_data is 88 octets: both with room to spare
    private static final int KEY_DATA = 2048;
    private static final int CONTEXT = 256;
    private static final int SALT = 4;
    private static final int AES_256 = 32;

    private final int keyOctets;
    private final long aadOctets;
    private final int icvOctets;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state;
    private final long keyData;
    private final long context;
    private final MemorySegment nonce;
    private final MemorySegment icv;
    private final long nonceAddress;
    private final long icvAddress;

    /**
     * @param secret 16 or 32 octets of key, then 4 of salt
     * @param icvOctets 8, 12 or 16
     */
    NativeGcm(SecretBytes secret, int aadOctets, int icvOctets) {
        this.icvOctets = icvOctets;
        this.keyOctets = secret.length() - SALT;
        this.aadOctets = aadOctets;
        this.state = arena.allocate(KEY_DATA + CONTEXT + 128, 64);
        this.keyData = state.address();
        this.context = keyData + KEY_DATA;
        this.nonce = state.asSlice(KEY_DATA + CONTEXT, 16);
        this.icv = state.asSlice(KEY_DATA + CONTEXT + 64, ICV);
        this.nonceAddress = nonce.address();
        this.icvAddress = icv.address();
        byte[] octets = secret.expose();
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment key = temporary.allocate(32, 32);
            MemorySegment.copy(octets, 0, key, ValueLayout.JAVA_BYTE, 0, keyOctets);
            MemorySegment.copy(octets, keyOctets, nonce, ValueLayout.JAVA_BYTE, 0, SALT);
            if (keyOctets == AES_256) {
                IpsecMbGcm.EXPAND_KEY_256.invokeExact(key.address(), keyData);
            } else {
                IpsecMbGcm.EXPAND_KEY_128.invokeExact(key.address(), keyData);
            }
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
        seal(in, inOffset, length, iv, out, aadOffset, aadOctets, outOffset);
    }

    /** The same with associated data of another length. */
    void seal(
            MemorySegment in,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long aadOffset,
            long aadLength,
            long outOffset) {
        Octets.put64(nonce, SALT, iv);
        long text = address(in, inOffset, length);
        long sealed = address(out, outOffset, length + icvOctets);
        long aad = address(out, aadOffset, aadLength);
        try {
            if (keyOctets == AES_256) {
                IpsecMbGcm.SEAL_256.invokeExact(
                        keyData,
                        context,
                        sealed,
                        text,
                        (long) length,
                        nonceAddress,
                        aad,
                        aadLength,
                        sealed + length,
                        (long) icvOctets);
            } else {
                IpsecMbGcm.SEAL_128.invokeExact(
                        keyData,
                        context,
                        sealed,
                        text,
                        (long) length,
                        nonceAddress,
                        aad,
                        aadLength,
                        sealed + length,
                        (long) icvOctets);
            }
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
        return open(in, aadOffset, aadOctets, inOffset, length, iv, out, outOffset);
    }

    /** The same with associated data of another length. */
    boolean open(
            MemorySegment in,
            long aadOffset,
            long aadLength,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long outOffset) {
        Octets.put64(nonce, SALT, iv);
        long sealed = address(in, inOffset, length + icvOctets);
        long text = address(out, outOffset, length);
        long aad = address(in, aadOffset, aadLength);
        try {
            if (keyOctets == AES_256) {
                IpsecMbGcm.OPEN_256.invokeExact(
                        keyData,
                        context,
                        text,
                        sealed,
                        (long) length,
                        nonceAddress,
                        aad,
                        aadLength,
                        icvAddress,
                        (long) icvOctets);
            } else {
                IpsecMbGcm.OPEN_128.invokeExact(
                        keyData,
                        context,
                        text,
                        sealed,
                        (long) length,
                        nonceAddress,
                        aad,
                        aadLength,
                        icvAddress,
                        (long) icvOctets);
            }
        } catch (Throwable e) {
            throw failed(e);
        }
        return isRight(in, inOffset + length);
    }

    /** All is always compared: the time says nothing about where it differs. */
    private boolean isRight(MemorySegment in, long tag) {
        long difference = icv.get(LONG, 0) ^ in.get(LONG, tag);
        if (icvOctets == 16) {
            difference |= icv.get(LONG, 8) ^ in.get(LONG, tag + 8);
        } else if (icvOctets == 12) {
            difference |= icv.get(INT, 8) ^ in.get(INT, tag + 8);
        }
        return difference == 0;
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
