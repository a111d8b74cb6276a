// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;

/** Writes big-endian fields; zeroes what it leaves behind, since some fields are keys. */
final class WireWriter {
    private byte[] octets = new byte[64];
    private int length;

    WireWriter u8(int value) {
        room(1);
        octets[length++] = (byte) value;
        return this;
    }

    WireWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    WireWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    WireWriter bytes(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, octets, length, more.length);
        length += more.length;
        return this;
    }

    /** What was written; the writer is empty afterwards. */
    byte[] toByteArray() {
        byte[] written = Arrays.copyOf(octets, length);
        Arrays.fill(octets, (byte) 0);
        length = 0;
        return written;
    }

    private void room(int more) {
        if (octets.length - length < more) {
            byte[] larger = Arrays.copyOf(octets, Math.max(2 * octets.length, length + more));
            Arrays.fill(octets, (byte) 0);
            octets = larger;
        }
    }
}
