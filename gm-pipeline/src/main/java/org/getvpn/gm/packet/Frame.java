// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One Ethernet frame in a buffer with room before and behind it. The view moves; the octets stay
 * where they are. Not thread-safe: a frame belongs to the path that works on it.
 */
public final class Frame {
    /** Octets kept free in front: what encapsulation puts there, and a driver's own header. */
    public static final int HEADROOM = 128;

    /** Octets kept free behind: padding and ICV. */
    public static final int TAILROOM = 64;

    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private int start;
    private int length;

    /** Over a whole buffer; {@code memory} is native and at most 2^31-1 octets long. */
    public Frame(MemorySegment memory) {
        this.memory = memory;
        this.start = HEADROOM;
    }

    /** The buffer. */
    public MemorySegment memory() {
        return memory;
    }

    /** Offset of the frame's first octet in the buffer. */
    public int start() {
        return start;
    }

    /** Octets of the frame. */
    public int length() {
        return length;
    }

    /** Most octets that a driver may put into the buffer. */
    public int capacity() {
        return (int) memory.byteSize() - HEADROOM - TAILROOM;
    }

    /** A frame was received: {@code octets} at {@link #HEADROOM}. */
    public void received(int octets) {
        start = HEADROOM;
        length = octets;
    }

    /** Moves the view; both inside the buffer. */
    public void set(int newStart, int newLength) {
        start = newStart;
        length = newLength;
    }

    /** Unsigned octet at {@code at}, counted from the frame's start. */
    public int u8(int at) {
        return memory.get(ValueLayout.JAVA_BYTE, start + at) & 0xff;
    }

    /** Unsigned 16 bits. */
    public int u16(int at) {
        return memory.get(U16, start + at) & 0xffff;
    }

    /** 32 bits. */
    public int u32(int at) {
        return memory.get(U32, start + at);
    }

    /** 64 bits. */
    public long u64(int at) {
        return memory.get(U64, start + at);
    }

    /** Writes an octet. */
    public void u8(int at, int value) {
        memory.set(ValueLayout.JAVA_BYTE, start + at, (byte) value);
    }

    /** Writes 16 bits. */
    public void u16(int at, int value) {
        memory.set(U16, start + at, (short) value);
    }

    /** Writes 32 bits. */
    public void u32(int at, int value) {
        memory.set(U32, start + at, value);
    }

    /** Writes 64 bits. */
    public void u64(int at, long value) {
        memory.set(U64, start + at, value);
    }

    /** Copies {@code octets} of {@code source} here, at its start as well as at ours. */
    public void copyFrom(Frame source, int from, int to, int octets) {
        MemorySegment.copy(source.memory, source.start + from, memory, start + to, octets);
    }

    /** Fills the frame with a copy of {@code octets}: for tests and injected frames. */
    public void load(byte[] octets) {
        MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, HEADROOM, octets.length);
        received(octets.length);
    }

    /** A copy of the frame: for tests and logs. */
    public byte[] toByteArray() {
        return memory.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
