// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.ByteString;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;

/** Unsigned values of up to 48 bits as P4Runtime writes them (P4Runtime 1.4, section 8.4). */
final class Bytestring {
    private Bytestring() {}

    /**
     * Reads a value, with leading zero octets or without.
     *
     * @param what named in the refusal
     * @throws RefusedUpdate INVALID_ARGUMENT for no octets, OUT_OF_RANGE for more bits than {@code
     *     width}
     */
    static long value(ByteString octets, int width, String what) throws RefusedUpdate {
        if (octets.isEmpty()) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT, what + ": no value; a zero is one zero octet");
        }
        long value = 0;
        for (int i = 0; i < octets.size(); i++) {
            value = value << Byte.SIZE | octets.byteAt(i) & 0xff;
            if (value >>> width != 0) { // before it could lose bits: a width is 48 at most
                throw tooWide(octets, width, what);
            }
        }
        return value;
    }

    private static RefusedUpdate tooWide(ByteString octets, int width, String what) {
        return new RefusedUpdate(
                Refusal.OUT_OF_RANGE,
                what
                        + ": a value of "
                        + octets.size()
                        + " octets has more than "
                        + width
                        + " bits");
    }

    /** The shortest form. */
    static ByteString of(long value) {
        int octets = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / Byte.SIZE);
        byte[] text = new byte[octets];
        for (int i = 0; i < octets; i++) {
            text[i] = (byte) (value >>> Byte.SIZE * (octets - 1 - i));
        }
        return ByteString.copyFrom(text);
    }
}
