// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Aggressive Mode, responder, by any method (RFC 2409, sections 5.1 to 5.4). It works for the first
 * message of anybody, since the exchange has no room for a cookie to come back first; that is why
 * it is off unless asked for.
 *
 * <p>Message 3 is taken clear or encrypted, as the RFC allows both. It has no answer: an initiator
 * sends it again with the next message that goes unanswered.
 */
final class AggressiveModeResponder implements PhaseOneResponder {
    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;
    private static final int MOST_EARLY_OCTETS = 2048;

    private enum State {
        DERIVING,
        SIGNING,
        AWAITING_PROOF,
        VERIFYING,
        ESTABLISHED
    }

    private final ResponderSide side;
    private final SecretBytes preSharedKey;
    private final byte[] responderNonce = new byte[OUR_NONCE];

    private State state = State.DERIVING;
    private Identification claimed;
    private byte[] identity;
    private String subject;
    private String trouble = "";
    private byte[] initiatorValue;
    private byte[] responderValue;
    private PhaseOneTranscript transcript;
    private byte[] lastBlock;
    private boolean initialContact;
    private PhaseOneSa established;
    private Datagram early;

    /**
     * @param preSharedKey null if the suite needs none
     */
    AggressiveModeResponder(ResponderSide side, SecretBytes preSharedKey) {
        this.side = side;
        this.preSharedKey = preSharedKey;
    }

    /** HDR, SA, KE, Ni, IDii --&gt; : begins with the work for it. */
    Outcome.Builder receiveSaKeyNonceId(Frame in, PayloadChain chain, SecureRandom randomness)
            throws MalformedPayload {
        Computation work =
                side.suite().method().usesEncryption()
                        ? openAndAnswer(chain, randomness)
                        : generateAndAgree(chain, randomness);
        side.cache().accept(in);
        return Outcome.advanced().compute(work);
    }

