// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
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
 * Main Mode with a pre-shared key or signatures, responder (RFC 2409, sections 5.1 and 5.4). It
 * begins with a message 3 that repeats our cookie: before that a {@link HalfOpen} is all there is.
 *
 * <p>Nothing before message 5 is authenticated, so nothing that does not fit ends the exchange: it
 * lives until its time is over.
 */
final class MainModeResponder implements PhaseOneResponder {
    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;

    private enum State {
        AWAITING_KEY_NONCE,
        DERIVING,
        AWAITING_IDENTITY,
        VERIFYING,
        ESTABLISHED
    }

    private final ResponderSide side;
    private final SecretBytes preSharedKey;

    private State state = State.AWAITING_KEY_NONCE;
    private byte[] initiatorValue;
    private byte[] responderNonce;
    private PhaseOneTranscript transcript;
    private byte[] lastBlock;
    private Identification claimedIdentity;
    private boolean initialContact;
    private PhaseOneSa established;

    /**
     * @param preSharedKey null if the suite needs none
     */
    MainModeResponder(ResponderSide side, SecretBytes preSharedKey) {
        this.side = side;
        this.preSharedKey = preSharedKey;
    }

    @Override
    public ResponderSide side() {
        return side;
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
    public boolean isDeriving() {
        return state != State.AWAITING_KEY_NONCE;
    }

    @Override
    public Outcome.Builder receive(Frame in, SecureRandom randomness) {
        if (side.cache().repeats(in)) {
            return side.repeat();
        }
        switch (state) {
            case AWAITING_KEY_NONCE:
                return receiveKeyNonce(in, randomness);
            case AWAITING_IDENTITY:
                return receiveIdentity(in);
            default:
                return side.unexpected(state);
        }
    }

    /** HDR, KE, Ni --&gt;. */
    private Outcome.Builder receiveKeyNonce(Frame in, SecureRandom randomness) {
        try {
            if (in.isEncrypted()) {
                throw new MalformedPayload("Main Mode message 3 cannot be encrypted");
            }
            PayloadChain chain =
                    PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
            MessageRule.MAIN_MODE_3_4.verify(chain);
            int octets = side.suite().group().publicOctets();
            byte[] value = chain.onlyBody(PayloadType.KE, octets, octets);
            byte[] nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PHASE_ONE);
            initiatorValue = value;
            responderNonce = new byte[OUR_NONCE];
            randomness.nextBytes(responderNonce);
            side.cache().accept(in);
            state = State.DERIVING;
            return Outcome.advanced()
                    .compute(
                            PhaseOneDerivation.generateAndAgree(
                                    side.cookies(),
                                    side.path().remote(),
                                    side.suite().group(),
                                    randomness,
                                    value,
                                    new PhaseOneDerivation.Inputs(
                                            side.suite(), preSharedKey, nonce, responderNonce)));
        } catch (MalformedPayload e) {
            return side.malformed(e);
        }
    }

    @Override
    public Outcome.Builder resume(PhaseOneCompletion completion) {
        if (completion instanceof PhaseOneDerivation.Result) {
            return resume((PhaseOneDerivation.Result) completion);
        }
        return resume((SignatureWork.Result) completion);
    }

    /** The Diffie-Hellman work is done. */
    private Outcome.Builder resume(PhaseOneDerivation.Result result) {
        if (state != State.DERIVING) {
            result.discard();
            return Outcome.ignored("a result that nobody awaits");
        }
        if (result.failed()) {
            state = State.AWAITING_KEY_NONCE;
            side.cache().forget();
            return side.malformed(result.failure());
        }
        byte[] value = result.key().publicValue();
        transcript =
                new PhaseOneTranscript(
                        side.cookies(),
                        side.opening().offer(),
                        side.suite(),
                        initiatorValue,
                        value,
                        result.keys());
        state = State.AWAITING_IDENTITY;
        return side.answer(sendKeyNonce(value));
    }

