// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;

/** Unsigned values as P4Runtime writes them (P4Runtime 1.4, section 8.4). */
final class Bytestring {
    private Bytestring() {}

    /**
     * Reads a value, with leading zero octets or without.
     *
     * @param what named in the refusal
     * @throws RefusedUpdate INVALID_ARGUMENT for no octets, OUT_OF_RANGE for more bits than {@code
     *     width}
     */
    static BigInteger number(ByteString octets, int width, String what) throws RefusedUpdate {
        if (octets.isEmpty()) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT, what + ": no value; a zero is one zero octet");
        }
        BigInteger number = new BigInteger(1, octets.toByteArray());
        if (number.bitLength() > width) {
            throw tooWide(octets, width, what);
        }
        return number;
    }

    /**
     * The same for a value of up to 48 bits.
     *
     * @throws RefusedUpdate as {@link #number} does
     */
    static long value(ByteString octets, int width, String what) throws RefusedUpdate {
        return number(octets, width, what).longValueExact();
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
    static ByteString of(BigInteger number) {
        byte[] octets = number.toByteArray();
        boolean hasSign = octets.length > 1 && octets[0] == 0;
        return ByteString.copyFrom(octets, hasSign ? 1 : 0, octets.length - (hasSign ? 1 : 0));
    }

    /** The shortest form of a value of up to 48 bits. */
    static ByteString of(long value) {
        return of(BigInteger.valueOf(value));
    }
}
