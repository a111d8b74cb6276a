// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Aggressive Mode, initiator, by any method (RFC 2409, sections 5.1 to 5.4). Message 3 is sent
 * encrypted. Message 2 does not bind the exchange to its responder cookie until it proved genuine,
 * so a forged one in front of it changes nothing.
 */
final class AggressiveModeInitiator implements PhaseOneInitiator {
    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;

    private enum State {
        GENERATING,
        AWAITING_ANSWER,
        DERIVING,
        PROVING,
        ESTABLISHED
    }

    private final RegistrationSettings settings;
    private final SecureRandom randomness;
    private final ReturnPath path;
    private final byte[] offer;
    private final Identification ownIdentity;
    private final byte[] initiatorNonce = new byte[OUR_NONCE];

    private State state = State.GENERATING;
    private CookiePair cookies;
    private DiffieHellmanKey key;
    private Answer answer;
    private PhaseOneTranscript transcript;
    private PhaseOneSa established;

    AggressiveModeInitiator(
            RegistrationSettings settings, ReturnPath path, SecureRandom randomness) {
        this.settings = settings;
        this.path = path;
        this.randomness = randomness;
        this.offer = PhaseOneOffer.of(settings.phaseOne()).write().body();
        this.ownIdentity =
                settings.phaseOne()
                        .identity(settings.proposals().get(0).method(), path.local().address());
        long cookie = randomness.nextLong();
        this.cookies = new CookiePair(cookie == 0 ? 1 : cookie, 0);
        randomness.nextBytes(initiatorNonce);
    }

    /**
     * Whether all proposals fit one first message, which holds one public value and one identity.
     *
     * @throws IllegalArgumentException that names the two that do not go together
     */
    static void check(PhaseOneSettings settings) {
        PhaseOneProposal first = settings.proposals().get(0);
        for (PhaseOneProposal other : settings.proposals()) {
            if (other.method().usesEncryption() && settings.proposals().size() > 1) {
                throw new IllegalArgumentException(
                        "Aggressive Mode with RSA encryption offers one suite, since the first"
                                + " message is encrypted by it: take "
                                + other
                                + " alone, or leave it out");
            }
            if (other.group() != first.group()
                    || other.method().usesSignatures() != first.method().usesSignatures()) {
                throw new IllegalArgumentException(
                        "Aggressive Mode offers one Diffie-Hellman group and one kind of"
                                + " authentication: take "
                                + first
                                + " or "
                                + other);
            }
        }
    }

    @Override
    public PhaseOneStep begin() {
        PhaseOneProposal first = settings.proposals().get(0);
        if (first.method().usesEncryption()) {
            return PhaseOneStep.compute(
                    publicKeyWork(cookies, first)
                            .begin(settings.keyServerIdentity(), initiatorNonce));
        }
        return PhaseOneStep.compute(
                PhaseOneDerivation.generate(cookies, path.remote(), first.group(), randomness));
    }

    @Override
    public PhaseOneMode mode() {
        return PhaseOneMode.AGGRESSIVE;
    }

    @Override
    public Optional<PhaseOneSa> established() {
        return Optional.ofNullable(established);
    }

    @Override
    public String awaited() {
        return state == State.AWAITING_ANSWER
                ? "no answer to the first message"
                : "our own computations did not end";
    }

    @Override
    public boolean awaitsProofOfSharedKey() {
        return false;
    }

    @Override
    public boolean owns(CookiePair other) {
        return other.initiator() == cookies.initiator()
                && (cookies.responder() == 0
                        || other.responder() == 0
                        || other.responder() == cookies.responder());
    }

    @Override
    public PhaseOneStep receive(Frame in) throws MalformedPayload {
        if (state != State.AWAITING_ANSWER) {
            throw new MalformedPayload("Aggressive Mode does not await this message in " + state);
        }
        return receiveAnswer(in);
    }

    @Override
    public PhaseOneStep resume(PhaseOneCompletion completion) throws MalformedPayload {
        if (completion instanceof PublicKeyWork.Result) {
            return resume((PublicKeyWork.Result) completion);
        }
        return completion instanceof SignatureWork.Result
                ? resume((SignatureWork.Result) completion)
                : resume((PhaseOneDerivation.Result) completion);
    }

