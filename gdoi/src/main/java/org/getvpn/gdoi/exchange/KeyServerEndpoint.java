// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.exchange.EstablishedTable.Established;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.PayloadChain;

/**
 * The key server's UDP endpoint: Phase 1 and GROUPKEY-PULL of any number of members, and their
 * acknowledgements of rekeys that {@link #acknowledgements()} expects.
 *
 * <p>What a stranger costs: a datagram that is no ISAKMP message, or whose cookies are of no
 * exchange here, leaves nothing behind. A first message from an address with a pre-shared key
 * leaves one small entry, of which there are at most {@value #MOST_WAITING}, {@value
 * #MOST_WAITING_PER_PREFIX} per source prefix, for 10 seconds. Diffie-Hellman work needs a third
 * message with the cookie that was sent to the claimed address.
 *
 * <p>{@link Outcome#deadline()} of any call is the endpoint's as a whole.
 */
public final class KeyServerEndpoint implements Exchange {
    static final int MOST_WAITING = 16_384;
    static final int MOST_WAITING_PER_PREFIX = 512;
    static final int MOST_DERIVING = 2048;
    static final int MOST_DERIVING_PER_PREFIX = 256;

    private static final Duration HALF_OPEN = Duration.ofSeconds(10);

    private final RegistrationAuthority authority;
    private final SecureRandom randomness;
    private final EndpointCounters counters = new EndpointCounters();
    private final PhaseOneReception reception;
    private final HalfOpenTable<HalfOpen> waiting;
    private final HalfOpenTable<PhaseOneResponder> deriving;
    private final EstablishedTable established;
    private final ExpectedAcknowledgements acknowledgements = new ExpectedAcknowledgements();
    private final List<Datagram> questions = new ArrayList<>();
    private final List<Fact> ended = new ArrayList<>();

    /**
     * Main Mode with pre-shared keys.
     *
     * @param proposals accepted suites in order of preference, at least one
     */
    public KeyServerEndpoint(
            List<PhaseOneProposal> proposals,
            PreSharedKeys preSharedKeys,
            RegistrationAuthority authority,
            SecureRandom randomness) {
        this(PhaseOneSettings.of(proposals), preSharedKeys, authority, randomness);
    }

    /**
     * Main Mode with certificates too.
     *
     * @param proposals accepted suites in order of preference, at least one
     * @param credentials for the suites with signatures; null if there is none
     * @throws IllegalArgumentException if a suite has no key to sign with
     */
    public KeyServerEndpoint(
            List<PhaseOneProposal> proposals,
            PreSharedKeys preSharedKeys,
            PhaseOneCredentials credentials,
            RegistrationAuthority authority,
            SecureRandom randomness) {
        this(PhaseOneSettings.of(proposals, credentials), preSharedKeys, authority, randomness);
    }

    /** With all that Phase 1 can be told. */
    public KeyServerEndpoint(
            PhaseOneSettings phaseOne,
            PreSharedKeys preSharedKeys,
            RegistrationAuthority authority,
            SecureRandom randomness) {
        this.authority = Objects.requireNonNull(authority);
        this.randomness = Objects.requireNonNull(randomness);
        this.reception = new PhaseOneReception(phaseOne, preSharedKeys, randomness, counters);
        this.established = new EstablishedTable(reception::idle, randomness);
        this.waiting =
                new HalfOpenTable<>(
                        MOST_WAITING,
                        MOST_WAITING_PER_PREFIX,
                        HALF_OPEN,
                        randomness,
                        dropped -> {});
        this.deriving =
                new HalfOpenTable<>(
                        MOST_DERIVING,
                        MOST_DERIVING_PER_PREFIX,
                        HALF_OPEN,
                        randomness,
                        PhaseOneResponder::destroy);
    }

    /** Does Phase 1 another way, in exchanges that begin from now on. From any thread. */
    public void replacePhaseOne(PhaseOneSettings next) {
        reception.replaceSettings(next);
    }

    /** What was dropped and what is held. */
    public EndpointCounters counters() {
        return counters;
    }

    /** Which rekeys may be acknowledged here; empty at first. */
    public ExpectedAcknowledgements acknowledgements() {
        return acknowledgements;
    }

