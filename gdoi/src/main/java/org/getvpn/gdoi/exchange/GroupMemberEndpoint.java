// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Notification;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * The member's side of one attempt at one key server: Phase 1, then GROUPKEY-PULL, then the
 * deletion of the Phase 1 SA, which nothing needs any more.
 *
 * <p>The attempt ends with one fact, {@link Registered} or {@link RegistrationFailed}. It sends
 * each message again after 1, 2, 4 and 8 seconds without an answer, and gives up after that. Before
 * Phase 1 is complete nothing a peer sends ends the attempt: an unauthenticated notification is a
 * hint that shortens the wait and explains the failure.
 */
public final class GroupMemberEndpoint implements Exchange {
    private static final int FIRST_STATUS = 16_384;
    private static final int TRANSMISSIONS = 5;
    private static final int TRANSMISSIONS_AFTER_HINT = 2;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_COMPUTATION = Duration.ofSeconds(30);

    private enum State {
        NEW,
        PHASE_ONE,
        PULL,
        OVER
    }

    private final RegistrationSettings settings;
    private final SecureRandom randomness;
    private final ReturnPath path;
    private final PhaseOneInitiator phaseOne;
    private final EndpointCounters counters = new EndpointCounters();

    private State state = State.NEW;
    private PhaseOneSa sa;
    private PullInitiator pull;
    private Ticks policyAsked;
    private Ticks policyReceived;
    private byte[] lastOfPhaseOne;
    private byte[] lastMessage;
    private int transmissions;
    private boolean computing;
    private Ticks deadline;
    private NotifyType hint;
    private String lastTrouble = "";

    /** One instance is one attempt. */
    public GroupMemberEndpoint(RegistrationSettings settings, SecureRandom randomness) {
        this.settings = Objects.requireNonNull(settings);
        this.randomness = Objects.requireNonNull(randomness);
        this.path = new ReturnPath(settings.local(), settings.keyServer());
        this.phaseOne =
                settings.phaseOne().mode() == PhaseOneMode.MAIN
                        ? new MainModeInitiator(settings, path, randomness)
                        : new AggressiveModeInitiator(settings, path, randomness);
    }

    /** What was ignored. */
    public EndpointCounters counters() {
        return counters;
    }

    /** Whether the attempt has ended, one way or the other. */
    public boolean isOver() {
        return state == State.OVER;
    }

