// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A group's identity as a member names it in GROUPKEY-PULL: a 32-bit number (ID_KEY_ID of 4
 * octets), an IPv4 address (ID_IPV4_ADDR), or another key id (ID_KEY_ID) (RFC 6407, section 5.1).
 */
public final class GroupId {
    /** Octets of the longest key id. */
    public static final int MOST_OCTETS = 64;

    private static final int NUMBER_OCTETS = 4;

    /** How the octets are meant. */
    public enum Kind {
        /** {@code identity number} */
        NUMBER,
        /** {@code identity address ipv4} */
        ADDRESS,
        /** opaque octets, not 4 of them: those are a number */
        KEY_ID
    }

    private final Kind kind;
    private final byte[] octets;

    private GroupId(Kind kind, byte[] octets) {
        this.kind = kind;
        this.octets = octets;
    }

    /**
     * @param number 0 to 2^32-1
     */
    public static GroupId number(long number) {
        if (number < 0 || number > 0xffff_ffffL) {
            throw new IllegalArgumentException("group number " + number + ": 0 to 4294967295");
        }
        return new GroupId(
                Kind.NUMBER, ByteBuffer.allocate(NUMBER_OCTETS).putInt((int) number).array());
    }

    /**
     * @param ipv4 4 octets
     */
    public static GroupId address(byte[] ipv4) {
        if (ipv4.length != NUMBER_OCTETS) {
            throw new IllegalArgumentException("group address of " + ipv4.length + " octets");
        }
        return new GroupId(Kind.ADDRESS, ipv4.clone());
    }

    /**
     * @param octets 1 to 64; 4 are a {@link Kind#NUMBER}
     */
    public static GroupId keyId(byte[] octets) {
        if (octets.length == 0 || octets.length > MOST_OCTETS) {
            throw new IllegalArgumentException(
                    "group key id of " + octets.length + " octets: 1 to " + MOST_OCTETS);
        }
        return new GroupId(
                octets.length == NUMBER_OCTETS ? Kind.NUMBER : Kind.KEY_ID, octets.clone());
    }

    /** Number, address or key id. */
    public Kind kind() {
        return kind;
    }

    /** The identification data, a copy. */
    public byte[] octets() {
        return octets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupId
                && kind == ((GroupId) other).kind
                && Arrays.equals(octets, ((GroupId) other).octets);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(octets) + kind.ordinal();
    }

    /** The number in decimal, the dotted address, or {@code keyid:} with text or hexadecimal. */
    @Override
    public String toString() {
        if (kind == Kind.NUMBER) {
            return Integer.toUnsignedString(ByteBuffer.wrap(octets).getInt());
        }
        if (kind == Kind.KEY_ID) {
            return "keyid:" + printable();
        }
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 4 octets, checked in address()
        }
    }

    /** What a peer sent is shown as text only where that is harmless. */
    private String printable() {
        String text = new String(octets, StandardCharsets.US_ASCII);
        if (text.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            return text;
        }
        StringBuilder digits = new StringBuilder("0x");
        for (byte octet : octets) {
            digits.append(String.format("%02x", octet));
        }
        return digits.toString();
    }
}