    /** &lt;-- HDR, KE, Nr [, CR]. */
    private byte[] sendKeyNonce(byte[] value) {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.KE, value));
        payloads.add(Payload.of(PayloadType.NONCE, responderNonce));
        if (side.suite().method().usesSignatures()) {
            payloads.addAll(side.credentials().requests());
        }
        return side.clear(payloads);
    }

    /** HDR*, IDii, and then HASH_I, or CERT and SIG_I --&gt;. */
    private Outcome.Builder receiveIdentity(Frame in) {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = in.body();
        if (!in.isEncrypted() || !cipher.fits(sealed.length)) {
            return side.malformed("Main Mode message 5 is not encrypted as it should be");
        }
        boolean signed = side.suite().method().usesSignatures();
        PayloadChain chain;
        try {
            chain =
                    PayloadChain.read(
                            in.firstPayload(),
                            cipher.decrypt(transcript.firstIv(), sealed),
                            PayloadChain.Padding.ALLOWED);
        } catch (MalformedPayload e) {
            return side.deny(signed ? PhaseOneReasons.UNREADABLE : PhaseOneReasons.KEY_DIFFERS);
        }
        try {
            return signed ? receiveSignature(in, chain) : receiveHash(in, chain);
        } catch (MalformedPayload e) {
            return side.deny(signed ? e.getMessage() : PhaseOneReasons.KEY_DIFFERS);
        }
    }

    /** HDR*, IDii, HASH_I --&gt;. */
    private Outcome.Builder receiveHash(Frame in, PayloadChain chain) throws MalformedPayload {
        MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        if (!MessageDigest.isEqual(hash, transcript.hashOfInitiator(identity))) {
            return side.deny(
                    "HASH_I does not fit: Phase 1 was altered on its way, or the peer is broken");
        }
        Identification claimed = Identification.read(identity);
        InetAddress address = side.path().remote().address();
        if (claimed.address().filter(other -> !other.equals(address)).isPresent()) {
            return side.deny(
                    "peer at "
                            + address.getHostAddress()
                            + " calls itself "
                            + claimed.text()
                            + ": a pre-shared key proves only the address it is listed for");
        }
        note(in, chain);
        byte[] own = side.ownIdentity().write().body();
        return establish(
                Identification.of(address),
                null,
                List.of(
                        Payload.of(PayloadType.ID, own),
                        Payload.of(PayloadType.HASH, transcript.hashOfResponder(own))));
    }

    /** HDR*, IDii, CERT, SIG_I --&gt; : the signatures are work for elsewhere. */
    private Outcome.Builder receiveSignature(Frame in, PayloadChain chain) throws MalformedPayload {
        MessageRule.MAIN_MODE_5_6_SIGNATURE.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        SignatureProof proof = SignatureProof.read(chain);
        Identification claimed = Identification.read(identity);
        byte[] signed = transcript.hashOfInitiator(identity);
        byte[] toSign = transcript.hashOfResponder(side.ownIdentity().write().body());
        note(in, chain);
        claimedIdentity = claimed;
        state = State.VERIFYING;
        AuthenticationMethod method = side.suite().method();
        return Outcome.advanced()
                .compute(
                        new SignatureWork(
                                side.cookies(),
                                side.path().remote(),
                                () -> {
                                    PhaseOneCredentials own = side.credentials();
                                    X509Certificate peer =
                                            proof.verify(own, method, claimed, signed);
                                    return new SignatureWork.Proof(own.sign(method, toSign), peer);
                                }));
    }

    /** Message 5 is the one to answer. */
    private void note(Frame in, PayloadChain chain) {
        initialContact = PhaseOneNotices.announceInitialContact(chain, side.cookies());
        lastBlock = transcript.cipher().lastBlock(in.body());
        side.cache().accept(in);
    }

    /** The signature of the peer is checked, ours is made. */
    private Outcome.Builder resume(SignatureWork.Result result) {
        if (state != State.VERIFYING) {
            return Outcome.ignored("a result that nobody awaits");
        }
        state = State.AWAITING_IDENTITY;
        if (result.failed()) {
            side.cache().forget();
            return side.deny(result.failure());
        }
        List<Payload> payloads = new ArrayList<>();
        payloads.add(side.ownIdentity().write());
        payloads.addAll(SignatureProof.payloads(side.credentials(), result.signature()));
        return establish(claimedIdentity, result.peerSubject(), payloads);
    }

    /** &lt;-- HDR*, IDir, and then HASH_R, or CERT and SIG_R. */
    private Outcome.Builder establish(
            Identification proven, String subject, List<Payload> payloads) {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = cipher.encrypt(lastBlock, PayloadChain.of(payloads).octets());
        established = side.establish(transcript, proven, subject, cipher.lastBlock(sealed));
        state = State.ESTABLISHED;
        return side.answer(
                Frame.sealed(
                        side.cookies(),
                        PhaseOneMode.MAIN.exchange(),
                        payloads.get(0).type(),
                        sealed));
    }

    @Override
    public void destroy() {
        if (transcript != null && established == null) {
            transcript.destroy();
        }
    }
}
