// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.SequenceNumber;

/**
 * The acknowledgement of a rekey message: HDR, HASH, SEQ, ID in clear (RFC 8263), with HASH =
 * prf(ack_key, SEQ | ID) and ack_key = prf(KEK, "GROUPKEY-PUSH ACK" | 0 | SPI | L).
 *
 * <p>RFC 8263 gives L in two ways; this is the block size of the HMAC in bits, 512 with SHA-256 and
 * 1024 with SHA-512, as section 3.2 has it for the base key. Of the four types the two that need no
 * LKH are spoken. Every member can forge another's acknowledgement under these (section 7.1).
 */
public final class GroupKeyPushAck {
    /** KEK_ACK_KEK_SHA256. */
    public static final int KEK_SHA256 = 1;

    /** KEK_ACK_KEK_SHA512. */
    public static final int KEK_SHA512 = 3;

    private static final byte[] LABEL = "GROUPKEY-PUSH ACK\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SEQUENCE_OCTETS = 4;

    private final CookiePair cookies;
    private final Prf prf;
    private final byte[] key;

    private GroupKeyPushAck(CookiePair cookies, Prf prf, byte[] key) {
        this.cookies = cookies;
        this.prf = prf;
        this.key = key;
    }

    /**
     * Acknowledgements of rekey messages under this KEK. The key is copied: the caller may destroy
     * its own.
     *
     * @return empty if the KEK asks for none, or for a kind that is not spoken here
     */
    public static Optional<GroupKeyPushAck> under(Kek kek) {
        if (kek.acknowledgement() != KEK_SHA256 && kek.acknowledgement() != KEK_SHA512) {
            return Optional.empty();
        }
        boolean wide = kek.acknowledgement() == KEK_SHA512;
        Prf prf = wide ? Prf.SHA512 : Prf.SHA256;
        int ivOctets = kek.algorithm() == Kek.ALGORITHM_AES_CBC ? 16 : 8;
        byte[] ivAndKey = kek.ivAndKey().expose();
        byte[] base = Arrays.copyOfRange(ivAndKey, ivOctets, ivAndKey.length);
        byte[] length = ByteBuffer.allocate(2).putShort((short) (wide ? 1024 : 512)).array();
        byte[] key = prf.compute(base, LABEL, kek.spi(), length);
        Arrays.fill(ivAndKey, (byte) 0);
        Arrays.fill(base, (byte) 0);
        return Optional.of(new GroupKeyPushAck(GroupKeyPush.cookies(kek), prf, key));
    }

    /**
     * Makes the datagram.
     *
     * @param sequence of the message that is acknowledged
     * @param member who acknowledges: the address of its last registration
     */
    public byte[] seal(long sequence, Endpoint member) {
        Payload seq = SequenceNumber.write(sequence);
        Payload id = Identification.of(member.address()).write();
        byte[] covered = PayloadChain.of(seq, id).octets();
        PayloadChain chain =
                PayloadChain.of(
                        List.of(Payload.of(PayloadType.HASH, prf.compute(key, covered)), seq, id));
        return Frame.write(
                cookies, PayloadType.HASH, ExchangeType.GROUPKEY_PUSH_ACK, 0, 0, chain.octets());
    }

    /**
     * Reads a datagram.
     *
     * @throws MalformedPayload if it is no acknowledgement under this KEK, or not genuine
     */
    public Acknowledgement open(byte[] datagram) throws MalformedPayload {
        IsakmpHeader header = IsakmpHeader.read(datagram);
        Frame frame = Frame.read(datagram, 0);
        if (!frame.cookies().equals(cookies)
                || !header.exchange().equals(ExchangeType.GROUPKEY_PUSH_ACK)
                || header.flags() != 0
                || header.messageId() != 0) {
            throw new MalformedPayload("no acknowledgement of a rekey under this KEK: " + header);
        }
        PayloadChain chain =
                PayloadChain.read(frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE);
        MessageRule.PUSH_ACK.verify(chain);
        byte[] hash = chain.onlyBody(PayloadType.HASH, prf.octets(), prf.octets());
        if (!MessageDigest.isEqual(hash, prf.compute(key, chain.octetsFrom(1)))) {
            throw new MalformedPayload("HASH of the acknowledgement does not fit");
        }
        return new Acknowledgement(
                SequenceNumber.read(
                        chain.onlyBody(PayloadType.SEQ, SEQUENCE_OCTETS, SEQUENCE_OCTETS)),
                Identification.read(chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS)).text());
    }

    /** Which rekey message arrived where. */
    public static final class Acknowledgement {
        private final long sequence;
        private final String member;

        Acknowledgement(long sequence, String member) {
            this.sequence = sequence;
            this.member = member;
        }

        /** Of the rekey message. */
        public long sequence() {
            return sequence;
        }

        /** As {@link PeerIdentity#text()} has it. */
        public String member() {
            return member;
        }
    }
}
