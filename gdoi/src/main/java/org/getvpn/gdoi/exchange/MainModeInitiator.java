// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Main Mode with a pre-shared key, initiator (RFC 2409, section 5.4). Messages that do not fit are
 * ignored; the time limit of the attempt ends it, not a forger.
 */
final class MainModeInitiator {
    private static final int LIFETIME_SECONDS = 3600;

    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;

    private enum State {
        AWAITING_SA,
        GENERATING,
        AWAITING_KEY_NONCE,
        DERIVING,
        AWAITING_IDENTITY_HASH,
        ESTABLISHED
    }

    private final RegistrationSettings settings;
    private final SecureRandom randomness;
    private final ReturnPath path;
    private final byte[] offer;
    private final byte[] initiatorNonce = new byte[OUR_NONCE];

    private State state = State.AWAITING_SA;
    private CookiePair cookies;
    private PhaseOneProposal proposal;
    private Set<PeerCapability> capabilities = Set.of();
    private DiffieHellmanKey key;
    private byte[] responderValue;
    private PhaseOneKeys keys;
    private IsakmpCipher cipher;
    private byte[] iv;
    private PhaseOneSa established;

    MainModeInitiator(RegistrationSettings settings, ReturnPath path, SecureRandom randomness) {
        this.settings = settings;
        this.path = path;
        this.randomness = randomness;
        this.offer = PhaseOneOffer.of(settings.proposals(), LIFETIME_SECONDS).write().body();
        long cookie = randomness.nextLong();
        this.cookies = new CookiePair(cookie == 0 ? 1 : cookie, 0);
        randomness.nextBytes(initiatorNonce);
    }

    /** HDR, SA, VID --&gt;. */
    byte[] sendSa() {
        return clear(List.of(Payload.of(PayloadType.SA, offer), VendorId.ours()));
    }

    /** The SA, once message 6 proved genuine. */
    Optional<PhaseOneSa> established() {
        return Optional.ofNullable(established);
    }

    CookiePair cookies() {
        return cookies;
    }

    /** What is awaited, for the reason of a time-out. */
    String awaited() {
        switch (state) {
            case AWAITING_SA:
                return "no answer to the first message";
            case AWAITING_KEY_NONCE:
                return "no answer to the Diffie-Hellman message";
            case AWAITING_IDENTITY_HASH:
                return "no answer to our identification";
            default:
                return "the Diffie-Hellman work did not end";
        }
    }

    /** Whether the peer has our identification, encrypted under a key made of the shared one. */
    boolean awaitsIdentity() {
        return state == State.AWAITING_IDENTITY_HASH;
    }

    /** Whether a message with these cookies may belong to this exchange. */
    boolean owns(CookiePair other) {
        return other.initiator() == cookies.initiator()
                && (cookies.responder() == 0 || other.responder() == cookies.responder());
    }

    /** Takes any message of the exchange; if it throws, nothing has changed. */
    Outcome.Builder receive(Frame in) throws MalformedPayload {
        switch (state) {
            case AWAITING_SA:
                return receiveSa(in);
            case AWAITING_KEY_NONCE:
                return receiveKeyNonce(in);
            case AWAITING_IDENTITY_HASH:
                return receiveIdentityHash(in);
            default:
                throw new MalformedPayload("Main Mode does not await this message in " + state);
        }
    }

