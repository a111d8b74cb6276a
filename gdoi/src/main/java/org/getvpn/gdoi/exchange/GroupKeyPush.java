// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.RekeyCipher;
import org.getvpn.gdoi.crypto.RekeySignature;
import org.getvpn.gdoi.crypto.RsaForm;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.wire.Delete;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.gdoi.wire.SelectorIdentity;
import org.getvpn.gdoi.wire.SequenceNumber;

/**
 * The GROUPKEY-PUSH message: HDR*, SEQ, [D,]… [SA, KD,] SIG (RFC 6407, section 4).
 *
 * <p>A choice the RFC leaves open: the signature covers the header with the encryption flag set and
 * with the length that the message has before padding, as Cisco's reference implementation does it.
 * A signature over the padded length is accepted too.
 */
public final class GroupKeyPush {
    private static final byte[] SIGNED_PREFIX = "rekey".getBytes(StandardCharsets.US_ASCII);
    private static final int TEK_SPI = 4;
    private static final int KEK_SPI = 16;

    private final Kek kek;
    private final RekeyCipher cipher;
    private final RekeySignature signature;
    private final PublicKey verifier;
    private final Set<Quirk> quirks;

    private GroupKeyPush(Kek kek, Set<Quirk> quirks) {
        this.kek = kek;
        this.quirks = Set.copyOf(quirks);
        this.cipher = RekeyCipher.of(kek);
        this.signature =
                RekeySignature.of(
                        kek,
                        quirks.contains(Quirk.BARE_HASH_SIGNATURE)
                                ? RsaForm.BARE_HASH
                                : RsaForm.DIGEST_INFO);
        this.verifier = signature.publicKey(kek.signatureKey());
    }

    /**
     * Messages under this KEK. The key is copied: the caller may destroy its own.
     *
     * @throws IllegalArgumentException that names what in the KEK is not usable
     */
    static GroupKeyPush under(Kek kek, Set<Quirk> quirks) {
        return new GroupKeyPush(kek, quirks);
    }

    /** The cookies of its messages. */
    static CookiePair cookies(Kek kek) {
        ByteBuffer spi = ByteBuffer.wrap(kek.spi());
        return new CookiePair(spi.getLong(), spi.getLong());
    }

    /**
     * Makes the datagram. Slow (a signature): not for the network thread.
     *
     * @param kek under which it is encrypted
     * @param signingKey whose public half {@code kek} names
     * @param source where the message is sent from; the policy of a new KEK names it
     * @throws IllegalArgumentException if KEK, key or message do not fit together, or the message
     *     does not fit a datagram
     */
    public static byte[] seal(
            Kek kek, RekeyMessage message, PrivateKey signingKey, Endpoint source) {
        return seal(kek, message, signingKey, source, Set.of());
    }

    /**
     * The same for a group that needs deviations from the RFC.
     *
     * @param quirks of the group's members
     */
    public static byte[] seal(
            Kek kek,
            RekeyMessage message,
            PrivateKey signingKey,
            Endpoint source,
            Set<Quirk> quirks) {
        GroupKeyPush push = new GroupKeyPush(kek, quirks);
        List<Payload> payloads = new ArrayList<>();
        payloads.add(SequenceNumber.write(message.sequence()));
        payloads.addAll(deletes(kek, message));
        if (message.download().isPresent()) {
            GroupDownload download = message.download().get();
            payloads.add(
                    DownloadPayloads.sa(download, identity(source), anyMember(source), quirks));
            payloads.add(DownloadPayloads.keysUnder(kek, download, quirks));
        }
        int signatureOctets = push.signature.octets(push.verifier);
        payloads.add(Payload.of(PayloadType.SIG, new byte[signatureOctets]));
        PayloadChain unsigned = PayloadChain.of(payloads);
        byte[] plain = unsigned.octets();
        unsigned.destroy();
        payloads.forEach(Payload::destroy);
        byte[] covered =
                Arrays.copyOf(plain, plain.length - signatureOctets - Payload.GENERIC_HEADER);
        byte[] value =
                push.signature.sign(signingKey, SIGNED_PREFIX, header(kek, plain.length), covered);
        if (!push.signature.verifies(
                push.verifier, value, SIGNED_PREFIX, header(kek, plain.length), covered)) {
            throw new IllegalArgumentException("the signing key is not the one that the KEK names");
        }
        System.arraycopy(value, 0, plain, plain.length - signatureOctets, signatureOctets);
        Arrays.fill(covered, (byte) 0);
        byte[] sealed = push.cipher.encrypt(plain);
        Arrays.fill(plain, (byte) 0);
        if (IsakmpHeader.LENGTH + sealed.length > Frame.MAX_OCTETS) {
            throw new IllegalArgumentException(
                    "rekey message of " + sealed.length + " octets: use fewer policy lines");
        }
        return ByteBuffer.allocate(IsakmpHeader.LENGTH + sealed.length)
                .put(header(kek, sealed.length))
                .put(sealed)
                .array();
    }

