// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Main Mode with public key encryption, original and revised, initiator, from message 3 on (RFC
 * 2409, sections 5.2 and 5.3). The responder proves itself by HASH_R over the nonce that only its
 * private key opens.
 */
final class PublicKeyInitiator implements PhaseOneInitiator {
    private static final int MAX_HASH = 64;

    private enum State {
        ENCRYPTING,
        AWAITING_KEY_NONCE,
        DERIVING,
        AWAITING_HASH,
        ESTABLISHED
    }

    private final InitiatorSide side;
    private final byte[] initiatorNonce;
    private final PublicKeyWork work;

    private State state = State.ENCRYPTING;
    private DiffieHellmanKey key;
    private PublicKeyWork.Result opened;
    private PhaseOneTranscript transcript;
    private byte[] iv;
    private PhaseOneSa established;

    PublicKeyInitiator(InitiatorSide side, byte[] initiatorNonce, SecureRandom randomness) {
        this.side = side;
        this.initiatorNonce = initiatorNonce;
        this.work =
                new PublicKeyWork(
                        side.cookies(),
                        side.path().remote(),
                        side.suite(),
                        side.credentials(),
                        randomness);
    }

    @Override
    public PhaseOneStep begin() {
        return PhaseOneStep.compute(
                work.begin(side.settings().keyServerIdentity(), initiatorNonce));
    }

    @Override
    public PhaseOneMode mode() {
        return PhaseOneMode.MAIN;
    }

    @Override
    public Optional<PhaseOneSa> established() {
        return Optional.ofNullable(established);
    }

    @Override
    public boolean owns(CookiePair other) {
        return other.equals(side.cookies());
    }

    @Override
    public String awaited() {
        switch (state) {
            case AWAITING_KEY_NONCE:
                return "no answer to the Diffie-Hellman message";
            case AWAITING_HASH:
                return "no answer to our proof";
            default:
                return "our own computations did not end";
        }
    }

    @Override
    public boolean awaitsProofOfSharedKey() {
        return false;
    }

    @Override
    public PhaseOneStep receive(Frame in) throws MalformedPayload {
        switch (state) {
            case AWAITING_KEY_NONCE:
                return receiveKeyNonce(in);
            case AWAITING_HASH:
                return receiveHash(in);
            default:
                throw new MalformedPayload("Main Mode does not await this message in " + state);
        }
    }

    @Override
    public PhaseOneStep resume(PhaseOneCompletion completion) throws MalformedPayload {
        PublicKeyWork.Result result = (PublicKeyWork.Result) completion;
        if (state == State.ENCRYPTING) {
            if (result.failed()) {
                throw new MalformedPayload(result.trouble());
            }
            key = result.key();
            state = State.AWAITING_KEY_NONCE;
            /* HDR, KE, HASH(1), <IDii_b>PubR, <Ni_b>PubR -->, or as the revised mode has it */
            return PhaseOneStep.send(side.clear(result.payloads()));
        }
        if (state != State.DERIVING) {
            result.discard();
            return PhaseOneStep.none();
        }
        opened = result;
        transcript = side.transcript(key.publicValue(), result.peerValue(), result.keys());
        state = State.AWAITING_HASH;
        return PhaseOneStep.send(sendHash());
    }

    /** &lt;-- HDR, KE, &lt;IDir_b&gt;PubI, &lt;Nr_b&gt;PubI, or as the revised mode has it. */
    private PhaseOneStep receiveKeyNonce(Frame in) throws MalformedPayload {
        if (in.isEncrypted()) {
            throw new MalformedPayload("Main Mode message 4 cannot be encrypted as a whole");
        }
        PayloadChain chain =
                PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
        EncryptedKeyNonce message =
                EncryptedKeyNonce.read(
                        MessageRule.MAIN_MODE_3_4_RSA_ENCRYPTION,
                        chain,
                        side.suite(),
                        side.cookies().responder());
        message.checkReceiver(side.credentials());
        state = State.DERIVING;
        return PhaseOneStep.compute(work.finish(key, initiatorNonce, message));
    }

    /** HDR*, HASH_I --&gt;. */
    private byte[] sendHash() {
        byte[] hash = transcript.hashOfInitiator(side.ownIdentity().write().body());
        List<Payload> payloads = List.of(Payload.of(PayloadType.HASH, hash));
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = cipher.encrypt(transcript.firstIv(), PayloadChain.of(payloads).octets());
        iv = cipher.lastBlock(sealed);
        return side.sealed(payloads, sealed);
    }

    /** &lt;-- HDR*, HASH_R. */
    private PhaseOneStep receiveHash(Frame in) throws MalformedPayload {
        IsakmpCipher cipher = transcript.cipher();
        byte[] sealed = in.body();
        if (!in.isEncrypted() || !cipher.fits(sealed.length)) {
            throw new MalformedPayload("Main Mode message 6 is not encrypted as it should be");
        }
        PayloadChain chain;
        try {
            chain =
                    PayloadChain.read(
                            in.firstPayload(),
                            cipher.decrypt(iv, sealed),
                            PayloadChain.Padding.ALLOWED);
        } catch (MalformedPayload e) {
            throw new MalformedPayload(PhaseOneReasons.DECRYPTION_DIFFERS);
        }
        MessageRule.MAIN_MODE_5_6_RSA_ENCRYPTION.verify(chain);
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        if (!MessageDigest.isEqual(hash, transcript.hashOfResponder(opened.identity()))
                || opened.claimed() == null) {
            throw new MalformedPayload(PhaseOneReasons.DECRYPTION_DIFFERS);
        }
        side.settings().checkKeyServer(opened.claimed());
        established = side.establish(transcript, opened.claimed(), cipher.lastBlock(sealed));
        state = State.ESTABLISHED;
        return PhaseOneStep.none();
    }

    @Override
    public void destroy() {
        if (transcript != null) {
            transcript.destroy();
        }
    }
}
