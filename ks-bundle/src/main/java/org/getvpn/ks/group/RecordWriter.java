// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.getvpn.gdoi.crypto.SecretBytes;

/** Writes one record: numbers big-endian, octets with their length before them. */
final class RecordWriter {
    /** Octets of the largest record. */
    static final int LARGEST = 32 * 1024;

    private final byte[] octets = new byte[LARGEST];
    private final ByteBuffer buffer = ByteBuffer.wrap(octets);

    RecordWriter(int form) {
        number8(form);
    }

    RecordWriter number8(int value) {
        buffer.put((byte) value);
        return this;
    }

    RecordWriter number64(long value) {
        buffer.putLong(value);
        return this;
    }

    RecordWriter number32(int value) {
        buffer.putInt(value);
        return this;
    }

    RecordWriter octets(byte[] value) {
        buffer.putShort((short) value.length).put(value);
        return this;
    }

    RecordWriter text(String value) {
        return octets(value.getBytes(StandardCharsets.UTF_8));
    }

    RecordWriter secret(SecretBytes value) {
        byte[] exposed = value.expose();
        octets(exposed);
        Arrays.fill(exposed, (byte) 0);
        return this;
    }

    /** The record; the caller zeroes it. Nothing of it stays here. */
    byte[] finish() {
        byte[] record = Arrays.copyOf(octets, buffer.position());
        Arrays.fill(octets, (byte) 0);
        return record;
    }
}