    /** Begins; called once. */
    public Outcome start(Ticks now) {
        if (state != State.NEW) {
            throw new IllegalStateException("an attempt starts once");
        }
        state = State.PHASE_ONE;
        return proceed(phaseOne.begin(), now);
    }

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        int offset = ReturnPath.frameOffset(in.octets());
        if (offset < 0) {
            return ignored(Ignored.MALFORMED, "no ISAKMP message");
        }
        if (state == State.OVER || state == State.NEW || !path.carries(in)) {
            return ignored(Ignored.UNEXPECTED, "not from the key server that is being asked");
        }
        Frame frame = Frame.read(in.octets(), offset);
        if (!phaseOne.owns(frame.cookies())) {
            return ignored(Ignored.UNKNOWN_COOKIES, "cookies of another exchange");
        }
        if (frame.exchange().equals(phaseOne.mode().exchange())) {
            return state == State.PHASE_ONE
                    ? receivePhaseOne(frame, now)
                    : ignored(Ignored.UNEXPECTED, "Phase 1 is complete");
        }
        if (frame.exchange().equals(ExchangeType.GROUPKEY_PULL)) {
            return state == State.PULL && frame.messageId() == pull.messageId()
                    ? receivePull(frame, now)
                    : ignored(Ignored.UNEXPECTED, "no such GROUPKEY-PULL");
        }
        return frame.exchange().equals(ExchangeType.INFORMATIONAL)
                ? receiveInformational(frame)
                : ignored(Ignored.UNKNOWN_EXCHANGE, "exchange type " + frame.exchange());
    }

    private Outcome receivePhaseOne(Frame frame, Ticks now) {
        try {
            return proceed(phaseOne.receive(frame), now);
        } catch (MalformedPayload e) {
            lastTrouble = e.getMessage();
            return ignored(Ignored.UNAUTHENTICATED, e.getMessage());
        }
    }

    /** Does what Phase 1 asks for: send, compute, or go on when it is complete. */
    private Outcome proceed(PhaseOneStep next, Ticks now) {
        if (phaseOne.established().isPresent()) {
            lastOfPhaseOne = next.message();
            return beginPull(Outcome.advanced(), now);
        }
        if (next.message() != null) {
            return transmit(Outcome.advanced(), next.message(), now).build();
        }
        return next.work() != null
                ? awaitComputation(Outcome.advanced().compute(next.work()), now).build()
                : kept(Outcome.ignored("a result that nobody awaits"));
    }

    private Outcome beginPull(Outcome.Builder outcome, Ticks now) {
        sa = phaseOne.established().orElseThrow();
        pull = new PullInitiator(sa, settings, randomness);
        state = State.PULL;
        hint = null;
        policyAsked = now;
        outcome.fact(new PhaseOneEstablished(sa.peer()));
        return transmit(outcome, pull.sendHashNonceId(), now).build();
    }

    private Outcome receivePull(Frame frame, Ticks now) {
        PayloadChain chain;
        try {
            chain = pull.open(frame);
        } catch (MalformedPayload e) {
            return ignored(Ignored.UNAUTHENTICATED, e.getMessage());
        }
        if (policyReceived == null) {
            policyReceived = now;
        }
        try {
            return proceed(pull.receive(chain), now);
        } catch (MalformedPayload e) {
            return refusePolicy(e.getMessage());
        }
    }

    /** Does what GROUPKEY-PULL asks for: send, compute, or end. */
    private Outcome proceed(PullStep next, Ticks now) {
        if (next.message() != null) {
            return transmit(Outcome.advanced(), next.message(), now).build();
        }
        if (next.work() != null) {
            return awaitComputation(Outcome.advanced().compute(next.work()), now).build();
        }
        if (next.download() == null) {
            return kept(Outcome.ignored("a result that nobody awaits"));
        }
        Outcome.Builder outcome =
                Outcome.advanced()
                        .fact(
                                new Registered(
                                        next.download(),
                                        settings.keyServer(),
                                        policyAsked,
                                        policyReceived))
                        .send(path.datagram(sendDelete()));
        end();
        return outcome.build();
    }

    private Outcome refusePolicy(String reason) {
        Outcome.Builder outcome =
                Outcome.refused(reason)
                        .send(path.datagram(sendNotify(NotifyType.NO_PROPOSAL_CHOSEN)))
                        .send(path.datagram(sendDelete()));
        return fail(outcome, "key server's policy is not usable: " + reason);
    }

    /** HDR*, HASH, D --&gt;: the Phase 1 SA (RFC 2408, section 3.15). */
    private byte[] sendDelete() {
        return sa.informational(randomness, sa.cookies().deletion(sa.doi()));
    }

    /** HDR*, HASH, N --&gt;. */
    private byte[] sendNotify(NotifyType type) {
        return sa.informational(randomness, sa.cookies().notification(sa.doi(), type));
    }

    private Outcome receiveInformational(Frame frame) {
        try {
            if (state == State.PHASE_ONE) {
                return receiveHint(frame);
            }
            PayloadChain chain =
                    sa.begin(ExchangeType.INFORMATIONAL, frame.messageId()).open(frame);
            InformationalMessage said = InformationalMessage.read(chain, sa.cookies());
            if (said.deletesSa()) {
                String reason = "key server deleted the Phase 1 SA";
                return fail(Outcome.refused(reason), reason);
            }
            if (said.error().isPresent()) {
                String reason = refusal(said.error().get());
                return fail(Outcome.refused(reason).send(path.datagram(sendDelete())), reason);
            }
            Outcome.Builder outcome = Outcome.advanced();
            sa.answerQuestion(said, randomness).ifPresent(outcome::send);
            return kept(outcome);
        } catch (MalformedPayload e) {
            return ignored(Ignored.UNAUTHENTICATED, e.getMessage());
        }
    }

    private String refusal(NotifyType told) {
        if (told.equals(NotifyType.INVALID_ID_INFORMATION)) {
            return "key server does not know group " + settings.group();
        }
        if (told.equals(NotifyType.AUTHENTICATION_FAILED)) {
            return "key server does not admit "
                    + settings.local().address().getHostAddress()
                    + " to group "
                    + settings.group()
                    + ": add it to the group's members";
        }
        return "key server refused group " + settings.group() + ": " + told;
    }

    /** Anybody can send this: it explains a failure and shortens the wait, but ends nothing. */
    private Outcome receiveHint(Frame frame) throws MalformedPayload {
        if (frame.isEncrypted()) {
            throw new MalformedPayload("protected notification before Phase 1 is complete");
        }
        PayloadChain chain =
                PayloadChain.read(frame.firstPayload(), frame.body(), PayloadChain.Padding.NONE);
        NotifyType told =
                Notification.read(chain.onlyBody(PayloadType.NOTIFY, 8, Frame.MAX_OCTETS)).type();
        if (told.number() < FIRST_STATUS) {
            hint = told;
        }
        counters.count(Ignored.UNAUTHENTICATED);
        return kept(Outcome.ignored("unauthenticated " + told + ", taken as a hint"));
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        if (state == State.PULL && completion instanceof PossessionWork.Result) {
            try {
                return proceed(pull.resume((PossessionWork.Result) completion), now);
            } catch (MalformedPayload e) {
                return refusePolicy(e.getMessage());
            }
        }
        if (state != State.PHASE_ONE || !(completion instanceof PhaseOneCompletion)) {
            if (completion instanceof PhaseOneCompletion) {
                ((PhaseOneCompletion) completion).discard();
            }
            return kept(Outcome.ignored("a result that nobody awaits"));
        }
        try {
            return proceed(phaseOne.resume((PhaseOneCompletion) completion), now);
        } catch (MalformedPayload e) {
            lastTrouble = e.getMessage();
            if (lastMessage == null) {
                // Our own means do not suffice for a first message.
                return fail(Outcome.refused(lastTrouble), lastTrouble);
            }
            // What came was not usable; the key server's own may still come.
            computing = false;
            deadline = now.plus(FIRST_WAIT.multipliedBy(1L << transmissions - 1));
            return ignored(Ignored.UNAUTHENTICATED, e.getMessage());
        }
    }

    @Override
    public Outcome tick(Ticks now) {
        if (deadline == null || now.isBefore(deadline)) {
            return kept(Outcome.advanced());
        }
        int most = hint == null ? TRANSMISSIONS : TRANSMISSIONS_AFTER_HINT;
        if (!computing && transmissions < most) {
            return again(now);
        }
        String reason = reasonOfSilence();
        return fail(Outcome.refused(reason), reason);
    }

    private String reasonOfSilence() {
        String server = "key server " + settings.keyServer() + ": ";
        String awaited = state == State.PULL ? pull.awaited() : phaseOne.awaited();
        if (state == State.PHASE_ONE && phaseOne.awaitsProofOfSharedKey()) {
            return server
                    + PhaseOneReasons.KEY_DIFFERS
                    + " there ("
                    + (hint == null ? awaited : hint + ", unauthenticated")
                    + ")";
        }
        if (hint != null) {
            return server + awaited + " but " + hint + " (unauthenticated)" + advice();
        }
        return server
                + awaited
                + (lastTrouble.isEmpty()
                        ? ": is it running, is UDP "
                                + settings.keyServer().port()
                                + " open, does it list a pre-shared key for "
                                + settings.local().address().getHostAddress()
                                + "?"
                        : " that fits; last: " + lastTrouble);
    }

    private String advice() {
        if (hint.equals(NotifyType.NO_PROPOSAL_CHOSEN)) {
            return ": it accepts none of " + settings.proposals();
        }
        if (hint.equals(NotifyType.INVALID_EXCHANGE_TYPE)) {
            return ": it does not speak " + phaseOne.mode() + " mode";
        }
        return hint.equals(NotifyType.AUTHENTICATION_FAILED)
                ? ": it does not believe who we are, and its log says why"
                : "";
    }

    private Outcome.Builder transmit(Outcome.Builder outcome, byte[] message, Ticks now) {
        lastMessage = message;
        computing = false;
        transmissions = 1;
        deadline = now.plus(FIRST_WAIT);
        sendPending(outcome);
        return outcome.deadline(deadline);
    }

    private Outcome again(Ticks now) {
        deadline = now.plus(FIRST_WAIT.multipliedBy(1L << transmissions));
        transmissions++;
        Outcome.Builder outcome = Outcome.advanced();
        sendPending(outcome);
        return kept(outcome);
    }

    /** Nothing answers the last message of Aggressive Mode: it goes with the first of the next. */
    private void sendPending(Outcome.Builder outcome) {
        if (lastOfPhaseOne != null && pull.awaitsPolicy()) {
            outcome.send(path.datagram(lastOfPhaseOne));
        }
        outcome.send(path.datagram(lastMessage));
    }

    private Outcome.Builder awaitComputation(Outcome.Builder outcome, Ticks now) {
        computing = true;
        deadline = now.plus(LONGEST_COMPUTATION);
        return outcome.deadline(deadline);
    }

    private Outcome fail(Outcome.Builder outcome, String reason) {
        end();
        return outcome.fact(new RegistrationFailed(reason, settings.keyServer())).build();
    }

    private void end() {
        state = State.OVER;
        deadline = null;
        lastMessage = null;
        lastOfPhaseOne = null;
        phaseOne.destroy();
    }

    private Outcome ignored(Ignored kind, String reason) {
        counters.count(kind);
        return kept(Outcome.ignored(reason));
    }

    private Outcome kept(Outcome.Builder outcome) {
        return outcome.deadline(deadline).build();
    }
}