    private static SelectorIdentity identity(Endpoint endpoint) {
        Identification id = Identification.of(endpoint.address());
        return new SelectorIdentity(id.type(), endpoint.port(), id.data());
    }

    /** One message serves all members by unicast, so its policy can name none of them. */
    private static SelectorIdentity anyMember(Endpoint source) {
        Identification id = Identification.of(source.address());
        return new SelectorIdentity(id.type(), source.port(), new byte[id.data().length]);
    }

    private static byte[] header(Kek kek, int bodyOctets) {
        byte[] spi = kek.spi();
        return new IsakmpHeader(
                        Arrays.copyOf(spi, 8),
                        Arrays.copyOfRange(spi, 8, 16),
                        PayloadType.SEQ,
                        ExchangeType.GROUPKEY_PUSH,
                        IsakmpHeader.FLAG_ENCRYPTED,
                        0,
                        IsakmpHeader.LENGTH + bodyOctets)
                .write();
    }

    private static List<Payload> deletes(Kek kek, RekeyMessage message) {
        List<byte[]> teks = new ArrayList<>();
        if (message.deletesAllTeks()) {
            teks.add(new byte[TEK_SPI]);
        }
        for (Spi spi : message.deletedTeks()) {
            teks.add(ByteBuffer.allocate(TEK_SPI).putInt(spi.value()).array());
        }
        List<Payload> payloads = new ArrayList<>();
        if (!teks.isEmpty()) {
            payloads.add(new Delete(Doi.GDOI, Delete.PROTOCOL_ESP, TEK_SPI, teks).write());
        }
        if (message.deletesKek()) {
            payloads.add(
                    new Delete(Doi.GDOI, Delete.PROTOCOL_KEK, KEK_SPI, List.of(kek.spi())).write());
        }
        return payloads;
    }

    /**
     * Opens a datagram: decrypts, checks its form, its freshness and its signature, in this order
     * (RFC 6407, section 4.4).
     *
     * @param stored the last sequence number seen under this KEK
     * @param path the member's keys in a logical key hierarchy; empty if it has none
     * @throws KeyTreePayloads.NotForThisMember if it is one, with a KEK that {@code path} cannot
     *     open
     * @throws MalformedPayload if it is not a fresh message of the key server
     */
    RekeyMessage open(Frame in, GroupId group, long stored, List<KeyTreeNode> path)
            throws MalformedPayload {
        byte[] sealed = in.body();
        if (!in.isEncrypted() || in.messageId() != 0 || !cipher.fits(sealed.length)) {
            throw new RefusedMessage(
                    Ignored.MALFORMED, "rekey message is not encrypted as it should be");
        }
        byte[] decrypted = cipher.decrypt(sealed);
        PayloadChain chain;
        try {
            chain = PayloadChain.read(in.firstPayload(), decrypted, PayloadChain.Padding.ALLOWED);
        } finally {
            Arrays.fill(decrypted, (byte) 0);
        }
        checkOrder(chain);
        long sequence = SequenceNumber.read(chain.onlyBody(PayloadType.SEQ, TEK_SPI, TEK_SPI));
        if (sequence <= stored) {
            throw new RefusedMessage(
                    Ignored.REPLAYED,
                    "rekey sequence number " + sequence + ": " + stored + " was already seen");
        }
        verify(in, chain);
        try {
            return content(chain, group, sequence, path);
        } catch (KeyTreePayloads.NotForThisMember e) {
            throw e.inRekey(sequence);
        } catch (MalformedPayload e) {
            throw new RefusedMessage(Ignored.UNUSABLE, e.getMessage());
        }
    }