    /**
     * Whether it is a message that begins an exchange, or pretends to: it has no cookie of ours.
     */
    public static boolean isFirst(Datagram in) {
        int offset = ReturnPath.frameOffset(in.octets());
        return offset >= 0 && Frame.read(in.octets(), offset).cookies().responder() == 0;
    }

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        int offset = ReturnPath.frameOffset(in.octets());
        if (offset < 0) {
            return done(ignored(Ignored.MALFORMED, "no ISAKMP message"));
        }
        expire(now);
        Frame frame = Frame.read(in.octets(), offset);
        if (frame.exchange().equals(ExchangeType.GROUPKEY_PUSH_ACK)) {
            return done(receiveAcknowledgement(frame, in));
        }
        if (frame.cookies().responder() == 0) {
            return done(receiveFirst(frame, in, now));
        }
        Established sa = established.get(frame.cookies(), now);
        if (sa != null) {
            return done(receiveProtected(sa, frame, in, now));
        }
        HalfOpen young = waiting.get(frame.cookies());
        if (young != null) {
            return done(receiveThird(young, frame, in, now));
        }
        PhaseOneResponder exchange = deriving.get(frame.cookies());
        if (exchange == null) {
            return done(ignored(Ignored.UNKNOWN_COOKIES, "cookies of no exchange here"));
        }
        return done(receivePhaseOne(exchange, frame, in, now));
    }

    /** HDR, HASH, SEQ, ID --&gt;. */
    private Outcome.Builder receiveAcknowledgement(Frame frame, Datagram in) {
        if (!acknowledgements.expects(frame.cookies())) {
            return ignored(Ignored.UNKNOWN_COOKIES, "acknowledgement under no KEK of ours");
        }
        try {
            return Outcome.advanced().fact(acknowledgements.take(frame, in.remote()));
        } catch (MalformedPayload e) {
            return ignored(RefusedMessage.kind(e), e.getMessage());
        }
    }

    private Outcome.Builder receiveFirst(Frame frame, Datagram in, Ticks now) {
        Optional<PhaseOneMode> mode = reception.modeOf(frame);
        if (mode.isEmpty()) {
            return ignored(
                    Ignored.UNKNOWN_EXCHANGE,
                    "first message of " + frame.exchange() + ", which is not spoken here");
        }
        Optional<Outcome.Builder> refused = reception.refuse(mode.get(), frame, in);
        if (refused.isPresent()) {
            return refused.get();
        }
        CookiePair cookies = reception.cookies(frame, in);
        HalfOpen young = waiting.get(cookies);
        if (young != null) {
            return reception.repeat(young, frame);
        }
        PhaseOneResponder known = deriving.get(cookies);
        if (known != null && known.mode() == PhaseOneMode.AGGRESSIVE) {
            return known.receive(frame, randomness);
        }
        if (known != null || established.get(cookies, now) != null) {
            return ignored(Ignored.UNEXPECTED, "first message of an exchange that went on");
        }
        PhaseOneReception.Opened opened = reception.open(mode.get(), cookies, frame, in);
        InetAddress source = in.remote().address();
        opened.halfOpen().ifPresent(begun -> waiting.put(cookies, source, begun, now));
        opened.exchange().ifPresent(begun -> deriving.put(cookies, source, begun, now));
        return opened.outcome();
    }

    /** The first message that repeats our cookie: only now is there work to do. */
    private Outcome.Builder receiveThird(HalfOpen young, Frame frame, Datagram in, Ticks now) {
        if (!young.path().carries(in)) {
            return ignored(Ignored.UNEXPECTED, "cookies of another peer's exchange");
        }
        if (!frame.exchange().equals(ExchangeType.MAIN)) {
            return ignored(Ignored.UNEXPECTED, frame.exchange() + " before Phase 1 is complete");
        }
        PhaseOneResponder exchange = reception.goOn(young);
        Outcome.Builder outcome = exchange.receive(frame, randomness);
        if (exchange.isDeriving()) {
            waiting.remove(young.cookies());
            deriving.put(young.cookies(), in.remote().address(), exchange, now);
        }
        return outcome;
    }

    private Outcome.Builder receivePhaseOne(
            PhaseOneResponder exchange, Frame frame, Datagram in, Ticks now) {
        if (!exchange.path().carries(in)) {
            return ignored(Ignored.UNEXPECTED, "cookies of another peer's exchange");
        }
        if (frame.exchange().equals(ExchangeType.GROUPKEY_PULL) && exchange.keep(in)) {
            return Outcome.ignored("request kept until Phase 1 is complete");
        }
        if (!frame.exchange().equals(exchange.mode().exchange())) {
            return ignored(Ignored.UNEXPECTED, frame.exchange() + " before Phase 1 is complete");
        }
        return settle(exchange, exchange.receive(frame, randomness), now);
    }

    private Outcome.Builder settle(PhaseOneResponder exchange, Outcome.Builder outcome, Ticks now) {
        Optional<PhaseOneSa> sa = exchange.established();
        if (sa.isEmpty()) {
            return outcome;
        }
        deriving.remove(exchange.cookies());
        established.put(exchange, sa.get(), now);
        Fact fact = new PhaseOneEstablished(sa.get().peer());
        Optional<Datagram> kept = exchange.kept();
        if (kept.isEmpty()) {
            return outcome.fact(fact);
        }
        // Only an exchange whose last message needs no answer keeps one, so nothing is lost here.
        byte[] octets = kept.get().octets();
        Frame frame = Frame.read(octets, ReturnPath.frameOffset(octets));
        Established held = established.get(exchange.cookies(), now);
        return receiveProtected(held, frame, kept.get(), now).fact(fact);
    }

    private Outcome.Builder receiveProtected(
            Established held, Frame frame, Datagram in, Ticks now) {
        if (!held.sa().path().carries(in)) {
            return ignored(Ignored.UNEXPECTED, "cookies of another peer's exchange");
        }
        if (frame.exchange().equals(held.phaseOne().mode().exchange())) {
            return held.phaseOne().receive(frame, randomness);
        }
        if (frame.exchange().equals(ExchangeType.INFORMATIONAL)) {
            return receiveInformational(held, frame, now);
        }
        if (!frame.exchange().equals(ExchangeType.GROUPKEY_PULL) || frame.messageId() == 0) {
            return ignored(Ignored.UNKNOWN_EXCHANGE, "exchange type " + frame.exchange());
        }
        PullResponder known = held.pull(frame.messageId());
        if (known != null) {
            established.touch(held, now);
            return known.receive(frame);
        }
        if (!held.hasRoom()) {
            return ignored(Ignored.LIMIT, "too many registrations at once under one Phase 1 SA");
        }
        PullResponder fresh =
                new PullResponder(held.sa(), frame.messageId(), authority, randomness, counters);
        Outcome.Builder outcome = fresh.receive(frame);
        if (fresh.hasBegun()) {
            held.add(frame.messageId(), fresh);
            established.touch(held, now);
        }
        return outcome;
    }

    /** HDR*, HASH, N/D --&gt;. */
    private Outcome.Builder receiveInformational(Established held, Frame frame, Ticks now) {
        PhaseOneSa sa = held.sa();
        try {
            PayloadChain chain =
                    sa.begin(ExchangeType.INFORMATIONAL, frame.messageId()).open(frame);
            InformationalMessage said = InformationalMessage.read(chain, sa.cookies());
            if (said.deletesSa()) {
                established.remove(sa.cookies());
                return Outcome.advanced();
            }
            if (said.announcesInitialContact()) {
                established.removeOthers(sa);
            }
            if (said.acknowledgement().isPresent() && !sa.isAnsweredBy(said)) {
                return ignored(Ignored.UNEXPECTED, "an answer to no question of ours");
            }
            Outcome.Builder outcome = Outcome.advanced();
            sa.answerQuestion(said, randomness).ifPresent(outcome::send);
            established.touch(held, now);
            said.error()
                    .ifPresent(
                            told ->
                                    outcome.fact(
                                            new RegistrationDenied(
                                                    sa.path().remote(),
                                                    null,
                                                    "the member does not take the policy: "
                                                            + told)));
            return outcome;
        } catch (MalformedPayload e) {
            return ignored(Ignored.UNAUTHENTICATED, e.getMessage());
        }
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        expire(now);
        if (completion instanceof PhaseOneCompletion) {
            PhaseOneCompletion result = (PhaseOneCompletion) completion;
            PhaseOneResponder exchange = deriving.get(result.cookies());
            if (exchange != null) {
                return done(settle(exchange, exchange.resume(result), now));
            }
            result.discard();
        } else if (completion instanceof PullResponder.Result) {
            PullResponder.Result result = (PullResponder.Result) completion;
            Established held = established.get(result.cookies(), now);
            PullResponder pull = held == null ? null : held.pull(result.messageId());
            if (pull != null) {
                return done(pull.resume(result));
            }
        }
        return done(Outcome.ignored("the exchange ended before its computation"));
    }

    @Override
    public Outcome tick(Ticks now) {
        expire(now);
        return done(Outcome.advanced());
    }

    private void expire(Ticks now) {
        waiting.expire(now);
        deriving.expire(now);
        established.expire(now, questions::add, peer -> ended.add(new PeerUnresponsive(peer)));
    }

    private Outcome.Builder ignored(Ignored kind, String reason) {
        counters.count(kind);
        return Outcome.ignored(reason);
    }

    private Outcome done(Outcome.Builder outcome) {
        counters.hold(waiting.size() + deriving.size(), established.size());
        questions.forEach(outcome::send);
        questions.clear();
        ended.forEach(outcome::fact);
        ended.clear();
        return outcome.deadline(
                        Ticks.earlier(
                                Ticks.earlier(waiting.nextEnd(), deriving.nextEnd()),
                                established.nextEnd()))
                .build();
    }
}
