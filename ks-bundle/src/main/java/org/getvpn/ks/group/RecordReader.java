// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.ks.secret.UnreadableRecord;

/** Reads what {@link RecordWriter} wrote, strictly: another form or a stray octet is an error. */
final class RecordReader {
    private final ByteBuffer buffer;

    private RecordReader(byte[] record) {
        this.buffer = ByteBuffer.wrap(record);
    }

    /**
     * Reads a whole record.
     *
     * @param name for the message of an error
     * @param form the only one that is understood
     * @param plain destroyed before this returns
     */
    static <T> T read(
            String name, int form, SecretBytes plain, Function<RecordReader, T> contents) {
        byte[] exposed = plain.expose();
        plain.destroy();
        try {
            RecordReader reader = new RecordReader(exposed);
            int found = reader.number8();
            if (found != form) {
                throw new UnreadableRecord(
                        "record " + name + " has form " + found + ", written by another version");
            }
            T value = contents.apply(reader);
            if (reader.buffer.hasRemaining()) {
                throw new UnreadableRecord("record " + name + " is longer than its contents");
            }
            return value;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new UnreadableRecord("record " + name + " is not in its form: " + e);
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    int number8() {
        return buffer.get() & 0xff;
    }

    int number32() {
        return buffer.getInt();
    }

    long number64() {
        return buffer.getLong();
    }

    byte[] octets() {
        int length = buffer.getShort() & 0xffff;
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] value = new byte[length];
        buffer.get(value);
        return value;
    }

    String text() {
        return new String(octets(), StandardCharsets.UTF_8);
    }

    SecretBytes secret() {
        return SecretBytes.wrap(octets());
    }
}
