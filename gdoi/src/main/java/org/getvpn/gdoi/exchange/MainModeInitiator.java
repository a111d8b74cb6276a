// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * Main Mode, initiator, by any method that the responder chose of those offered (RFC 2409, sections
 * 5.1 to 5.4). Messages that do not fit are ignored; the time limit of the attempt ends it, not a
 * forger.
 */
final class MainModeInitiator implements PhaseOneInitiator {
    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;

    private enum State {
        AWAITING_SA,
        GENERATING,
        AWAITING_KEY_NONCE,
        DERIVING,
        SIGNING,
        AWAITING_IDENTITY,
        VERIFYING,
        ESTABLISHED
    }

    private final RegistrationSettings settings;
    private final SecureRandom randomness;
    private final ReturnPath path;
    private final byte[] offer;
    private final byte[] initiatorNonce = new byte[OUR_NONCE];

    private State state = State.AWAITING_SA;
    private CookiePair cookies;
    private InitiatorSide side;
    private PublicKeyInitiator rest;
    private DiffieHellmanKey key;
    private byte[] responderValue;
    private PhaseOneTranscript transcript;
    private byte[] iv;
    private Identification claimedIdentity;
    private byte[] lastBlock;
    private PhaseOneSa established;

    MainModeInitiator(RegistrationSettings settings, ReturnPath path, SecureRandom randomness) {
        this.settings = settings;
        this.path = path;
        this.randomness = randomness;
        this.offer = PhaseOneOffer.of(settings.phaseOne()).write().body();
        long cookie = randomness.nextLong();
        this.cookies = new CookiePair(cookie == 0 ? 1 : cookie, 0);
        randomness.nextBytes(initiatorNonce);
    }

