// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** One ISAKMP message: the header of RFC 2408, section 3.1, and what follows it. */
final class Frame {
    static final int HEADER_OCTETS = IsakmpHeader.LENGTH;

    /** No message of ours or of a peer is longer than what one UDP datagram carries. */
    static final int MAX_OCTETS = 65_507;

    private static final int VERSION = 0x10;

    private final CookiePair cookies;
    private final PayloadType firstPayload;
    private final ExchangeType exchange;
    private final int flags;
    private final int messageId;
    private final byte[] octets;

    private Frame(ByteBuffer in, byte[] octets) {
        this.cookies = new CookiePair(in.getLong(), in.getLong());
        this.firstPayload = PayloadType.of(in.get() & 0xff);
        in.get();
        this.exchange = ExchangeType.of(in.get() & 0xff);
        this.flags = in.get() & 0xff;
        this.messageId = in.getInt();
        this.octets = octets;
    }

    /** Whether an ISAKMP message of exactly the rest of the datagram begins at {@code offset}. */
    static boolean begins(byte[] datagram, int offset) {
        int octets = datagram.length - offset;
        return octets >= HEADER_OCTETS
                && datagram[offset + 17] == VERSION
                && ByteBuffer.wrap(datagram).getInt(offset + 24) == octets;
    }

    /** Reads what {@link #begins} found. */
    static Frame read(byte[] datagram, int offset) {
        byte[] octets =
                offset == 0 ? datagram : Arrays.copyOfRange(datagram, offset, datagram.length);
        return new Frame(ByteBuffer.wrap(octets), octets);
    }

    /** Writes a message; the length in its header is what is written. */
    static byte[] write(
            CookiePair cookies,
            PayloadType firstPayload,
            ExchangeType exchange,
            int flags,
            int messageId,
            byte[] body) {
        return ByteBuffer.allocate(HEADER_OCTETS + body.length)
                .putLong(cookies.initiator())
                .putLong(cookies.responder())
                .put((byte) firstPayload.number())
                .put((byte) VERSION)
                .put((byte) exchange.number())
                .put((byte) flags)
                .putInt(messageId)
                .putInt(HEADER_OCTETS + body.length)
                .put(body)
                .array();
    }

    /** A message of Phase 1 that is not encrypted. */
    static byte[] clear(CookiePair cookies, ExchangeType exchange, List<Payload> payloads) {
        byte[] body = PayloadChain.of(payloads).octets();
        return write(cookies, payloads.get(0).type(), exchange, 0, 0, body);
    }

    /**
     * A message of Phase 1 that is encrypted.
     *
     * @param first type of the first payload inside
     */
    static byte[] sealed(
            CookiePair cookies, ExchangeType exchange, PayloadType first, byte[] sealed) {
        return write(cookies, first, exchange, IsakmpHeader.FLAG_ENCRYPTED, 0, sealed);
    }

    CookiePair cookies() {
        return cookies;
    }

    PayloadType firstPayload() {
        return firstPayload;
    }

    ExchangeType exchange() {
        return exchange;
    }

    boolean isEncrypted() {
        return (flags & IsakmpHeader.FLAG_ENCRYPTED) != 0;
    }

    int messageId() {
        return messageId;
    }

    /** The whole message, without a marker in front; read only. */
    byte[] octets() {
        return octets;
    }

    /** What follows the header. */
    byte[] body() {
        return Arrays.copyOfRange(octets, HEADER_OCTETS, octets.length);
    }
}
