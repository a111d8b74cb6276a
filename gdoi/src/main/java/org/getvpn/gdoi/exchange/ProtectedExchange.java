// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * The protection of one exchange under a Phase 1 SA: HASH(n) and the cipher chain.
 *
 * <p>HASH(n) = prf(SKEYID_a, M-ID | nonces so far | all octets after the HASH payload). It covers
 * the bytes as they were sent, whatever their order, and so both RFC 6407 and RFC 3547. The chain
 * moves only over messages that proved genuine, so a forged one breaks nothing.
 */
final class ProtectedExchange {
    private static final int MAX_HASH = 64;

    private final CookiePair cookies;
    private final PhaseOneKeys keys;
    private final IsakmpCipher cipher;
    private final ExchangeType exchangeType;
    private final int messageId;
    private final ByteArrayOutputStream nonces = new ByteArrayOutputStream();
    private byte[] iv;

    ProtectedExchange(
            CookiePair cookies,
            PhaseOneKeys keys,
            IsakmpCipher cipher,
            ExchangeType exchangeType,
            int messageId,
            byte[] iv) {
        this.cookies = cookies;
        this.keys = keys;
        this.cipher = cipher;
        this.exchangeType = exchangeType;
        this.messageId = messageId;
        this.iv = iv;
    }

    int messageId() {
        return messageId;
    }

    /** From now on hashes cover this nonce too. */
    void addNonce(byte[] body) {
        nonces.writeBytes(body);
    }

    /** HDR*, HASH(n), payloads; these are zeroed, since they may hold keys. */
    byte[] seal(List<Payload> payloads) {
        PayloadChain covered = PayloadChain.of(payloads);
        byte[] rest = covered.octets();
        List<Payload> all = new ArrayList<>();
        all.add(Payload.of(PayloadType.HASH, hash(rest)));
        all.addAll(payloads);
        PayloadChain chain = PayloadChain.of(all);
        byte[] plain = chain.octets();
        byte[] sealed = cipher.encrypt(iv, plain);
        covered.destroy();
        chain.destroy();
        payloads.forEach(Payload::destroy);
        Arrays.fill(rest, (byte) 0);
        Arrays.fill(plain, (byte) 0);
        iv = cipher.lastBlock(sealed);
        return Frame.write(
                cookies,
                PayloadType.HASH,
                exchangeType,
                IsakmpHeader.FLAG_ENCRYPTED,
                messageId,
                sealed);
    }

    /** Decrypts, reads, and checks HASH(n); if it throws, nothing has changed. */
    PayloadChain open(Frame in) throws MalformedPayload {
        byte[] sealed = in.body();
        if (!in.isEncrypted()
                || in.firstPayload() != PayloadType.HASH
                || !cipher.fits(sealed.length)) {
            throw new MalformedPayload("message is not encrypted as its exchange demands");
        }
        byte[] decrypted = cipher.decrypt(iv, sealed);
        PayloadChain chain;
        try {
            chain = PayloadChain.read(PayloadType.HASH, decrypted, PayloadChain.Padding.ALLOWED);
        } finally {
            Arrays.fill(decrypted, (byte) 0);
        }
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        if (!MessageDigest.isEqual(hash, hash(chain.octetsFrom(1)))) {
            throw new MalformedPayload("HASH does not fit the message");
        }
        iv = cipher.lastBlock(sealed);
        return chain;
    }

    private byte[] hash(byte[] rest) {
        byte[] id = ByteBuffer.allocate(4).putInt(messageId).array();
        return keys.authenticate(id, nonces.toByteArray(), rest);
    }
}
