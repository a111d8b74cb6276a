// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** Where first messages arrive: whether their senders may begin Phase 1, and with which suite. */
final class PhaseOneReception {
    private static final int COOKIE_SECRET_OCTETS = 32;
    private static final int MOST_OWN_ENDPOINTS = 64;

    private volatile PhaseOneSettings wanted;
    private PhaseOneSettings settings;
    private final PreSharedKeys preSharedKeys;
    private final SecureRandom randomness;
    private final EndpointCounters counters;
    private final Map<Endpoint, Endpoint> ownEndpoints = new HashMap<>();
    private final Mac cookieMaker;

    PhaseOneReception(
            PhaseOneSettings settings,
            PreSharedKeys preSharedKeys,
            SecureRandom randomness,
            EndpointCounters counters) {
        this.settings = Objects.requireNonNull(settings);
        this.wanted = settings;
        this.preSharedKeys = Objects.requireNonNull(preSharedKeys);
        this.randomness = Objects.requireNonNull(randomness);
        this.counters = counters;
        byte[] cookieSecret = new byte[COOKIE_SECRET_OCTETS];
        randomness.nextBytes(cookieSecret);
        this.cookieMaker = Prf.SHA256.keyed(cookieSecret);
        Arrays.fill(cookieSecret, (byte) 0);
    }

    /** For first messages from now on. From any thread. */
    void replaceSettings(PhaseOneSettings next) {
        wanted = Objects.requireNonNull(next);
    }

    /** How long an SA may be idle. */
    Duration idle() {
        return settings.idle();
    }

    /** The mode of a first message, if it is one. */
    Optional<PhaseOneMode> modeOf(Frame frame) {
        settings = wanted; // here alone, so that one message is judged by one set of settings
        for (PhaseOneMode mode : PhaseOneMode.values()) {
            if (mode.exchange().equals(frame.exchange()) && !frame.isEncrypted()) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }

    /** Tells a peer that begins in a mode that is off here; nothing is kept. */
    Optional<Outcome.Builder> refuse(PhaseOneMode mode, Frame frame, Datagram in) {
        if (settings.accepts(mode)) {
            return Optional.empty();
        }
        counters.count(Ignored.UNKNOWN_EXCHANGE);
        byte[] notify = refusal(cookies(frame, in), Doi.IPSEC, NotifyType.INVALID_EXCHANGE_TYPE);
        Outcome.Builder outcome =
                Outcome.ignored(
                        "Aggressive Mode is off here: let the peer use Main Mode, or allow it");
        // Whoever forges a source must not get more sent there than it sends itself.
        if (notify.length <= frame.octets().length) {
            outcome.send(ReturnPath.of(in).datagram(notify));
        }
        return Optional.of(outcome);
    }

    private static byte[] refusal(CookiePair cookies, int doi, NotifyType type) {
        return Frame.clear(
                cookies, ExchangeType.INFORMATIONAL, List.of(cookies.notification(doi, type)));
    }

    /** The same for every copy of a first message, so that a copy finds its exchange. */
    CookiePair cookies(Frame frame, Datagram in) {
        byte[] rest =
                ByteBuffer.allocate(20)
                        .putLong(frame.cookies().initiator())
                        .putInt(frame.exchange().number())
                        .putInt(in.remote().port())
                        .putInt(in.local().port())
                        .array();
        cookieMaker.update(rest);
        cookieMaker.update(in.remote().address().getAddress());
        byte[] token = cookieMaker.doFinal(in.local().address().getAddress());
        long cookie = ByteBuffer.wrap(token).getLong();
        return new CookiePair(frame.cookies().initiator(), cookie == 0 ? 1 : cookie);
    }

    /** Takes a first message whose cookies are of no exchange yet. */
    Opened open(PhaseOneMode mode, CookiePair cookies, Frame frame, Datagram in) {
        ReturnPath path = ReturnPath.of(new Datagram(own(in.local()), in.remote(), in.octets()));
        try {
            PayloadChain chain =
                    PayloadChain.read(
                            frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE);
            return mode == PhaseOneMode.MAIN
                    ? openMain(cookies, frame, path, chain)
                    : openAggressive(cookies, frame, path, chain);
        } catch (NoProposalChosen e) {
            byte[] notify = refusal(cookies, e.doi(), NotifyType.NO_PROPOSAL_CHOSEN);
            return new Opened(
                    null,
                    null,
                    Outcome.refused(e.getMessage())
                            .send(path.datagram(notify))
                            .fact(new RegistrationDenied(in.remote(), null, e.getMessage())));
        } catch (MalformedPayload e) {
            return ignored(Ignored.MALFORMED, e.getMessage());
        }
    }

    /** One object for each of our endpoints, so that half-open exchanges share it. */
    private Endpoint own(Endpoint local) {
        Endpoint known = ownEndpoints.get(local);
        if (known == null && ownEndpoints.size() < MOST_OWN_ENDPOINTS) {
            ownEndpoints.put(local, local);
        }
        return known == null ? local : known;
    }

    private Opened openMain(CookiePair cookies, Frame frame, ReturnPath path, PayloadChain chain)
            throws MalformedPayload, NoProposalChosen {
        InetAddress source = path.remote().address();
        Optional<SecretBytes> key = preSharedKeys.sharedWith(source);
        List<PhaseOneProposal> possible = possible(key.isPresent());
        if (possible.isEmpty()) {
            return unknown(source.getHostAddress());
        }
        MessageRule.MAIN_MODE_1_2.verify(chain);
        PhaseOneOpening opening = PhaseOneOpening.read(chain, possible, settings.lifetime());
        HalfOpen made = new HalfOpen(settings, cookies, path, opening);
        return new Opened(made, null, Outcome.advanced().send(made.answer()));
    }

    /** Takes another first message with the cookies of a half-open exchange. */
    Outcome.Builder repeat(HalfOpen known, Frame frame) {
        if (!known.repeats(frame)) {
            counters.count(Ignored.UNEXPECTED);
            return Outcome.ignored("another first message with the same cookie");
        }
        counters.countRetransmission();
        return Outcome.ignored("copy of a message, answered again").send(known.answer());
    }

    /** The responder for a third message. */
    PhaseOneResponder goOn(HalfOpen known) {
        ResponderSide side =
                new ResponderSide(
                        known.settings(),
                        known.cookies(),
                        known.path(),
                        PhaseOneMode.MAIN,
                        known.opening(),
                        counters);
        AuthenticationMethod method = side.suite().method();
        return method.usesEncryption()
                ? new PublicKeyResponder(side)
                : new MainModeResponder(
                        side, method.usesPreSharedKey() ? keyOf(known.path()) : null);
    }

    /** A key that was taken from the list meanwhile lets the proof fail, as a wrong one does. */
    private SecretBytes keyOf(ReturnPath path) {
        return preSharedKeys
                .sharedWith(path.remote().address())
                .orElseGet(
                        () -> {
                            byte[] nobodys = new byte[Prf.SHA256.octets()];
                            randomness.nextBytes(nobodys);
                            return SecretBytes.wrap(nobodys);
                        });
    }

    private Opened openAggressive(
            CookiePair cookies, Frame frame, ReturnPath path, PayloadChain chain)
            throws MalformedPayload, NoProposalChosen {
        List<PhaseOneProposal> possible = new ArrayList<>();
        Optional<SecretBytes> key = Optional.empty();
        for (PhaseOneProposal proposal : settings.proposals()) {
            if (proposal.method().usesEncryption()) {
                possible.add(proposal);
            }
        }
        if (!PhaseOneOpening.isOffered(chain, possible)) {
            // Only where nothing is encrypted is there a name to find the key by.
            Identification claimed =
                    Identification.read(chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS));
            key = keyOf(claimed, path.remote().address());
            possible = new ArrayList<>(possible(key.isPresent()));
            possible.removeIf(proposal -> proposal.method().usesEncryption());
            if (possible.isEmpty()) {
                return unknown(IdentityText.of(claimed));
            }
        }
        ResponderSide side =
                new ResponderSide(
                        settings,
                        cookies,
                        path,
                        PhaseOneMode.AGGRESSIVE,
                        PhaseOneOpening.read(chain, possible, settings.lifetime()),
                        counters);
        AggressiveModeResponder exchange = new AggressiveModeResponder(side, key.orElse(null));
        return new Opened(null, exchange, exchange.receiveSaKeyNonceId(frame, chain, randomness));
    }