    /** The Diffie-Hellman work is done: a first or a second time. */
    private PhaseOneStep resume(PhaseOneDerivation.Result result) throws MalformedPayload {
        if (state == State.GENERATING && !result.failed()) {
            key = result.key();
            state = State.AWAITING_ANSWER;
            return PhaseOneStep.send(sendSaKeyNonceId());
        }
        if (state != State.DERIVING) {
            result.discard();
            return PhaseOneStep.none();
        }
        state = State.AWAITING_ANSWER;
        if (result.failed()) {
            throw new MalformedPayload(result.failure());
        }
        transcript = answer.side.transcript(key.publicValue(), answer.value, result.keys());
        return answer.side.suite().method().usesSignatures() ? prove() : receiveHash();
    }

    /** The first message is encrypted, or the answer to it is opened. */
    private PhaseOneStep resume(PublicKeyWork.Result result) throws MalformedPayload {
        if (state == State.GENERATING && result.failed()) {
            throw new MalformedPayload(result.trouble());
        }
        if (state == State.GENERATING) {
            key = result.key();
            state = State.AWAITING_ANSWER;
            /* HDR, SA, KE, HASH(1), <IDii_b>PubR, <Ni_b>PubR, VID -->, or as revised */
            return PhaseOneStep.send(sendOfferWith(result.payloads()));
        }
        if (state != State.DERIVING) {
            result.discard();
            return PhaseOneStep.none();
        }
        state = State.AWAITING_ANSWER;
        transcript = answer.side.transcript(key.publicValue(), result.peerValue(), result.keys());
        if (!MessageDigest.isEqual(answer.hash, transcript.hashOfResponder(result.identity()))
                || result.claimed() == null) {
            transcript.destroy();
            throw new MalformedPayload(PhaseOneReasons.DECRYPTION_DIFFERS);
        }
        try {
            settings.checkKeyServer(result.claimed());
        } catch (MalformedPayload e) {
            transcript.destroy();
            throw e;
        }
        answer.claimed = result.claimed();
        byte[] hash = transcript.hashOfInitiator(ownIdentity.write().body());
        return establish(List.of(Payload.of(PayloadType.HASH, hash)));
    }

    private PublicKeyWork publicKeyWork(CookiePair named, PhaseOneProposal suite) {
        return new PublicKeyWork(named, path.remote(), suite, settings.credentials(), randomness);
    }

