// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Network byte order at any alignment. */
public final class Octets {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Octets() {}

    /** One octet, 0 to 255. */
    public static int u8(MemorySegment in, long offset) {
        return in.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    /** Two octets, 0 to 65535. */
    public static int u16(MemorySegment in, long offset) {
        return in.get(SHORT, offset) & 0xffff;
    }

    /** Four octets as an int; compare unsigned. */
    public static int i32(MemorySegment in, long offset) {
        return in.get(INT, offset);
    }

    /** Eight octets. */
    public static long i64(MemorySegment in, long offset) {
        return in.get(LONG, offset);
    }

    /** Writes the low octet of {@code value}. */
    public static void put8(MemorySegment out, long offset, int value) {
        out.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    /** Writes the low two octets of {@code value}. */
    public static void put16(MemorySegment out, long offset, int value) {
        out.set(SHORT, offset, (short) value);
    }

    /** Writes four octets. */
    public static void put32(MemorySegment out, long offset, int value) {
        out.set(INT, offset, value);
    }

    /** Writes eight octets. */
    public static void put64(MemorySegment out, long offset, long value) {
        out.set(LONG, offset, value);
    }
}