    private Computation generateAndAgree(PayloadChain chain, SecureRandom randomness)
            throws MalformedPayload {
        MessageRule.AGGRESSIVE_MODE_1.verify(chain);
        int octets = side.suite().group().publicOctets();
        initiatorValue = chain.onlyBody(PayloadType.KE, octets, octets);
        identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        claimed = Identification.read(identity);
        byte[] nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PHASE_ONE);
        randomness.nextBytes(responderNonce);
        return PhaseOneDerivation.generateAndAgree(
                side.cookies(),
                side.path().remote(),
                side.suite().group(),
                randomness,
                initiatorValue,
                new PhaseOneDerivation.Inputs(side.suite(), preSharedKey, nonce, responderNonce));
    }

    private Computation openAndAnswer(PayloadChain chain, SecureRandom randomness)
            throws MalformedPayload {
        EncryptedKeyNonce message =
                EncryptedKeyNonce.read(
                        MessageRule.AGGRESSIVE_MODE_1_RSA_ENCRYPTION,
                        chain,
                        side.suite(),
                        side.cookies().initiator());
        message.checkReceiver(side.credentials());
        randomness.nextBytes(responderNonce);
        return new PublicKeyWork(
                        side.cookies(),
                        side.path().remote(),
                        side.suite(),
                        side.credentials(),
                        randomness)
                .answer(responderNonce, message);
    }

    @Override
    public ResponderSide side() {
        return side;
    }

    @Override
    public boolean isDeriving() {
        return true;
    }

    @Override
    public Optional<PhaseOneSa> established() {
        return Optional.ofNullable(established);
    }

    @Override
    public boolean announcesInitialContact() {
        return initialContact;
    }

    /** An initiator may send its next request right behind message 3, which has no answer. */
    @Override
    public boolean keep(Datagram request) {
        boolean wanted =
                (state == State.AWAITING_PROOF || state == State.VERIFYING)
                        && request.octets().length <= MOST_EARLY_OCTETS;
        if (wanted) {
            early = request;
        }
        return wanted;
    }

    @Override
    public Optional<Datagram> kept() {
        return Optional.ofNullable(early);
    }

    @Override
    public Outcome.Builder receive(Frame in, SecureRandom randomness) {
        if (side.cache().repeats(in)) {
            return side.repeat();
        }
        return state == State.AWAITING_PROOF ? receiveProof(in) : side.unexpected(state);
    }

    @Override
    public Outcome.Builder resume(PhaseOneCompletion completion) {
        if (completion instanceof PhaseOneDerivation.Result) {
            return resume((PhaseOneDerivation.Result) completion);
        }
        if (completion instanceof PublicKeyWork.Result) {
            return resume((PublicKeyWork.Result) completion);
        }
        return resume((SignatureWork.Result) completion);
    }

    /** The Diffie-Hellman work is done. */
    private Outcome.Builder resume(PhaseOneDerivation.Result result) {
        if (state != State.DERIVING || transcript != null) {
            result.discard();
            return Outcome.ignored("a result that nobody awaits");
        }
        if (result.failed()) {
            // The value came with the first message: nothing better can follow under its cookies.
            return side.malformed(result.failure());
        }
        responderValue = result.key().publicValue();
        transcript =
                new PhaseOneTranscript(
                        side.cookies(),
                        side.opening().offer(),
                        side.suite(),
                        initiatorValue,
                        responderValue,
                        result.keys());
        byte[] hash = transcript.hashOfResponder(side.ownIdentity().write().body());
        if (side.suite().method().usesSignatures()) {
            state = State.SIGNING;
            return Outcome.advanced()
                    .compute(
                            work(
                                    () ->
                                            new SignatureWork.Proof(
                                                    side.credentials()
                                                            .sign(side.suite().method(), hash),
                                                    null)));
        }
        state = State.AWAITING_PROOF;
        return side.answer(sendAnswer(List.of(Payload.of(PayloadType.HASH, hash))));
    }

    /** The first message is opened, and the answer encrypted. */
    private Outcome.Builder resume(PublicKeyWork.Result result) {
        if (state != State.DERIVING) {
            result.discard();
            return Outcome.ignored("a result that nobody awaits");
        }
        claimed = result.claimed();
        identity = result.identity();
        subject = result.subject();
        trouble = result.trouble();
        transcript =
                new PhaseOneTranscript(
                        side.cookies(),
                        side.opening().offer(),
                        side.suite(),
                        result.peerValue(),
                        result.key().publicValue(),
                        result.keys());
        byte[] hash = transcript.hashOfResponder(side.ownIdentity().write().body());
        /* <-- HDR, SA, KE, <IDir_b>PubI, <Nr_b>PubI, HASH_R, or as the revised mode has it */
        List<Payload> payloads = new ArrayList<>();
        payloads.add(side.opening().answer());
        payloads.addAll(result.payloads());
        payloads.add(Payload.of(PayloadType.HASH, hash));
        payloads.addAll(side.vendorIds());
        state = State.AWAITING_PROOF;
        return side.answer(side.clear(payloads));
    }

    /** Our signature is made, or the initiator's is checked. */
    private Outcome.Builder resume(SignatureWork.Result result) {
        if (state == State.SIGNING) {
            state = State.AWAITING_PROOF;
            return side.answer(
                    sendAnswer(SignatureProof.payloads(side.credentials(), result.signature())));
        }
        if (state != State.VERIFYING) {
            return Outcome.ignored("a result that nobody awaits");
        }
        if (result.failed()) {
            state = State.AWAITING_PROOF;
            side.cache().forget();
            return side.deny(result.failure());
        }
        subject = result.peerSubject();
        return establish();
    }

    /** &lt;-- HDR, SA, KE, Nr, IDir, and then HASH_R, or CERT and SIG_R; VID. */
    private byte[] sendAnswer(List<Payload> proof) {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(side.opening().answer());
        payloads.add(Payload.of(PayloadType.KE, responderValue));
        payloads.add(Payload.of(PayloadType.NONCE, responderNonce));
        payloads.add(side.ownIdentity().write());
        payloads.addAll(proof);
        if (side.suite().method().usesSignatures()) {
            payloads.addAll(side.credentials().requests());
        }
        payloads.addAll(side.vendorIds());
        return side.clear(payloads);
    }

    /** HDR(*), HASH_I, or CERT and SIG_I --&gt;. */
    private Outcome.Builder receiveProof(Frame in) {
        byte[] body = in.body();
        byte[] last = transcript.firstIv();
        PayloadChain.Padding padding = PayloadChain.Padding.NONE;
        if (in.isEncrypted()) {
            IsakmpCipher cipher = transcript.cipher();
            if (!cipher.fits(body.length)) {
                return side.malformed("Aggressive Mode message 3 is no whole number of blocks");
            }
            last = cipher.lastBlock(body);
            body = cipher.decrypt(transcript.firstIv(), body);
            padding = PayloadChain.Padding.ALLOWED;
        }
        boolean signed = side.suite().method().usesSignatures();
        try {
            PayloadChain chain = PayloadChain.read(in.firstPayload(), body, padding);
            return signed ? receiveSignature(in, chain, last) : receiveHash(in, chain, last);
        } catch (MalformedPayload e) {
            return side.deny(signed ? e.getMessage() : reason());
        }
    }

    /** HDR(*), HASH_I --&gt;. */
    private Outcome.Builder receiveHash(Frame in, PayloadChain chain, byte[] last)
            throws MalformedPayload {
        MessageRule.AGGRESSIVE_MODE_3_HASH.verify(chain);
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        if (!MessageDigest.isEqual(hash, transcript.hashOfInitiator(identity)) || claimed == null) {
            return side.deny(reason());
        }
        note(in, chain, last);
        return establish();
    }

    private String reason() {
        if (side.suite().method().usesPreSharedKey()) {
            return PhaseOneReasons.PROOF_DIFFERS;
        }
        return trouble.isEmpty() ? PhaseOneReasons.DECRYPTION_DIFFERS : trouble;
    }

    /** HDR(*), CERT, SIG_I --&gt; : the signature is work for elsewhere. */
    private Outcome.Builder receiveSignature(Frame in, PayloadChain chain, byte[] last)
            throws MalformedPayload {
        MessageRule.AGGRESSIVE_MODE_3_SIGNATURE.verify(chain);
        SignatureProof proof = SignatureProof.read(chain);
        byte[] signed = transcript.hashOfInitiator(identity);
        note(in, chain, last);
        state = State.VERIFYING;
        return Outcome.advanced()
                .compute(
                        work(
                                () ->
                                        new SignatureWork.Proof(
                                                null,
                                                proof.verify(
                                                        side.credentials(),
                                                        side.suite().method(),
                                                        claimed,
                                                        signed))));
    }

    /** Message 3 is the last one. */
    private void note(Frame in, PayloadChain chain, byte[] last) {
        initialContact = PhaseOneNotices.announceInitialContact(chain, side.cookies());
        lastBlock = last;
        side.cache().accept(in);
    }

    private SignatureWork work(SignatureWork.Step step) {
        return new SignatureWork(side.cookies(), side.path().remote(), step);
    }

    private Outcome.Builder establish() {
        established = side.establish(transcript, claimed, subject, lastBlock);
        state = State.ESTABLISHED;
        return Outcome.advanced();
    }

    @Override
    public void destroy() {
        if (transcript != null && established == null) {
            transcript.destroy();
        }
    }
}