    private byte[] sendOfferWith(List<Payload> rest) {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.SA, offer));
        payloads.addAll(rest);
        payloads.addAll(VendorId.ours());
        return Frame.clear(cookies, PhaseOneMode.AGGRESSIVE.exchange(), payloads);
    }

    /** HDR, SA, KE, Ni, IDii [, CR], VID --&gt;. */
    private byte[] sendSaKeyNonceId() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.KE, key.publicValue()));
        payloads.add(Payload.of(PayloadType.NONCE, initiatorNonce));
        payloads.add(ownIdentity.write());
        if (settings.proposals().get(0).method().usesSignatures()) {
            payloads.addAll(settings.credentials().requests());
        }
        return sendOfferWith(payloads);
    }

    /** &lt;-- HDR, SA, KE, Nr, IDir, and then HASH_R, or CERT and SIG_R. */
    private PhaseOneStep receiveAnswer(Frame in) throws MalformedPayload {
        if (in.isEncrypted() || in.cookies().responder() == 0) {
            throw new MalformedPayload(
                    "Aggressive Mode message 2 without a responder cookie, or encrypted");
        }
        Answer read = new Answer(in, settings, path, offer);
        answer = read;
        state = State.DERIVING;
        if (read.encrypted != null) {
            return PhaseOneStep.compute(
                    publicKeyWork(read.side.cookies(), read.side.suite())
                            .finish(key, initiatorNonce, read.encrypted));
        }
        return PhaseOneStep.compute(
                PhaseOneDerivation.agree(
                        read.side.cookies(),
                        path.remote(),
                        key,
                        read.value,
                        new PhaseOneDerivation.Inputs(
                                read.side.suite(),
                                settings.preSharedKey(),
                                initiatorNonce,
                                read.nonce)));
    }

    /** HASH_R is checked; then HDR*, HASH_I --&gt;. */
    private PhaseOneStep receiveHash() throws MalformedPayload {
        if (!MessageDigest.isEqual(answer.hash, transcript.hashOfResponder(answer.identity))) {
            transcript.destroy();
            throw new MalformedPayload(PhaseOneReasons.PROOF_DIFFERS);
        }
        Optional<java.net.InetAddress> address = answer.claimed.address();
        if (address.isPresent() && !address.get().equals(path.remote().address())) {
            transcript.destroy();
            throw new MalformedPayload(
                    "key server at "
                            + path.remote().address().getHostAddress()
                            + " calls itself "
                            + answer.claimed.text());
        }
        byte[] hash = transcript.hashOfInitiator(ownIdentity.write().body());
        return establish(List.of(Payload.of(PayloadType.HASH, hash)));
    }

    /** SIG_R is checked and SIG_I is made: work for elsewhere. */
    private PhaseOneStep prove() {
        PhaseOneCredentials credentials = settings.credentials();
        AuthenticationMethod method = answer.side.suite().method();
        SignatureProof proof = answer.proof;
        Identification claimed = answer.claimed;
        byte[] signed = transcript.hashOfResponder(answer.identity);
        byte[] toSign = transcript.hashOfInitiator(ownIdentity.write().body());
        state = State.PROVING;
        return PhaseOneStep.compute(
                new SignatureWork(
                        answer.side.cookies(),
                        path.remote(),
                        () -> {
                            X509Certificate peer =
                                    proof.verify(credentials, method, claimed, signed);
                            return new SignatureWork.Proof(credentials.sign(method, toSign), peer);
                        }));
    }

    private PhaseOneStep resume(SignatureWork.Result result) throws MalformedPayload {
        if (state != State.PROVING) {
            return PhaseOneStep.none();
        }
        if (result.failed()) {
            state = State.AWAITING_ANSWER;
            transcript.destroy();
            throw new MalformedPayload(result.failure());
        }
        return establish(SignatureProof.payloads(settings.credentials(), result.signature()));
    }

    /** HDR*, HASH_I, or CERT and SIG_I --&gt;. */
    private PhaseOneStep establish(List<Payload> payloads) {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = cipher.encrypt(transcript.firstIv(), PayloadChain.of(payloads).octets());
        cookies = answer.side.cookies();
        established = answer.side.establish(transcript, answer.claimed, cipher.lastBlock(sealed));
        state = State.ESTABLISHED;
        return PhaseOneStep.send(answer.side.sealed(payloads, sealed));
    }

    @Override
    public void destroy() {
        if (transcript != null) {
            transcript.destroy();
        }
    }

    /** Message 2, read but not yet believed. */
    private static final class Answer {
        private final InitiatorSide side;
        private final byte[] value;
        private final byte[] nonce;
        private final byte[] identity;
        private final EncryptedKeyNonce encrypted;
        private Identification claimed;
        private final byte[] hash;
        private final SignatureProof proof;

        Answer(Frame in, RegistrationSettings settings, ReturnPath path, byte[] offer)
                throws MalformedPayload {
            PayloadChain chain =
                    PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
            PhaseOneProposal suite =
                    PhaseOneOffer.read(chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS))
                            .accept(settings.proposals());
            side =
                    new InitiatorSide(
                            settings,
                            path,
                            PhaseOneMode.AGGRESSIVE,
                            in.cookies(),
                            offer,
                            suite,
                            VendorId.announcedIn(chain.payloads()));
            boolean signed = suite.method().usesSignatures();
            if (suite.method().usesEncryption()) {
                encrypted =
                        EncryptedKeyNonce.read(
                                MessageRule.AGGRESSIVE_MODE_2_RSA_ENCRYPTION,
                                chain,
                                suite,
                                in.cookies().responder());
                hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
                value = null;
                nonce = null;
                identity = null;
                proof = null;
                return;
            }
            encrypted = null;
            (signed
                            ? MessageRule.AGGRESSIVE_MODE_2_SIGNATURE
                            : MessageRule.AGGRESSIVE_MODE_2_PRE_SHARED_KEY)
                    .verify(chain);
            int octets = suite.group().publicOctets();
            value = chain.onlyBody(PayloadType.KE, octets, octets);
            nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PHASE_ONE);
            identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
            claimed = Identification.read(identity);
            hash = signed ? null : chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
            proof = signed ? SignatureProof.read(chain) : null;
            if (signed) {
                // Any member has a certificate of the same authority: only the name tells.
                settings.checkKeyServer(claimed);
            }
        }
    }
}
