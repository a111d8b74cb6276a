// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * One payload as it stands in a message: its type and its octets as sent. The octets are kept,
 * because HASH, SIG and AUTH cover what was sent and not what we would have written.
 */
public final class Payload implements Destroyable {
    /** Octets of the generic header (RFC 2408, section 3.2). */
    public static final int GENERIC_HEADER = 4;

    private final PayloadType type;
    private final byte[] octets;
    private volatile boolean destroyed;

    private Payload(PayloadType type, byte[] octets) {
        this.type = type;
        this.octets = octets;
    }

    /** A payload to be sent; {@link Message} fills in what comes next. */
    public static Payload of(PayloadType type, byte[] body) {
        int length = GENERIC_HEADER + body.length;
        if (length > 0xffff) {
            throw new IllegalArgumentException(type + " of " + length + " octets");
        }
        byte[] octets = new byte[length];
        octets[2] = (byte) (length >>> 8);
        octets[3] = (byte) length;
        System.arraycopy(body, 0, octets, GENERIC_HEADER, body.length);
        return new Payload(type, octets);
    }

    /** A payload as received; {@code octets} includes the generic header. */
    static Payload received(PayloadType type, byte[] octets) {
        return new Payload(type, octets);
    }

    /** The same payload followed by one of type {@code next}. */
    Payload followedBy(PayloadType next) {
        byte[] copy = octets.clone();
        copy[0] = (byte) next.number();
        return new Payload(type, copy);
    }

    /** What the payload before it, or the header, says that it is. */
    public PayloadType type() {
        return type;
    }

    /** The octets with the generic header, as on the wire; a copy. */
    public byte[] octets() {
        return octets.clone();
    }

    /** The octets after the generic header; a copy. */
    public byte[] body() {
        return Arrays.copyOfRange(octets, GENERIC_HEADER, octets.length);
    }

    void write(WireWriter out) {
        out.bytes(octets);
    }

    /** Zeroes the octets: for a payload that held keys. */
    @Override
    public void destroy() {
        Arrays.fill(octets, (byte) 0);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    int length() {
        return octets.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload
                && type.equals(((Payload) other).type)
                && Arrays.equals(octets, ((Payload) other).octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return type + "[" + octets.length + "]";
    }
}
