// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.util.Arrays;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.SequenceNumber;

/**
 * A GROUPKEY-PUSH-ACK as it was read: HDR, HASH, SEQ, ID in clear (RFC 8263, section 2). Made and
 * checked with an {@link AcknowledgementKey}.
 */
public final class GroupKeyPushAck {
    private static final int SPI_OCTETS = 16;
    private static final int SEQUENCE_OCTETS = 4;
    private static final int LONGEST_HASH = 64;

    private final byte[] spi;
    private final byte[] hash;
    private final byte[] covered;
    private final long sequence;
    private final InetAddress member;

    private GroupKeyPushAck(
            byte[] spi, byte[] hash, byte[] covered, long sequence, InetAddress member) {
        this.spi = spi;
        this.hash = hash;
        this.covered = covered;
        this.sequence = sequence;
        this.member = member;
    }

    /** Whether a datagram is of this exchange. */
    public static boolean recognises(byte[] datagram) {
        return ReturnPath.frameOffset(datagram) == 0
                && Frame.read(datagram, 0).exchange().equals(ExchangeType.GROUPKEY_PUSH_ACK);
    }

    /**
     * Reads the form, not the truth of it.
     *
     * @throws MalformedPayload if it is no acknowledgement
     */
    public static GroupKeyPushAck read(byte[] datagram) throws MalformedPayload {
        IsakmpHeader header = IsakmpHeader.read(datagram);
        PayloadChain chain =
                PayloadChain.read(
                        header.first(),
                        Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length),
                        PayloadChain.Padding.NONE);
        MessageRule.PUSH_ACK.verify(header, chain);
        Identification identity =
                Identification.read(chain.onlyBody(PayloadType.ID, 4, Identification.MAX_DATA + 4));
        return new GroupKeyPushAck(
                Arrays.copyOf(datagram, SPI_OCTETS),
                chain.onlyBody(PayloadType.HASH, 1, LONGEST_HASH),
                chain.octetsFrom(1),
                SequenceNumber.read(
                        chain.onlyBody(PayloadType.SEQ, SEQUENCE_OCTETS, SEQUENCE_OCTETS)),
                identity.address()
                        .orElseThrow(
                                () ->
                                        new MalformedPayload(
                                                "acknowledged by "
                                                        + identity
                                                        + ": an address is expected")));
    }

    /** The KEK's SPI, 16 octets. */
    public byte[] spi() {
        return spi.clone();
    }

    /** Of the rekey message. */
    public long sequence() {
        return sequence;
    }

    /** Who says to have it. */
    public InetAddress member() {
        return member;
    }

    byte[] hash() {
        return hash;
    }

    /** What the hash covers: the whole payloads after it. */
    byte[] covered() {
        return covered;
    }
}
