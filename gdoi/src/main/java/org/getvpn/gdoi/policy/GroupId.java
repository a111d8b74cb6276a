// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A group's identity as a member names it in GROUPKEY-PULL: a 32-bit number (ID_KEY_ID) or an IPv4
 * address (ID_IPV4_ADDR) (RFC 6407, section 5.1).
 */
public final class GroupId {
    /** How the 32 bits are meant. */
    public enum Kind {
        /** {@code identity number} */
        NUMBER,
        /** {@code identity address ipv4} */
        ADDRESS
    }

    private final Kind kind;
    private final int value;

    private GroupId(Kind kind, int value) {
        this.kind = kind;
        this.value = value;
    }

    /**
     * @param number 0 to 2^32-1
     */
    public static GroupId number(long number) {
        if (number < 0 || number > 0xffff_ffffL) {
            throw new IllegalArgumentException("group number " + number + ": 0 to 4294967295");
        }
        return new GroupId(Kind.NUMBER, (int) number);
    }

    /**
     * @param ipv4 4 octets
     */
    public static GroupId address(byte[] ipv4) {
        if (ipv4.length != 4) {
            throw new IllegalArgumentException("group address of " + ipv4.length + " octets");
        }
        return new GroupId(
                Kind.ADDRESS,
                ipv4[0] << 24 | (ipv4[1] & 0xff) << 16 | (ipv4[2] & 0xff) << 8 | ipv4[3] & 0xff);
    }

    /** Number or address. */
    public Kind kind() {
        return kind;
    }

    /** The four octets, big-endian in an int. */
    public int value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupId
                && kind == ((GroupId) other).kind
                && value == ((GroupId) other).value;
    }

    @Override
    public int hashCode() {
        return 31 * value + kind.ordinal();
    }

    /** The number in decimal, or the dotted address. */
    @Override
    public String toString() {
        if (kind == Kind.NUMBER) {
            return Integer.toUnsignedString(value);
        }
        try {
            return InetAddress.getByAddress(
                            new byte[] {
                                (byte) (value >>> 24),
                                (byte) (value >>> 16),
                                (byte) (value >>> 8),
                                (byte) value
                            })
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
