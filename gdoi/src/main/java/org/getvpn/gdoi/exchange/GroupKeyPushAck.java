// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
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
 * prf(ack_key, SEQ | ID) and ack_key = prf(base_key, "GROUPKEY-PUSH ACK" | 0 | SPI | L).
 *
 * <p>The base key is the KEK, or the key of the member's leaf in a logical key hierarchy, without
 * its IV. RFC 8263 gives L in two ways; this is the block size of the HMAC in bits, 512 with
 * SHA-256 and 1024 with SHA-512, as section 3.2 has it for the base key. With the KEK as base key
 * every member can forge another's acknowledgement (section 7.1).
 */
public final class GroupKeyPushAck {
    /** KEK_ACK_KEK_SHA256. */
    public static final int KEK_SHA256 = 1;

    /** KEK_ACK_LKH_SHA256. */
    public static final int LKH_SHA256 = 2;

    /** KEK_ACK_KEK_SHA512. */
    public static final int KEK_SHA512 = 3;

    /** KEK_ACK_LKH_SHA512. */
    public static final int LKH_SHA512 = 4;

    /** HDR, HASH, SEQ and an ID of 256 octets: nothing longer is looked at. */
    static final int MOST_OCTETS = 28 + 4 + 64 + 8 + 8 + 256;

    private static final byte[] LABEL = "GROUPKEY-PUSH ACK\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SEQUENCE_OCTETS = 4;

    private final CookiePair cookies;
    private final Prf prf;
    private final byte[] key;

    private GroupKeyPushAck(Kek kek, Prf prf, int bitsOfBlock, SecretBytes ivAndBaseKey) {
        int ivOctets = kek.algorithm() == Kek.ALGORITHM_AES_CBC ? 16 : 8;
        byte[] exposed = ivAndBaseKey.expose();
        byte[] base = Arrays.copyOfRange(exposed, ivOctets, exposed.length);
        byte[] length = ByteBuffer.allocate(2).putShort((short) bitsOfBlock).array();
        this.cookies = GroupKeyPush.cookies(kek);
        this.prf = prf;
        this.key = prf.compute(base, LABEL, kek.spi(), length);
        Arrays.fill(exposed, (byte) 0);
        Arrays.fill(base, (byte) 0);
    }

    /** Whether acknowledgements under this KEK are made with each member's leaf key. */
    static boolean needsLeafKey(Kek kek) {
        return kek.acknowledgement() == LKH_SHA256 || kek.acknowledgement() == LKH_SHA512;
    }

    /**
     * Acknowledgements of rekey messages under this KEK. The key is copied: the caller may destroy
     * its own.
     *
     * @return empty if the KEK asks for none, for one with a leaf key, or for a kind that is not
     *     spoken here
     */
    public static Optional<GroupKeyPushAck> under(Kek kek) {
        return under(kek, null);
    }

    /**
     * The same for a member of a logical key hierarchy.
     *
     * @param leaf IV ‖ key of the member's leaf; null without a hierarchy
     */
    public static Optional<GroupKeyPushAck> under(Kek kek, SecretBytes leaf) {
        SecretBytes base = needsLeafKey(kek) ? leaf : kek.ivAndKey();
        if (base == null) {
            return Optional.empty();
        }
        switch (kek.acknowledgement()) {
            case KEK_SHA256:
            case LKH_SHA256:
                return Optional.of(new GroupKeyPushAck(kek, Prf.SHA256, 512, base));
            case KEK_SHA512:
            case LKH_SHA512:
                return Optional.of(new GroupKeyPushAck(kek, Prf.SHA512, 1024, base));
            default:
                return Optional.empty();
        }
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
        Acknowledgement claimed = read(datagram);
        verify(claimed);
        return claimed;
    }

    /**
     * Whether the holder of this key made it.
     *
     * @throws MalformedPayload if not
     */
    void verify(Acknowledgement claimed) throws MalformedPayload {
        if (!claimed.cookies.equals(cookies)) {
            throw new MalformedPayload("acknowledgement under another KEK");
        }
        if (!MessageDigest.isEqual(claimed.hash, prf.compute(key, claimed.covered))) {
            throw new MalformedPayload("HASH of the acknowledgement does not fit");
        }
    }

    /**
     * Reads the form, not the truth of it.
     *
     * @throws MalformedPayload if it is no acknowledgement
     */
    static Acknowledgement read(byte[] datagram) throws MalformedPayload {
        if (datagram.length > MOST_OCTETS) {
            throw new MalformedPayload("acknowledgement of " + datagram.length + " octets");
        }
        IsakmpHeader header = IsakmpHeader.read(datagram);
        if (!header.exchange().equals(ExchangeType.GROUPKEY_PUSH_ACK)
                || header.flags() != 0
                || header.messageId() != 0) {
            throw new MalformedPayload("no acknowledgement of a rekey: " + header);
        }
        Frame frame = Frame.read(datagram, 0);
        PayloadChain chain =
                PayloadChain.read(frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE);
        MessageRule.PUSH_ACK.verify(chain);
        return new Acknowledgement(
                frame.cookies(),
                chain.onlyBody(PayloadType.HASH, 1, Prf.SHA512.octets()),
                chain.octetsFrom(1),
                SequenceNumber.read(
                        chain.onlyBody(PayloadType.SEQ, SEQUENCE_OCTETS, SEQUENCE_OCTETS)),
                Identification.read(chain.onlyBody(PayloadType.ID, 5, MOST_OCTETS)).text());
    }

    /** Which rekey message arrived where. */
    public static final class Acknowledgement {
        private final CookiePair cookies;
        private final byte[] hash;
        private final byte[] covered;
        private final long sequence;
        private final String member;

        private Acknowledgement(
                CookiePair cookies, byte[] hash, byte[] covered, long sequence, String member) {
            this.cookies = cookies;
            this.hash = hash;
            this.covered = covered;
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