    private static void checkOrder(PayloadChain chain) throws MalformedPayload {
        MessageRule.PUSH.verify(chain);
        boolean paired =
                chain.atMostOne(PayloadType.SA).isPresent()
                        == chain.atMostOne(PayloadType.KD).isPresent();
        if (!paired) {
            throw new MalformedPayload("policy or keys are missing in a rekey message: " + chain);
        }
    }

    private void verify(Frame in, PayloadChain chain) throws MalformedPayload {
        byte[] value = chain.onlyBody(PayloadType.SIG, 1, Frame.MAX_OCTETS);
        byte[] plain = chain.octets();
        byte[] covered = Arrays.copyOf(plain, plain.length - value.length - Payload.GENERIC_HEADER);
        byte[] asSent = Arrays.copyOf(in.octets(), IsakmpHeader.LENGTH);
        byte[] withoutPadding = asSent.clone();
        ByteBuffer.wrap(withoutPadding)
                .putInt(IsakmpHeader.LENGTH - 4, IsakmpHeader.LENGTH + plain.length);
        if (!signature.verifies(verifier, value, SIGNED_PREFIX, withoutPadding, covered)
                && !signature.verifies(verifier, value, SIGNED_PREFIX, asSent, covered)) {
            throw new RefusedMessage(
                    Ignored.BAD_SIGNATURE, "rekey signature is not the key server's");
        }
    }

    private RekeyMessage content(
            PayloadChain chain, GroupId group, long sequence, List<KeyTreeNode> path)
            throws MalformedPayload {
        List<Spi> deletedTeks = new ArrayList<>();
        boolean allTeks = false;
        boolean deletesKek = false;
        for (Payload payload : chain.all(PayloadType.DELETE)) {
            Delete delete = Delete.read(payload.body());
            if (delete.doi() != Doi.GDOI && delete.doi() != 0) {
                throw new MalformedPayload(
                        "Delete for DOI " + delete.doi() + ": 2 (GDOI) expected");
            }
            if (delete.protocol() == Delete.PROTOCOL_ESP && delete.spiSize() == TEK_SPI) {
                for (byte[] spi : delete.spis()) {
                    int value = ByteBuffer.wrap(spi).getInt();
                    allTeks |= value == 0;
                    if (value != 0) {
                        deletedTeks.add(tekSpi(value));
                    }
                }
            } else if (delete.protocol() == Delete.PROTOCOL_KEK && delete.spiSize() == KEK_SPI) {
                for (byte[] spi : delete.spis()) {
                    deletesKek |=
                            Arrays.equals(spi, kek.spi()) || Arrays.equals(spi, new byte[KEK_SPI]);
                }
            } else {
                throw new MalformedPayload(
                        "Delete for protocol "
                                + delete.protocol()
                                + " with SPIs of "
                                + delete.spiSize()
                                + " octets");
            }
        }
        Optional<Payload> policy = chain.find(PayloadType.SA);
        GroupDownload download = null;
        if (policy.isPresent()) {
            download = DownloadPayloads.read(group, policy.get().body(), chain, 0, quirks, path);
        }
        return new RekeyMessage(sequence, deletedTeks, allTeks, deletesKek, download);
    }

    private static Spi tekSpi(int value) throws MalformedPayload {
        try {
            return Spi.of(value);
        } catch (IllegalArgumentException e) {
            throw new MalformedPayload(e.getMessage());
        }
    }
}
