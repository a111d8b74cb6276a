// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IdentificationType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * GROUPKEY-PULL, key server (RFC 6407, section 3.2; with proof of possession RFC 3547, section
 * 3.2). Before a valid HASH(3) the peer may be a replay of itself, so nothing of the group changes;
 * then the authority admits it, and only what the authority made durable is told.
 */
final class PullResponder {
    private static final int OUR_NONCE = 32;

    private enum State {
        AWAITING_HASH_NONCE_ID,
        OFFERING,
        AWAITING_HASH,
        ADMITTING,
        DONE
    }

    private final PhaseOneSa sa;
    private final ProtectedExchange protection;
    private final RegistrationAuthority authority;
    private final SecureRandom randomness;
    private final EndpointCounters counters;
    private final AnswerCache cache = new AnswerCache();

    private State state = State.AWAITING_HASH_NONCE_ID;
    private GroupId group;
    private RegistrationProfile profile = RegistrationProfile.RFC6407;
    private GroupDownload offered;
    private byte[] initiatorNonce;
    private byte[] responderNonce;

    PullResponder(
            PhaseOneSa sa,
            int messageId,
            RegistrationAuthority authority,
            SecureRandom randomness,
            EndpointCounters counters) {
        this.sa = sa;
        this.protection = sa.begin(ExchangeType.GROUPKEY_PULL, messageId);
        this.authority = authority;
        this.randomness = randomness;
        this.counters = counters;
    }

    /** Whether a genuine first message has come. */
    boolean hasBegun() {
        return state != State.AWAITING_HASH_NONCE_ID;
    }

    /** Whether only the answer's copy is kept. */
    boolean isDone() {
        return state == State.DONE;
    }

    /** Takes any message of the exchange. */
    Outcome.Builder receive(Frame in) {
        if (cache.repeats(in)) {
            if (cache.answer() == null) {
                counters.count(Ignored.IN_WORK);
                return Outcome.ignored("copy of a message that is being worked on");
            }
            counters.countRetransmission();
            return Outcome.ignored("copy of a message, answered again")
                    .send(sa.path().datagram(cache.answer()));
        }
        switch (state) {
            case AWAITING_HASH_NONCE_ID:
                return receiveHashNonceId(in);
            case AWAITING_HASH:
                return receiveHash(in);
            default:
                counters.count(Ignored.UNEXPECTED);
                return Outcome.ignored("GROUPKEY-PULL does not await this message in " + state);
        }
    }

