// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Main Mode with a pre-shared key or signatures, responder (RFC 2409, sections 5.1 and 5.4). After
 * message 2 it holds little more than the offer; the first Diffie-Hellman work follows a message 3
 * that repeats our cookie.
 *
 * <p>Nothing before message 5 is authenticated, so nothing that does not fit ends the exchange: it
 * lives until its time is over.
 */
final class MainModeResponder {
    /** The longest offer that is kept, so that a half-open entry stays below 1 KiB. */
    static final int MOST_OFFER_OCTETS = 640;

    private static final int OUR_NONCE = 32;
    private static final int MAX_HASH = 64;

    private enum State {
        AWAITING_KEY_NONCE,
        DERIVING,
        AWAITING_IDENTITY,
        VERIFYING,
        ESTABLISHED
    }

    private final CookiePair cookies;
    private final ReturnPath path;
    private final byte[] offer;
    private final PhaseOneProposal proposal;
    private final int doi;
    private final Set<PeerCapability> capabilities;
    private final SecretBytes preSharedKey;
    private final PhaseOneCredentials credentials;
    private final EndpointCounters counters;
    private final AnswerCache cache = new AnswerCache();

    private State state = State.AWAITING_KEY_NONCE;
    private boolean denied;
    private byte[] initiatorValue;
    private byte[] responderValue;
    private byte[] responderNonce;
    private PhaseOneKeys keys;
    private Frame awaitingProof;
    private Identification claimedIdentity;
    private PhaseOneSa established;

    private MainModeResponder(
            CookiePair cookies,
            ReturnPath path,
            byte[] offer,
            PhaseOneOffer.Choice choice,
            Set<PeerCapability> capabilities,
            SecretBytes preSharedKey,
            PhaseOneCredentials credentials,
            EndpointCounters counters) {
        this.cookies = cookies;
        this.path = path;
        this.offer = offer;
        this.proposal = choice.proposal();
        this.doi = choice.answer().doi();
        this.capabilities = capabilities;
        this.preSharedKey = preSharedKey;
        this.credentials = credentials;
        this.counters = counters;
    }

