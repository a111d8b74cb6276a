// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;

/**
 * The 28 octets in front of every message (RFC 2408, section 3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +                       Initiator Cookie                        +
 * +                       Responder Cookie                        +
 * |  Next Payload | MjVer | MnVer | Exchange Type |     Flags     |
 * |                          Message ID                           |
 * |                            Length                             |
 * </pre>
 */
public final class IsakmpHeader {
    /** Octets of a header. */
    public static final int LENGTH = 28;

    /** Octets of a cookie. */
    public static final int COOKIE = 8;

    /** Everything after the header is encrypted. */
    public static final int FLAG_ENCRYPTED = 1;

    private static final int VERSION = 0x10;

    private final byte[] initiatorCookie;
    private final byte[] responderCookie;
    private final PayloadType first;
    private final ExchangeType exchange;
    private final int flags;
    private final int messageId;
    private final int length;

    /**
     * @param initiatorCookie 8 octets
     * @param responderCookie 8 octets, all zero in a first message
     * @param first type of the first payload, also of an encrypted one
     * @param messageId 0 in Phase 1, PUSH and ACK
     * @param length of the whole message in octets, padding included
     */
    public IsakmpHeader(
            byte[] initiatorCookie,
            byte[] responderCookie,
            PayloadType first,
            ExchangeType exchange,
            int flags,
            int messageId,
            int length) {
        if (initiatorCookie.length != COOKIE || responderCookie.length != COOKIE) {
            throw new IllegalArgumentException("a cookie has 8 octets");
        }
        this.initiatorCookie = initiatorCookie.clone();
        this.responderCookie = responderCookie.clone();
        this.first = first;
        this.exchange = exchange;
        this.flags = flags;
        this.messageId = messageId;
        this.length = length;
    }

    /**
     * Reads the header of a datagram and checks that its length is the datagram's.
     *
     * @throws MalformedPayload if it is too short, of a version other than 1.0, or of another
     *     length
     */
    public static IsakmpHeader read(byte[] datagram) throws MalformedPayload {
        WireReader in = new WireReader("ISAKMP header", datagram);
        byte[] initiator = in.bytes(COOKIE);
        byte[] responder = in.bytes(COOKIE);
        PayloadType first = PayloadType.of(in.u8());
        int version = in.u8();
        if (version != VERSION) {
            throw in.malformed("version " + (version >>> 4) + "." + (version & 15) + ", not 1.0");
        }
        ExchangeType exchange = ExchangeType.of(in.u8());
        int flags = in.u8();
        int messageId = in.u32();
        int length = in.u32();
        if (length != datagram.length) {
            throw in.malformed(
                    "length "
                            + Integer.toUnsignedString(length)
                            + " in a datagram of "
                            + datagram.length);
        }
        return new IsakmpHeader(initiator, responder, first, exchange, flags, messageId, length);
    }

    /** The 28 octets. */
    public byte[] write() {
        return new WireWriter()
                .bytes(initiatorCookie)
                .bytes(responderCookie)
                .u8(first.number())
                .u8(VERSION)
                .u8(exchange.number())
                .u8(flags)
                .u32(messageId)
                .u32(length)
                .toByteArray();
    }

    /** The same header for a message of another length. */
    public IsakmpHeader withLength(int octets) {
        return new IsakmpHeader(
                initiatorCookie, responderCookie, first, exchange, flags, messageId, octets);
    }

    /** 8 octets, a copy. */
    public byte[] initiatorCookie() {
        return initiatorCookie.clone();
    }

    /** 8 octets, a copy. */
    public byte[] responderCookie() {
        return responderCookie.clone();
    }

    /** Type of the first payload. */
    public PayloadType first() {
        return first;
    }

    /** Exchange type. */
    public ExchangeType exchange() {
        return exchange;
    }

    /** All eight flags. */
    public int flags() {
        return flags;
    }

    /** Whether everything after the header is encrypted. */
    public boolean encrypted() {
        return (flags & FLAG_ENCRYPTED) != 0;
    }

    /** 0 in Phase 1, PUSH and ACK. */
    public int messageId() {
        return messageId;
    }

    /** Octets of the whole message. */
    public int length() {
        return length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IsakmpHeader
                && Arrays.equals(write(), ((IsakmpHeader) other).write());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(write());
    }

    @Override
    public String toString() {
        return exchange + " message " + Integer.toHexString(messageId) + ", " + length + " octets";
    }
}