    /** An address proves nothing unless it is the one that the message came from. */
    private Optional<SecretBytes> keyOf(Identification claimed, InetAddress source) {
        Optional<InetAddress> address = claimed.address();
        if (address.isPresent()) {
            return address.filter(source::equals).flatMap(preSharedKeys::sharedWith);
        }
        return preSharedKeys.sharedWith(IdentityText.of(claimed));
    }

    /** Without a key that is shared with the peer, only suites with certificates remain. */
    private List<PhaseOneProposal> possible(boolean sharesKey) {
        if (sharesKey) {
            return settings.proposals();
        }
        List<PhaseOneProposal> certified = new ArrayList<>();
        for (PhaseOneProposal proposal : settings.proposals()) {
            if (!proposal.method().usesPreSharedKey()) {
                certified.add(proposal);
            }
        }
        return certified;
    }

    private Opened unknown(String peer) {
        return ignored(
                Ignored.UNKNOWN_PEER, "no pre-shared key for " + peer + ": list one, if it may");
    }

    private Opened ignored(Ignored kind, String reason) {
        counters.count(kind);
        return new Opened(null, null, Outcome.ignored(reason));
    }

    /** What came of a first message. */
    static final class Opened {
        private final HalfOpen halfOpen;
        private final PhaseOneResponder exchange;
        private final Outcome.Builder outcome;

        Opened(HalfOpen halfOpen, PhaseOneResponder exchange, Outcome.Builder outcome) {
            this.halfOpen = halfOpen;
            this.exchange = exchange;
            this.outcome = outcome;
        }

        /** What to keep of Main Mode until the third message, if it began. */
        Optional<HalfOpen> halfOpen() {
            return Optional.ofNullable(halfOpen);
        }

        /** Aggressive Mode, if it began. */
        Optional<PhaseOneResponder> exchange() {
            return Optional.ofNullable(exchange);
        }

        Outcome.Builder outcome() {
            return outcome;
        }
    }
}
