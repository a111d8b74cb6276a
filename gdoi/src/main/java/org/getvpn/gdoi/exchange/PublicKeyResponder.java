// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Main Mode with public key encryption, original and revised, responder (RFC 2409, sections 5.2 and
 * 5.3). A peer proves itself by HASH_I over nonces that only the holders of both private keys can
 * read.
 *
 * <p>A message 3 that does not decrypt is answered like any other, and its message 5 is refused
 * like any wrong one: neither answers nor states tell the two apart (see {@link PublicKeyWork}).
 */
final class PublicKeyResponder implements PhaseOneResponder {
    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;

    private enum State {
        AWAITING_KEY_NONCE,
        DERIVING,
        AWAITING_HASH,
        ESTABLISHED
    }

    private final ResponderSide side;
    private State state = State.AWAITING_KEY_NONCE;
    private PublicKeyWork.Result agreed;
    private PhaseOneTranscript transcript;
    private boolean initialContact;
    private PhaseOneSa established;

    PublicKeyResponder(ResponderSide side) {
        this.side = side;
    }

    @Override
    public ResponderSide side() {
        return side;
    }

    @Override
    public boolean isDeriving() {
        return state != State.AWAITING_KEY_NONCE;
    }

    @Override
    public Optional<PhaseOneSa> established() {
        return Optional.ofNullable(established);
    }

    @Override
    public boolean announcesInitialContact() {
        return initialContact;
    }

    @Override
    public Outcome.Builder receive(Frame in, SecureRandom randomness) {
        if (side.cache().repeats(in)) {
            return side.repeat();
        }
        switch (state) {
            case AWAITING_KEY_NONCE:
                return receiveKeyNonce(in, randomness);
            case AWAITING_HASH:
                return receiveHash(in);
            default:
                return side.unexpected(state);
        }
    }

    /**
     * HDR, KE, [HASH(1),] &lt;IDii_b&gt;PubR, &lt;Ni_b&gt;PubR --&gt;, or as the revised mode has
     * it.
     */
    private Outcome.Builder receiveKeyNonce(Frame in, SecureRandom randomness) {
        try {
            if (in.isEncrypted()) {
                throw new MalformedPayload("Main Mode message 3 cannot be encrypted as a whole");
            }
            EncryptedKeyNonce message =
                    EncryptedKeyNonce.read(
                            MessageRule.MAIN_MODE_3_4_RSA_ENCRYPTION,
                            PayloadChain.read(
                                    in.firstPayload(), in.body(), PayloadChain.Padding.NONE),
                            side.suite(),
                            side.cookies().initiator());
            message.checkReceiver(side.credentials());
            byte[] nonce = new byte[OUR_NONCE];
            randomness.nextBytes(nonce);
            side.cache().accept(in);
            state = State.DERIVING;
            return Outcome.advanced()
                    .compute(
                            new PublicKeyWork(
                                            side.cookies(),
                                            side.path().remote(),
                                            side.suite(),
                                            side.credentials(),
                                            randomness)
                                    .answer(nonce, message));
        } catch (MalformedPayload e) {
            return side.malformed(e);
        }
    }

    @Override
    public Outcome.Builder resume(PhaseOneCompletion completion) {
        if (state != State.DERIVING) {
            completion.discard();
            return Outcome.ignored("a result that nobody awaits");
        }
        agreed = (PublicKeyWork.Result) completion;
        transcript =
                new PhaseOneTranscript(
                        side.cookies(),
                        side.opening().offer(),
                        side.suite(),
                        agreed.peerValue(),
                        agreed.key().publicValue(),
                        agreed.keys());
        state = State.AWAITING_HASH;
        /* <-- HDR, KE, <IDir_b>PubI, <Nr_b>PubI, or as the revised mode has it */
        return side.answer(side.clear(agreed.payloads()));
    }

    /** HDR*, HASH_I --&gt;. */
    private Outcome.Builder receiveHash(Frame in) {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = in.body();
        if (!in.isEncrypted() || !cipher.fits(sealed.length)) {
            return side.malformed("Main Mode message 5 is not encrypted as it should be");
        }
        try {
            PayloadChain chain =
                    PayloadChain.read(
                            in.firstPayload(),
                            cipher.decrypt(transcript.firstIv(), sealed),
                            PayloadChain.Padding.ALLOWED);
            MessageRule.MAIN_MODE_5_6_RSA_ENCRYPTION.verify(chain);
            byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
            boolean fits =
                    MessageDigest.isEqual(hash, transcript.hashOfInitiator(agreed.identity()));
            if (!fits || agreed.claimed() == null) {
                return side.deny(reason());
            }
            initialContact = PhaseOneNotices.announceInitialContact(chain, side.cookies());
        } catch (MalformedPayload e) {
            return side.deny(reason());
        }
        side.cache().accept(in);
        return establish(cipher.lastBlock(sealed));
    }

    private String reason() {
        return agreed.trouble().isEmpty() ? PhaseOneReasons.DECRYPTION_DIFFERS : agreed.trouble();
    }

    /** &lt;-- HDR*, HASH_R. */
    private Outcome.Builder establish(byte[] iv) {
        byte[] own = side.ownIdentity().write().body();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.HASH, transcript.hashOfResponder(own)));
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = cipher.encrypt(iv, PayloadChain.of(payloads).octets());
        Identification proven = agreed.claimed();
        established =
                side.establish(transcript, proven, agreed.subject(), cipher.lastBlock(sealed));
        state = State.ESTABLISHED;
        return side.answer(
                Frame.sealed(
                        side.cookies(), PhaseOneMode.MAIN.exchange(), PayloadType.HASH, sealed));
    }

    @Override
    public void destroy() {
        if (transcript != null && established == null) {
            transcript.destroy();
        }
    }
}
