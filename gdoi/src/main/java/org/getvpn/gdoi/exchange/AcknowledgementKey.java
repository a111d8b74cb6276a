// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.SequenceNumber;

/**
 * The key of the acknowledgements under one KEK: ack_key = prf(base_key, "GROUPKEY-PUSH ACK" | 0x00
 * | SPI | L), where base_key is the KEK without its IV (RFC 8263, section 3). Every member of the
 * group can derive it: an acknowledgement tells the key server whom it need not send to again, and
 * proves nothing else (RFC 8263, section 7.1).
 */
public final class AcknowledgementKey {
    /** KEK_ACK_REQUESTED: a key from the KEK, with SHA-256. */
    public static final int KEK_SHA256 = 1;

    /** KEK_ACK_REQUESTED: a key from the KEK, with SHA-512. */
    public static final int KEK_SHA512 = 3;

    private static final byte[] LABEL = "GROUPKEY-PUSH ACK\0".getBytes(StandardCharsets.US_ASCII);
    private static final int IV_OCTETS = 16;

    private final CookiePair cookies;
    private final byte[] spi;
    private final Prf prf;
    private final SecretBytes key;

    private AcknowledgementKey(Kek kek, Prf prf) {
        this.cookies = GroupKeyPush.cookies(kek);
        this.spi = kek.spi();
        this.prf = prf;
        byte[] ivAndKey = kek.ivAndKey().expose();
        byte[] base = Arrays.copyOfRange(ivAndKey, IV_OCTETS, ivAndKey.length);
        byte[] length = ByteBuffer.allocate(2).putShort((short) (prf.octets() * 16)).array();
        this.key = SecretBytes.wrap(prf.compute(base, LABEL, spi, length));
        Arrays.fill(ivAndKey, (byte) 0);
        Arrays.fill(base, (byte) 0);
    }

    /** Empty if the KEK asks for no acknowledgement, or for a kind that is not known here. */
    public static Optional<AcknowledgementKey> of(Kek kek) {
        switch (kek.acknowledgement()) {
            case KEK_SHA256:
                return Optional.of(new AcknowledgementKey(kek, Prf.SHA256));
            case KEK_SHA512:
                return Optional.of(new AcknowledgementKey(kek, Prf.SHA512));
            default:
                return Optional.empty();
        }
    }

    /**
     * Makes the datagram of an acknowledgement.
     *
     * @param sequence of the rekey message, 1 to 2^32-1
     * @param member the address under which the member registered
     */
    public byte[] seal(long sequence, InetAddress member) {
        PayloadChain chain =
                PayloadChain.of(
                        Payload.of(PayloadType.HASH, new byte[prf.octets()]),
                        SequenceNumber.write(sequence),
                        Identification.of(member).write());
        byte[] plain = chain.octets();
        byte[] hash = compute(chain.octetsFrom(1));
        System.arraycopy(hash, 0, plain, Payload.GENERIC_HEADER, hash.length);
        return Frame.write(cookies, PayloadType.HASH, ExchangeType.GROUPKEY_PUSH_ACK, 0, 0, plain);
    }

    /** Whether a holder of this key made it. */
    public boolean made(GroupKeyPushAck ack) {
        return Arrays.equals(spi, ack.spi())
                && MessageDigest.isEqual(ack.hash(), compute(ack.covered()));
    }

    private byte[] compute(byte[] covered) {
        byte[] exposed = key.expose();
        try {
            return prf.compute(exposed, covered);
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /** Zeroes the key. */
    public void destroy() {
        key.destroy();
    }
}
