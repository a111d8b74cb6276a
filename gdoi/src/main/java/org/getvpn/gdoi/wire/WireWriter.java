// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.io.ByteArrayOutputStream;

/** Writes big-endian fields. */
final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireWriter u8(int value) {
        out.write(value);
        return this;
    }

    WireWriter u16(int value) {
        out.write(value >>> 8);
        out.write(value);
        return this;
    }

    WireWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    WireWriter bytes(byte[] octets) {
        out.write(octets, 0, octets.length);
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