    /** HDR, SA, VID --&gt;. */
    @Override
    public PhaseOneStep begin() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.SA, offer));
        payloads.addAll(VendorId.ours());
        return PhaseOneStep.send(Frame.clear(cookies, PhaseOneMode.MAIN.exchange(), payloads));
    }

    @Override
    public PhaseOneMode mode() {
        return PhaseOneMode.MAIN;
    }

    @Override
    public Optional<PhaseOneSa> established() {
        return rest != null ? rest.established() : Optional.ofNullable(established);
    }

    @Override
    public String awaited() {
        if (rest != null) {
            return rest.awaited();
        }
        switch (state) {
            case AWAITING_SA:
                return "no answer to the first message";
            case AWAITING_KEY_NONCE:
                return "no answer to the Diffie-Hellman message";
            case AWAITING_IDENTITY:
                return "no answer to our identification";
            default:
                return "our own computations did not end";
        }
    }

    /** The peer has our identification, encrypted under a key made of the shared one. */
    @Override
    public boolean awaitsProofOfSharedKey() {
        return state == State.AWAITING_IDENTITY && side.suite().method().usesPreSharedKey();
    }

    @Override
    public boolean owns(CookiePair other) {
        return other.initiator() == cookies.initiator()
                && (cookies.responder() == 0 || other.responder() == cookies.responder());
    }

    @Override
    public PhaseOneStep receive(Frame in) throws MalformedPayload {
        if (rest != null) {
            return rest.receive(in);
        }
        switch (state) {
            case AWAITING_SA:
                return receiveSa(in);
            case AWAITING_KEY_NONCE:
                return receiveKeyNonce(in);
            case AWAITING_IDENTITY:
                return receiveIdentity(in);
            default:
                throw new MalformedPayload("Main Mode does not await this message in " + state);
        }
    }

    /** &lt;-- HDR, SA [, VID]. */
    private PhaseOneStep receiveSa(Frame in) throws MalformedPayload {
        if (in.isEncrypted() || in.cookies().responder() == 0) {
            throw new MalformedPayload(
                    "Main Mode message 2 without a responder cookie, or encrypted");
        }
        PayloadChain chain =
                PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
        MessageRule.MAIN_MODE_1_2.verify(chain);
        PhaseOneOffer answer =
                PhaseOneOffer.read(chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS));
        PhaseOneProposal suite = answer.accept(settings.proposals());
        cookies = in.cookies();
        side =
                new InitiatorSide(
                        settings,
                        path,
                        PhaseOneMode.MAIN,
                        cookies,
                        offer,
                        suite,
                        VendorId.announcedIn(chain.payloads()));
        if (suite.method().usesEncryption()) {
            rest = new PublicKeyInitiator(side, initiatorNonce, randomness);
            return rest.begin();
        }
        state = State.GENERATING;
        return PhaseOneStep.compute(
                PhaseOneDerivation.generate(cookies, path.remote(), suite.group(), randomness));
    }

    @Override
    public PhaseOneStep resume(PhaseOneCompletion completion) throws MalformedPayload {
        if (rest != null) {
            return resumeRest(completion);
        }
        return completion instanceof SignatureWork.Result
                ? resume((SignatureWork.Result) completion)
                : resume((PhaseOneDerivation.Result) completion);
    }

    /**
     * Where there is nobody to encrypt for, it is as if no answer had come to the first message.
     */
    private PhaseOneStep resumeRest(PhaseOneCompletion completion) throws MalformedPayload {
        try {
            return rest.resume(completion);
        } catch (MalformedPayload e) {
            rest = null;
            cookies = new CookiePair(cookies.initiator(), 0);
            throw e;
        }
    }

    /** The Diffie-Hellman work is done: a first or a second time. */
    private PhaseOneStep resume(PhaseOneDerivation.Result result) throws MalformedPayload {
        if (state == State.GENERATING && !result.failed()) {
            key = result.key();
            state = State.AWAITING_KEY_NONCE;
            return PhaseOneStep.send(sendKeyNonce());
        }
        if (state == State.DERIVING && result.failed()) {
            state = State.AWAITING_KEY_NONCE;
            throw new MalformedPayload(result.failure());
        }
        if (state == State.DERIVING) {
            transcript = side.transcript(key.publicValue(), responderValue, result.keys());
            if (side.suite().method().usesSignatures()) {
                state = State.SIGNING;
                byte[] toSign = transcript.hashOfInitiator(side.ownIdentity().write().body());
                return PhaseOneStep.compute(
                        work(
                                () ->
                                        new SignatureWork.Proof(
                                                settings.credentials()
                                                        .sign(side.suite().method(), toSign),
                                                null)));
            }
            state = State.AWAITING_IDENTITY;
            return PhaseOneStep.send(sendIdentityHash());
        }
        result.discard();
        return PhaseOneStep.none();
    }

    /** Our signature is made, or the key server's is checked. */
    private PhaseOneStep resume(SignatureWork.Result result) throws MalformedPayload {
        if (state == State.SIGNING) {
            state = State.AWAITING_IDENTITY;
            return PhaseOneStep.send(sendIdentitySignature(result.signature()));
        }
        if (state == State.VERIFYING && result.failed()) {
            state = State.AWAITING_IDENTITY;
            throw new MalformedPayload(result.failure());
        }
        if (state == State.VERIFYING) {
            establish(claimedIdentity, lastBlock);
        }
        return PhaseOneStep.none();
    }

    private SignatureWork work(SignatureWork.Step step) {
        return new SignatureWork(cookies, path.remote(), step);
    }

    /** HDR, KE, Ni [, CR] --&gt;. */
    private byte[] sendKeyNonce() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.KE, key.publicValue()));
        payloads.add(Payload.of(PayloadType.NONCE, initiatorNonce));
        if (side.suite().method().usesSignatures()) {
            payloads.addAll(settings.credentials().requests());
        }
        return side.clear(payloads);
    }

    /** &lt;-- HDR, KE, Nr. */
    private PhaseOneStep receiveKeyNonce(Frame in) throws MalformedPayload {
        if (in.isEncrypted()) {
            throw new MalformedPayload("Main Mode message 4 cannot be encrypted");
        }
        PayloadChain chain =
                PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
        MessageRule.MAIN_MODE_3_4.verify(chain);
        int octets = side.suite().group().publicOctets();
        byte[] value = chain.onlyBody(PayloadType.KE, octets, octets);
        byte[] nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PHASE_ONE);
        responderValue = value;
        state = State.DERIVING;
        return PhaseOneStep.compute(
                PhaseOneDerivation.agree(
                        cookies,
                        path.remote(),
                        key,
                        value,
                        new PhaseOneDerivation.Inputs(
                                side.suite(), settings.preSharedKey(), initiatorNonce, nonce)));
    }

    /** HDR*, IDii, HASH_I --&gt;. */
    private byte[] sendIdentityHash() {
        Payload identity = side.ownIdentity().write();
        return sealed(
                List.of(
                        identity,
                        Payload.of(PayloadType.HASH, transcript.hashOfInitiator(identity.body()))));
    }

    /** HDR*, IDii, CERT, SIG_I --&gt;. */
    private byte[] sendIdentitySignature(byte[] signature) {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(side.ownIdentity().write());
        payloads.addAll(SignatureProof.payloads(settings.credentials(), signature));
        return sealed(payloads);
    }

    private byte[] sealed(List<Payload> payloads) {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = cipher.encrypt(transcript.firstIv(), PayloadChain.of(payloads).octets());
        iv = cipher.lastBlock(sealed);
        return side.sealed(payloads, sealed);
    }

    /** &lt;-- HDR*, IDir, and then HASH_R, or CERT and SIG_R. */
    private PhaseOneStep receiveIdentity(Frame in) throws MalformedPayload {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = in.body();
        if (!in.isEncrypted() || !cipher.fits(sealed.length)) {
            throw new MalformedPayload("Main Mode message 6 is not encrypted as it should be");
        }
        boolean shared = side.suite().method().usesPreSharedKey();
        PayloadChain chain;
        try {
            chain =
                    PayloadChain.read(
                            in.firstPayload(),
                            cipher.decrypt(iv, sealed),
                            PayloadChain.Padding.ALLOWED);
        } catch (MalformedPayload e) {
            throw new MalformedPayload(
                    shared ? PhaseOneReasons.KEY_DIFFERS : PhaseOneReasons.UNREADABLE);
        }
        return side.suite().method().usesSignatures()
                ? receiveSignature(chain, cipher.lastBlock(sealed))
                : receiveHash(chain, cipher.lastBlock(sealed));
    }

    /** &lt;-- HDR*, IDir, HASH_R. */
    private PhaseOneStep receiveHash(PayloadChain chain, byte[] last) throws MalformedPayload {
        MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        if (!MessageDigest.isEqual(hash, transcript.hashOfResponder(identity))) {
            throw new MalformedPayload("HASH_R does not fit: Phase 1 was altered on its way");
        }
        Identification claimed = Identification.read(identity);
        InetAddress address = path.remote().address();
        if (claimed.address().filter(other -> !other.equals(address)).isPresent()) {
            throw new MalformedPayload(
                    "key server at "
                            + address.getHostAddress()
                            + " calls itself "
                            + claimed.text());
        }
        establish(claimed, last);
        return PhaseOneStep.none();
    }

    /** &lt;-- HDR*, IDir, CERT, SIG_R: the signature is work for elsewhere. */
    private PhaseOneStep receiveSignature(PayloadChain chain, byte[] last) throws MalformedPayload {
        MessageRule.MAIN_MODE_5_6_SIGNATURE.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        SignatureProof proof = SignatureProof.read(chain);
        Identification claimed = Identification.read(identity);
        // Any member has a certificate of the same authority: only the name tells the key server.
        settings.checkKeyServer(claimed);
        byte[] signed = transcript.hashOfResponder(identity);
        claimedIdentity = claimed;
        lastBlock = last;
        state = State.VERIFYING;
        return PhaseOneStep.compute(
                work(
                        () ->
                                new SignatureWork.Proof(
                                        null,
                                        proof.verify(
                                                settings.credentials(),
                                                side.suite().method(),
                                                claimed,
                                                signed))));
    }

    private void establish(Identification proven, byte[] last) {
        established = side.establish(transcript, proven, last);
        state = State.ESTABLISHED;
    }

    @Override
    public void destroy() {
        if (rest != null) {
            rest.destroy();
        }
        if (transcript != null) {
            transcript.destroy();
        }
    }
}