    /** HDR*, HASH(1), Ni, ID --&gt;. */
    private Outcome.Builder receiveHashNonceId(Frame in) {
        PayloadChain chain;
        try {
            chain = protection.open(in);
        } catch (MalformedPayload e) {
            counters.count(Ignored.UNAUTHENTICATED);
            return Outcome.ignored(e.getMessage());
        }
        cache.accept(in);
        try {
            MessageRule.PULL_1.verify(chain);
            initiatorNonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PULL);
            protection.addNonce(initiatorNonce);
            group = groupOf(chain.onlyBody(PayloadType.ID, 5, Frame.MAX_OCTETS));
        } catch (MalformedPayload e) {
            return refuse(NotifyType.PAYLOAD_MALFORMED, e.getMessage());
        }
        if (group == null) {
            return refuse(
                    NotifyType.INVALID_ID_INFORMATION,
                    "group identity is neither an IPv4 address nor a key id of 1 to "
                            + GroupId.MOST_OCTETS
                            + " octets");
        }
        state = State.OFFERING;
        GroupId wanted = group;
        return Outcome.advanced()
                .compute(new Work(sa, protection.messageId(), () -> offer(wanted)));
    }

    private static GroupId groupOf(byte[] body) throws MalformedPayload {
        Identification id = Identification.read(body);
        byte[] data = id.data();
        if (id.type().equals(IdentificationType.IPV4_ADDR)) {
            return GroupId.address(data);
        }
        return id.type().equals(IdentificationType.KEY_ID) && data.length <= GroupId.MOST_OCTETS
                ? GroupId.keyId(data)
                : null;
    }

    /** Authorisation comes first: nothing of the group is told to who may not know it. */
    private Result offer(GroupId wanted) throws RegistrationRefused {
        GroupDownload download = authority.offer(wanted, sa.peer());
        RegistrationProfile how = authority.profile(wanted, sa.peer());
        Set<PeerCapability> capabilities = sa.peer().capabilities();
        if (!download.rules().isEmpty() && !capabilities.contains(PeerCapability.RULE_LIST)) {
            throw unavailable(
                    wanted,
                    "has exceptions that the member at "
                            + sa.peer()
                            + " cannot read: set switchOnlyExceptions to leave them to the"
                            + " switches");
        }
        if (download.timeBasedReplay().isPresent()
                && !understands(download.timeBasedReplay().get().clock(), capabilities)) {
            throw unavailable(
                    wanted,
                    "has time-based anti-replay, which the member at "
                            + sa.peer()
                            + " did not announce: its packets would be dropped by all others");
        }
        if (how.proofOfPossession().isPresent() && download.kek().isEmpty()) {
            throw unavailable(
                    wanted, "demands proof of possession, which needs rekeys: give it a KEK");
        }
        return Result.offer(sa.cookies(), protection.messageId(), download, how);
    }

    private static boolean understands(
            TimeBasedReplay.Clock clock, Set<PeerCapability> capabilities) {
        return capabilities.contains(PeerCapability.TIME_BASED_REPLAY)
                || clock == TimeBasedReplay.Clock.POSIX_TIME
                        && capabilities.contains(PeerCapability.DELAY_DETECTION);
    }

    private static RegistrationRefused unavailable(GroupId group, String reason) {
        return new RegistrationRefused(
                RegistrationRefused.Cause.UNAVAILABLE, "group " + group + " " + reason);
    }

    /** The authority has decided. */
    Outcome.Builder resume(Result result) {
        if (result.refusal != null) {
            return refuse(
                    NotifyType.of(result.refusal.reason().notifyType()),
                    result.refusal.getMessage());
        }
        if (state == State.OFFERING) {
            offered = result.download;
            profile = result.profile;
            state = State.AWAITING_HASH;
            cache.answer(sendHashNonceSa());
            return Outcome.advanced().send(sa.path().datagram(cache.answer()));
        }
        state = State.DONE;
        cache.answer(sendHashSeqKd(result));
        offered = null;
        return Outcome.advanced()
                .send(sa.path().datagram(cache.answer()))
                .fact(new MemberRegistered(group, sa.peer()));
    }

    /** &lt;-- HDR*, HASH(2), Nr, SA. */
    private byte[] sendHashNonceSa() {
        responderNonce = new byte[OUR_NONCE];
        randomness.nextBytes(responderNonce);
        byte[] message =
                protection.seal(
                        List.of(
                                Payload.of(PayloadType.NONCE, responderNonce),
                                DownloadPayloads.sa(offered, sa.path(), profile)));
        protection.addNonce(responderNonce);
        return message;
    }

    /** HDR*, HASH(3) [, CERT, POP_I] [, GAP] --&gt;. */
    private Outcome.Builder receiveHash(Frame in) {
        PayloadChain chain;
        try {
            chain = protection.open(in);
        } catch (MalformedPayload e) {
            counters.count(Ignored.UNAUTHENTICATED);
            return Outcome.ignored(e.getMessage());
        }
        cache.accept(in);
        if (chain.find(PayloadType.KE).isPresent()) {
            return refuse(NotifyType.ATTRIBUTES_NOT_SUPPORTED, DownloadPayloads.NO_KEY_EXCHANGE);
        }
        ProofOfPossession proof = profile.proofOfPossession().orElse(null);
        ProofOfPossession.Claim claim;
        int senderIds;
        try {
            (proof == null ? MessageRule.PULL_3 : MessageRule.PULL_3_RFC3547).verify(chain);
            claim = proof == null ? null : ProofOfPossession.read(chain);
            senderIds = DownloadPayloads.senderIdRequest(chain);
        } catch (MalformedPayload e) {
            return refuse(NotifyType.PAYLOAD_MALFORMED, e.getMessage());
        }
        state = State.ADMITTING;
        GroupDownload promised = offered;
        return Outcome.advanced()
                .compute(
                        new Work(
                                sa,
                                protection.messageId(),
                                () -> admit(promised, senderIds, proof, claim)));
    }

    /** Who does not prove what the profile demands is no member; then we prove ourselves. */
    private Result admit(
            GroupDownload promised,
            int senderIds,
            ProofOfPossession proof,
            ProofOfPossession.Claim claim)
            throws RegistrationRefused {
        List<Payload> ours = List.of();
        if (proof != null) {
            int hash = promised.kek().map(Kek::signatureHash).orElse(0);
            try {
                proof.verify(claim, sa.peer(), hash, initiatorNonce, responderNonce);
            } catch (UntrustedCertificate e) {
                throw new RegistrationRefused(
                        RegistrationRefused.Cause.NOT_AUTHORISED, e.getMessage());
            }
            ours = proof.prove(hash, initiatorNonce, responderNonce);
        }
        RegistrationAuthority.Admission admission = authority.admit(promised, sa.peer(), senderIds);
        return Result.admission(
                sa.cookies(),
                protection.messageId(),
                promised.with(admission.senderIds(), admission.sequence()),
                ours);
    }

    /** &lt;-- HDR*, HASH(4), [SEQ,] KD [, CERT, POP_R]. */
    private byte[] sendHashSeqKd(Result admitted) {
        List<Payload> payloads = new ArrayList<>(DownloadPayloads.keys(admitted.download));
        payloads.addAll(admitted.proof);
        return protection.seal(payloads);
    }

    /** &lt;-- HDR*, HASH, N: the exchange is over; a copy of the request gets the same answer. */
    private Outcome.Builder refuse(NotifyType notify, String reason) {
        state = State.DONE;
        offered = null;
        cache.answer(sa.informational(randomness, sa.cookies().notification(sa.doi(), notify)));
        return Outcome.refused(reason)
                .send(sa.path().datagram(cache.answer()))
                .fact(new RegistrationDenied(sa.path().remote(), group, reason));
    }

    /** What the authority said, with the exchange it belongs to. */
    static final class Result implements Computation.Completion {
        private final CookiePair cookies;
        private final int messageId;
        private final GroupDownload download;
        private final RegistrationProfile profile;
        private final List<Payload> proof;
        private final RegistrationRefused refusal;

        private Result(
                CookiePair cookies,
                int messageId,
                GroupDownload download,
                RegistrationProfile profile,
                List<Payload> proof,
                RegistrationRefused refusal) {
            this.cookies = cookies;
            this.messageId = messageId;
            this.download = download;
            this.profile = profile;
            this.proof = proof;
            this.refusal = refusal;
        }

        static Result offer(
                CookiePair cookies,
                int messageId,
                GroupDownload download,
                RegistrationProfile profile) {
            return new Result(cookies, messageId, download, profile, List.of(), null);
        }

        static Result admission(
                CookiePair cookies, int messageId, GroupDownload download, List<Payload> proof) {
            return new Result(cookies, messageId, download, null, proof, null);
        }

        static Result refused(CookiePair cookies, int messageId, RegistrationRefused refusal) {
            return new Result(cookies, messageId, null, null, List.of(), refusal);
        }

        CookiePair cookies() {
            return cookies;
        }

        int messageId() {
            return messageId;
        }
    }

    private interface Question {
        Result ask() throws RegistrationRefused;
    }

    private static final class Work implements Computation {
        private final PhaseOneSa sa;
        private final int messageId;
        private final Question question;

        Work(PhaseOneSa sa, int messageId, Question question) {
            this.sa = sa;
            this.messageId = messageId;
            this.question = question;
        }

        @Override
        public Endpoint source() {
            return sa.path().remote();
        }

        @Override
        public Completion run() {
            try {
                return question.ask();
            } catch (RegistrationRefused e) {
                return Result.refused(sa.cookies(), messageId, e);
            }
        }
    }
}
