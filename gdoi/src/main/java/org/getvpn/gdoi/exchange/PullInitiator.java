// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.wire.DataAttribute;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.GroupSecurityAssociation;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IdentificationType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.MessageRule;
import org.getvpn.gdoi.wire.Nonce;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.gdoi.wire.SaKek;

/**
 * GROUPKEY-PULL, group member (RFC 6407, section 3.2; with proof of possession RFC 3547, section
 * 3.2).
 */
final class PullInitiator {
    private static final int OUR_NONCE = 32;

    private enum State {
        AWAITING_NONCE_SA,
        PROVING,
        AWAITING_KEYS,
        CHECKING,
        DONE
    }

    private final PhaseOneSa sa;
    private final ProtectedExchange protection;
    private final GroupId group;
    private final int senderIds;
    private final ProofOfPossession proof;
    private final Set<Quirk> quirks;
    private final byte[] initiatorNonce = new byte[OUR_NONCE];

    private State state = State.AWAITING_NONCE_SA;
    private byte[] responderNonce;
    private byte[] policy;
    private SaKek saKek;
    private GroupDownload unproven;

    PullInitiator(PhaseOneSa sa, RegistrationSettings settings, SecureRandom randomness) {
        this.sa = sa;
        this.protection =
                sa.begin(ExchangeType.GROUPKEY_PULL, PhaseOneSa.freshMessageId(randomness));
        this.group = settings.group();
        this.senderIds = settings.senderIds();
        this.proof = settings.profile().proofOfPossession().orElse(null);
        this.quirks = settings.profile().quirks();
        randomness.nextBytes(initiatorNonce);
    }

    int messageId() {
        return protection.messageId();
    }

    /** What is awaited, for the reason of a time-out. */
    String awaited() {
        return state == State.AWAITING_NONCE_SA
                ? "no answer to our request for group " + group
                : "no keys for group " + group;
    }

    /** HDR*, HASH(1), Ni, ID --&gt;. */
    byte[] sendHashNonceId() {
        IdentificationType kind =
                group.kind() == GroupId.Kind.ADDRESS
                        ? IdentificationType.IPV4_ADDR
                        : IdentificationType.KEY_ID;
        byte[] message =
                protection.seal(
                        List.of(
                                Payload.of(PayloadType.NONCE, initiatorNonce),
                                new Identification(kind, 0, 0, group.octets()).write()));
        protection.addNonce(initiatorNonce);
        return message;
    }

    /**
     * Opens message 2 or 4.
     *
     * @throws MalformedPayload if it is not genuine or not awaited; then nothing has changed
     */
    PayloadChain open(Frame in) throws MalformedPayload {
        if (state != State.AWAITING_NONCE_SA && state != State.AWAITING_KEYS) {
            throw new MalformedPayload("GROUPKEY-PULL awaits no message in " + state);
        }
        return protection.open(in);
    }

    boolean awaitsPolicy() {
        return state == State.AWAITING_NONCE_SA;
    }

    /**
     * Takes what {@link #open} gave.
     *
     * @throws MalformedPayload if it is not acceptable: the key server itself sent it, so the
     *     exchange is over
     */
    PullStep receive(PayloadChain chain) throws MalformedPayload {
        return state == State.AWAITING_NONCE_SA ? receiveNonceSa(chain) : receiveSeqKd(chain);
    }

    /** &lt;-- HDR*, HASH(2), Nr, SA. */
    private PullStep receiveNonceSa(PayloadChain chain) throws MalformedPayload {
        MessageRule.PULL_2.verify(chain);
        responderNonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PULL);
        policy = chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS);
        saKek = GroupSecurityAssociation.read(policy, quirks).saKek().orElse(null);
        int demanded = saKek == null ? 0 : saKek.reserved();
        protection.addNonce(responderNonce);
        if (proof != null) {
            proof.checkDemand(demanded);
            state = State.PROVING;
            int hash = hashOf(saKek);
            return work(() -> proof.prove(hash, initiatorNonce, responderNonce));
        }
        if (demanded != 0) {
            throw new MalformedPayload(
                    "key server demands proof of possession (RFC 3547): choose that profile for"
                            + " group "
                            + group);
        }
        state = State.AWAITING_KEYS;
        return PullStep.send(sendHash(List.of()));
    }

    /** SIG_HASH_ALGORITHM of the policy, 0 if it names none. */
    private static int hashOf(SaKek saKek) throws MalformedPayload {
        for (DataAttribute attribute : saKek.attributes()) {
            if (attribute.type() == SaKek.SIG_HASH_ALGORITHM) {
                return (int) Math.min(attribute.number(), 0xffff);
            }
        }
        return 0;
    }

    /** HDR*, HASH(3) [, CERT, POP_I] [, GAP] --&gt;. */
    private byte[] sendHash(List<Payload> ourProof) {
        List<Payload> payloads = new ArrayList<>(ourProof);
        if (senderIds > 0) {
            payloads.add(DownloadPayloads.senderIdRequest(senderIds));
        }
        return protection.seal(payloads);
    }

    /** &lt;-- HDR*, HASH(4), [SEQ,] KD [, CERT, POP_R]. */
    private PullStep receiveSeqKd(PayloadChain chain) throws MalformedPayload {
        (proof == null ? MessageRule.PULL_4 : MessageRule.PULL_4_RFC3547).verify(chain);
        if (chain.find(PayloadType.KE).isPresent()) {
            throw new MalformedPayload(DownloadPayloads.NO_KEY_EXCHANGE);
        }
        ProofOfPossession.Claim claim = proof == null ? null : ProofOfPossession.read(chain);
        GroupDownload download = DownloadPayloads.read(group, policy, chain, quirks);
        if (claim == null) {
            state = State.DONE;
            return PullStep.end(download);
        }
        unproven = download;
        state = State.CHECKING;
        int hash = download.kek().map(Kek::signatureHash).orElse(0);
        return work(
                () -> {
                    proof.verify(claim, sa.peer(), hash, initiatorNonce, responderNonce);
                    return List.of();
                });
    }

    private PullStep work(PossessionWork.Step step) {
        return PullStep.compute(new PossessionWork(sa.path().remote(), messageId(), step));
    }

    /**
     * Our proof is made, or the key server's is checked.
     *
     * @throws MalformedPayload if either failed: the exchange is over
     */
    PullStep resume(PossessionWork.Result result) throws MalformedPayload {
        if (result.messageId() != messageId()
                || state != State.PROVING && state != State.CHECKING) {
            return PullStep.nothing();
        }
        if (!result.failure().isEmpty()) {
            destroy();
            throw new MalformedPayload(result.failure());
        }
        if (state == State.PROVING) {
            state = State.AWAITING_KEYS;
            return PullStep.send(sendHash(result.payloads()));
        }
        GroupDownload download = unproven;
        unproven = null;
        state = State.DONE;
        return PullStep.end(download);
    }

    /** The attempt is over: keys that nobody got are zeroed. */
    void destroy() {
        state = State.DONE;
        if (unproven != null) {
            unproven.destroyKeys();
            unproven = null;
        }
    }
}