    /** &lt;-- HDR, SA [, VID]. */
    private Outcome.Builder receiveSa(Frame in) throws MalformedPayload {
        if (in.isEncrypted() || in.cookies().responder() == 0) {
            throw new MalformedPayload(
                    "Main Mode message 2 without a responder cookie, or encrypted");
        }
        PayloadChain chain =
                PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
        MessageRule.MAIN_MODE_1_2.verify(chain);
        PhaseOneOffer answer =
                PhaseOneOffer.read(chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS));
        proposal = answer.accept(settings.proposals());
        capabilities = VendorId.announcedIn(chain.payloads());
        cookies = in.cookies();
        state = State.GENERATING;
        return Outcome.advanced()
                .compute(
                        PhaseOneDerivation.generate(
                                cookies, path.remote(), proposal.group(), randomness));
    }

    /** The Diffie-Hellman work is done: a first or a second time. */
    Optional<byte[]> resume(PhaseOneDerivation.Result result) throws MalformedPayload {
        if (state == State.GENERATING && !result.failed()) {
            key = result.key();
            state = State.AWAITING_KEY_NONCE;
            return Optional.of(sendKeyNonce());
        }
        if (state == State.DERIVING && result.failed()) {
            state = State.AWAITING_KEY_NONCE;
            throw new MalformedPayload(result.failure());
        }
        if (state == State.DERIVING) {
            keys = result.keys();
            cipher = keys.cipher(proposal.cipher());
            state = State.AWAITING_IDENTITY_HASH;
            return Optional.of(sendIdentityHash());
        }
        result.discard();
        return Optional.empty();
    }

    /** HDR, KE, Ni --&gt;. */
    private byte[] sendKeyNonce() {
        return clear(
                List.of(
                        Payload.of(PayloadType.KE, key.publicValue()),
                        Payload.of(PayloadType.NONCE, initiatorNonce)));
    }

    /** &lt;-- HDR, KE, Nr. */
    private Outcome.Builder receiveKeyNonce(Frame in) throws MalformedPayload {
        if (in.isEncrypted()) {
            throw new MalformedPayload("Main Mode message 4 cannot be encrypted");
        }
        PayloadChain chain =
                PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
        MessageRule.MAIN_MODE_3_4.verify(chain);
        int octets = proposal.group().publicOctets();
        byte[] value = chain.onlyBody(PayloadType.KE, octets, octets);
        byte[] nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PHASE_ONE);
        responderValue = value;
        state = State.DERIVING;
        return Outcome.advanced()
                .compute(
                        PhaseOneDerivation.agree(
                                cookies,
                                path.remote(),
                                key,
                                value,
                                new PhaseOneDerivation.Inputs(
                                        proposal.prf(),
                                        settings.preSharedKey(),
                                        initiatorNonce,
                                        nonce)));
    }

    /** HDR*, IDii, HASH_I --&gt;. */
    private byte[] sendIdentityHash() {
        byte[] identity = Identification.of(path.local().address()).write().body();
        byte[] hash =
                keys.hashOfInitiator(
                        key.publicValue(), responderValue, cookies.octets(), offer, identity);
        byte[] sealed =
                cipher.encrypt(
                        cipher.firstIv(proposal.prf(), key.publicValue(), responderValue),
                        PayloadChain.of(
                                        Payload.of(PayloadType.ID, identity),
                                        Payload.of(PayloadType.HASH, hash))
                                .octets());
        iv = cipher.lastBlock(sealed);
        return Frame.write(
                cookies, PayloadType.ID, ExchangeType.MAIN, IsakmpHeader.FLAG_ENCRYPTED, 0, sealed);
    }

    /** &lt;-- HDR*, IDir, HASH_R. */
    private Outcome.Builder receiveIdentityHash(Frame in) throws MalformedPayload {
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
            throw new MalformedPayload(PhaseOneReasons.KEY_DIFFERS);
        }
        MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        byte[] expected =
                keys.hashOfResponder(
                        key.publicValue(), responderValue, cookies.octets(), offer, identity);
        if (!MessageDigest.isEqual(hash, expected)) {
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
        PeerIdentity peer =
                new PeerIdentity(
                        claimed.type().number(), claimed.text(), path.remote(), capabilities);
        established =
                new PhaseOneSa(
                        cookies, path, peer, Doi.GDOI, keys, cipher, cipher.lastBlock(sealed));
        state = State.ESTABLISHED;
        return Outcome.advanced();
    }

    private byte[] clear(List<Payload> payloads) {
        return Frame.write(
                cookies,
                payloads.get(0).type(),
                ExchangeType.MAIN,
                0,
                0,
                PayloadChain.of(payloads).octets());
    }

    /** The attempt is over. */
    void destroy() {
        if (keys != null) {
            keys.destroy();
        }
    }
}
