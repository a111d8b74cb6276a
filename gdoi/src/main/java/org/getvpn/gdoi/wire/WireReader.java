// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;

/** Reads big-endian fields of a bounded slice of octets; every length is checked before use. */
final class WireReader {
    private final String what;
    private final byte[] octets;
    private final int end;
    private int at;

    /** Over all of {@code octets}; {@code what} names the payload in errors. */
    WireReader(String what, byte[] octets) {
        this(what, octets, 0, octets.length);
    }

    private WireReader(String what, byte[] octets, int from, int end) {
        this.what = what;
        this.octets = octets;
        this.at = from;
        this.end = end;
    }

    int remaining() {
        return end - at;
    }

    private int take(int length) throws MalformedPayload {
        if (length < 0 || length > remaining()) {
            throw new MalformedPayload(
                    what + ": " + length + " octets expected, " + remaining() + " left");
        }
        int from = at;
        at += length;
        return from;
    }

    int u8() throws MalformedPayload {
        return octets[take(1)] & 0xff;
    }

    int u16() throws MalformedPayload {
        int from = take(2);
        return (octets[from] & 0xff) << 8 | octets[from + 1] & 0xff;
    }

    int u32() throws MalformedPayload {
        return u16() << 16 | u16();
    }

    byte[] bytes(int length) throws MalformedPayload {
        int from = take(length);
        return Arrays.copyOfRange(octets, from, from + length);
    }

    byte[] rest() throws MalformedPayload {
        return bytes(remaining());
    }

    /** A reader over the next {@code length} octets, which this one skips. */
    WireReader slice(String part, int length) throws MalformedPayload {
        int from = take(length);
        return new WireReader(what + " " + part, octets, from, from + length);
    }

    /** Octets that must be zero (RFC 2408, section 5.3: a message with others is discarded). */
    void zero(String field, int length) throws MalformedPayload {
        int from = take(length);
        for (int i = from; i < at; i++) {
            if (octets[i] != 0) {
                throw malformed(field + " is not 0");
            }
        }
    }

    /** Nothing may be left. */
    void end() throws MalformedPayload {
        if (remaining() != 0) {
            throw new MalformedPayload(what + ": " + remaining() + " octets too many");
        }
    }

    MalformedPayload malformed(String reason) {
        return new MalformedPayload(what + ": " + reason);
    }
}