    /**
     * HDR, SA [, VID] --&gt; : begins, unless the offer is refused.
     *
     * @param preSharedKey null if none of {@code accepted} needs one
     * @param credentials null if none of {@code accepted} needs them
     */
    static MainModeResponder receiveSa(
            Frame in,
            CookiePair cookies,
            ReturnPath path,
            SecretBytes preSharedKey,
            PhaseOneCredentials credentials,
            List<PhaseOneProposal> accepted,
            EndpointCounters counters)
            throws MalformedPayload, NoProposalChosen {
        PayloadChain chain =
                PayloadChain.read(in.firstPayload(), in.body(), PayloadChain.Padding.NONE);
        MessageRule.MAIN_MODE_1_2.verify(chain);
        byte[] offer = chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS);
        PhaseOneOffer offered = PhaseOneOffer.read(offer);
        if (offer.length > MOST_OFFER_OCTETS) {
            throw new NoProposalChosen(
                    "no proposal chosen: the offer has "
                            + offer.length
                            + " octets; offer fewer Phase 1 suites",
                    offered.doi());
        }
        PhaseOneOffer.Choice choice =
                offered.choose(accepted)
                        .orElseThrow(
                                () ->
                                        new NoProposalChosen(
                                                "no proposal chosen: offered "
                                                        + offered
                                                        + "; accepted "
                                                        + accepted,
                                                offered.doi()));
        MainModeResponder made =
                new MainModeResponder(
                        cookies,
                        path,
                        offer,
                        choice,
                        VendorId.announcedIn(chain.payloads()),
                        preSharedKey,
                        credentials,
                        counters);
        made.cache.accept(in);
        made.cache.answer(made.sendSa(choice.answer()));
        return made;
    }

    /** &lt;-- HDR, SA, VID. */
    private byte[] sendSa(PhaseOneOffer answer) {
        return clear(List.of(answer.write(), VendorId.ours()));
    }

    CookiePair cookies() {
        return cookies;
    }

    ReturnPath path() {
        return path;
    }

    /** What was answered last; after {@link #receiveSa} message 2. */
    Datagram answer() {
        return path.datagram(cache.answer());
    }

    /** The SA, once message 5 proved genuine. */
    Optional<PhaseOneSa> established() {
        return Optional.ofNullable(established);
    }

    /** Whether it holds keys or waits for them: no longer a small entry. */
    boolean isDeriving() {
        return state != State.AWAITING_KEY_NONCE;
    }

    /** Takes any message of the exchange but the first. */
    Outcome.Builder receive(Frame in, SecureRandom randomness) {
        if (cache.repeats(in)) {
            return repeat();
        }
        switch (state) {
            case AWAITING_KEY_NONCE:
                return receiveKeyNonce(in, randomness);
            case AWAITING_IDENTITY:
                return receiveIdentity(in);
            default:
                counters.count(Ignored.UNEXPECTED);
                return Outcome.ignored("Main Mode does not await this message in " + state);
        }
    }

    /** Takes a copy of the last request. */
    Outcome.Builder repeat() {
        if (cache.answer() == null) {
            counters.count(Ignored.IN_WORK);
            return Outcome.ignored("copy of a message that is being worked on");
        }
        counters.countRetransmission();
        return Outcome.ignored("copy of a message, answered again")
                .send(path.datagram(cache.answer()));
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
            int octets = proposal.group().publicOctets();
            byte[] value = chain.onlyBody(PayloadType.KE, octets, octets);
            byte[] nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PHASE_ONE);
            initiatorValue = value;
            responderNonce = new byte[OUR_NONCE];
            randomness.nextBytes(responderNonce);
            cache.accept(in);
            state = State.DERIVING;
            return Outcome.advanced()
                    .compute(
                            PhaseOneDerivation.generateAndAgree(
                                    cookies,
                                    path.remote(),
                                    proposal.group(),
                                    randomness,
                                    value,
                                    new PhaseOneDerivation.Inputs(
                                            proposal, preSharedKey, nonce, responderNonce)));
        } catch (MalformedPayload e) {
            counters.count(Ignored.MALFORMED);
            return Outcome.ignored(e.getMessage());
        }
    }

    /** The Diffie-Hellman work is done. */
    Outcome.Builder resume(PhaseOneDerivation.Result result) {
        if (state != State.DERIVING) {
            result.discard();
            return Outcome.ignored("a result that nobody awaits");
        }
        if (result.failed()) {
            state = State.AWAITING_KEY_NONCE;
            cache.forget();
            counters.count(Ignored.MALFORMED);
            return Outcome.ignored(result.failure());
        }
        keys = result.keys();
        responderValue = result.key().publicValue();
        state = State.AWAITING_IDENTITY;
        cache.answer(sendKeyNonce());
        return Outcome.advanced().send(path.datagram(cache.answer()));
    }

    /** &lt;-- HDR, KE, Nr [, CR]. */
    private byte[] sendKeyNonce() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(Payload.of(PayloadType.KE, responderValue));
        payloads.add(Payload.of(PayloadType.NONCE, responderNonce));
        if (proposal.method().usesSignatures()) {
            payloads.addAll(credentials.requests());
        }
        return clear(payloads);
    }

    /** HDR*, IDii, and then HASH_I, or CERT and SIG_I --&gt;. */
    private Outcome.Builder receiveIdentity(Frame in) {
        IsakmpCipher cipher = keys.cipher(proposal.cipher());
        byte[] sealed = in.body();
        if (!in.isEncrypted() || !cipher.fits(sealed.length)) {
            counters.count(Ignored.MALFORMED);
            return Outcome.ignored("Main Mode message 5 is not encrypted as it should be");
        }
        byte[] iv = cipher.firstIv(proposal.prf(), initiatorValue, responderValue);
        boolean signed = proposal.method().usesSignatures();
        PayloadChain chain;
        try {
            chain =
                    PayloadChain.read(
                            in.firstPayload(),
                            cipher.decrypt(iv, sealed),
                            PayloadChain.Padding.ALLOWED);
        } catch (MalformedPayload e) {
            return deny(signed ? PhaseOneReasons.UNREADABLE : PhaseOneReasons.KEY_DIFFERS);
        }
        try {
            return signed ? receiveSignature(in, chain) : receiveHash(in, chain);
        } catch (MalformedPayload e) {
            return deny(signed ? e.getMessage() : PhaseOneReasons.KEY_DIFFERS);
        }
    }

    /** HDR*, IDii, HASH_I --&gt;. */
    private Outcome.Builder receiveHash(Frame in, PayloadChain chain) throws MalformedPayload {
        MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        byte[] hash = chain.onlyBody(PayloadType.HASH, 1, MAX_HASH);
        if (!MessageDigest.isEqual(hash, hashOfInitiator(identity))) {
            return deny(
                    "HASH_I does not fit: Phase 1 was altered on its way, or the peer is broken");
        }
        Identification claimed = Identification.read(identity);
        InetAddress address = path.remote().address();
        if (claimed.address().filter(other -> !other.equals(address)).isPresent()) {
            return deny(
                    "peer at "
                            + address.getHostAddress()
                            + " calls itself "
                            + claimed.text()
                            + ": a pre-shared key proves only the address it is listed for");
        }
        cache.accept(in);
        byte[] own = Identification.of(path.local().address()).write().body();
        return establish(
                in,
                Identification.of(address),
                null,
                List.of(
                        Payload.of(PayloadType.ID, own),
                        Payload.of(PayloadType.HASH, hashOfResponder(own))));
    }

    /** HDR*, IDii, CERT, SIG_I --&gt; : the signatures are work for elsewhere. */
    private Outcome.Builder receiveSignature(Frame in, PayloadChain chain) throws MalformedPayload {
        MessageRule.MAIN_MODE_5_6_SIGNATURE.verify(chain);
        byte[] identity = chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS);
        byte[] value = chain.onlyBody(PayloadType.SIG, 1, Frame.MAX_OCTETS);
        List<byte[]> certificates = PhaseOneCredentials.certificatesIn(chain);
        Identification claimed = Identification.read(identity);
        byte[] signed = hashOfInitiator(identity);
        byte[] toSign = hashOfResponder(credentials.identity().write().body());
        cache.accept(in);
        awaitingProof = in;
        claimedIdentity = claimed;
        state = State.VERIFYING;
        return Outcome.advanced()
                .compute(
                        new SignatureWork(
                                cookies,
                                path.remote(),
                                () -> {
                                    X509Certificate peer =
                                            credentials.verify(
                                                    proposal.method(),
                                                    claimed,
                                                    certificates,
                                                    value,
                                                    signed);
                                    return new SignatureWork.Proof(
                                            credentials.sign(proposal.method(), toSign), peer);
                                }));
    }

    /** The signature of the peer is checked, ours is made. */
    Outcome.Builder resume(SignatureWork.Result result) {
        if (state != State.VERIFYING) {
            return Outcome.ignored("a result that nobody awaits");
        }
        state = State.AWAITING_IDENTITY;
        if (result.failed()) {
            cache.forget();
            return deny(result.failure());
        }
        List<Payload> payloads = new ArrayList<>();
        payloads.add(credentials.identity().write());
        payloads.addAll(credentials.certificates());
        payloads.add(Payload.of(PayloadType.SIG, result.signature()));
        return establish(awaitingProof, claimedIdentity, result.peerSubject(), payloads);
    }

    private byte[] hashOfInitiator(byte[] identity) {
        return keys.hashOfInitiator(
                initiatorValue, responderValue, cookies.octets(), offer, identity);
    }

    private byte[] hashOfResponder(byte[] identity) {
        return keys.hashOfResponder(
                initiatorValue, responderValue, cookies.octets(), offer, identity);
    }

    /** &lt;-- HDR*, IDir, and then HASH_R, or CERT and SIG_R. */
    private Outcome.Builder establish(
            Frame in, Identification proven, String subject, List<Payload> payloads) {
        IsakmpCipher cipher = keys.cipher(proposal.cipher());
        byte[] sealed =
                cipher.encrypt(cipher.lastBlock(in.body()), PayloadChain.of(payloads).octets());
        byte[] answer =
                Frame.write(
                        cookies,
                        PayloadType.ID,
                        ExchangeType.MAIN,
                        IsakmpHeader.FLAG_ENCRYPTED,
                        0,
                        sealed);
        cache.answer(answer);
        PeerIdentity peer =
                new PeerIdentity(
                        proven.type().number(),
                        PhaseOneCredentials.textOf(proven),
                        path.remote(),
                        capabilities,
                        subject);
        established =
                new PhaseOneSa(cookies, path, peer, doi, keys, cipher, cipher.lastBlock(sealed));
        awaitingProof = null;
        state = State.ESTABLISHED;
        return Outcome.advanced().send(path.datagram(answer));
    }

    /**
     * The peer did not prove itself. It is told once, unprotected, since no key is common; the
     * exchange stays, because anybody who saw the cookies could have sent this.
     */
    private Outcome.Builder deny(String reason) {
        counters.count(Ignored.UNAUTHENTICATED);
        Outcome.Builder outcome = Outcome.ignored(reason);
        if (!denied) {
            denied = true;
            outcome.send(
                    path.datagram(unprotected(cookies, doi, NotifyType.AUTHENTICATION_FAILED)));
            outcome.fact(new RegistrationDenied(path.remote(), null, reason));
        }
        return outcome;
    }

    /** An informational message without protection (RFC 2408, section 4.8). */
    static byte[] unprotected(CookiePair cookies, int doi, NotifyType type) {
        List<Payload> payloads = List.of(cookies.notification(doi, type));
        return Frame.write(
                cookies,
                PayloadType.NOTIFY,
                ExchangeType.INFORMATIONAL,
                0,
                0,
                PayloadChain.of(payloads).octets());
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

    /** Its time is over, or another needs the room. */
    void destroy() {
        if (keys != null && established == null) {
            keys.destroy();
        }
    }

    /** The offer holds no suite that is accepted here. */
    static final class NoProposalChosen extends Exception {
        private static final long serialVersionUID = 1L;

        private final int doi;

        NoProposalChosen(String message, int doi) {
            super(message, null, false, false);
            this.doi = doi;
        }

        int doi() {
            return doi;
        }
    }
}
