// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
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

/** GROUPKEY-PULL, group member (RFC 6407, section 3.2). */
final class PullInitiator {
    private static final int OUR_NONCE = 32;

    private enum State {
        AWAITING_NONCE_SA,
        AWAITING_KEYS,
        DONE
    }

    private final ProtectedExchange protection;
    private final GroupId group;
    private final int senderIds;
    private final byte[] initiatorNonce = new byte[OUR_NONCE];

    private State state = State.AWAITING_NONCE_SA;
    private byte[] policy;

    PullInitiator(PhaseOneSa sa, GroupId group, int senderIds, SecureRandom randomness) {
        this.protection =
                sa.begin(ExchangeType.GROUPKEY_PULL, PhaseOneSa.freshMessageId(randomness));
        this.group = group;
        this.senderIds = senderIds;
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
                group.kind() == GroupId.Kind.NUMBER
                        ? IdentificationType.KEY_ID
                        : IdentificationType.IPV4_ADDR;
        byte[] value = ByteBuffer.allocate(4).putInt(group.value()).array();
        byte[] message =
                protection.seal(
                        List.of(
                                Payload.of(PayloadType.NONCE, initiatorNonce),
                                new Identification(kind, 0, 0, value).write()));
        protection.addNonce(initiatorNonce);
        return message;
    }

    /**
     * Opens message 2 or 4.
     *
     * @throws MalformedPayload if it is not genuine; then nothing has changed
     */
    PayloadChain open(Frame in) throws MalformedPayload {
        if (state == State.DONE) {
            throw new MalformedPayload("GROUPKEY-PULL is over");
        }
        return protection.open(in);
    }

    boolean awaitsPolicy() {
        return state == State.AWAITING_NONCE_SA;
    }

    /**
     * &lt;-- HDR*, HASH(2), Nr, SA, and the answer HDR*, HASH(3) [, GAP] --&gt;.
     *
     * @throws MalformedPayload if the policy is not acceptable: the key server itself sent it, so
     *     the exchange is over
     */
    byte[] receiveNonceSa(PayloadChain chain) throws MalformedPayload {
        MessageRule.PULL_2.verify(chain);
        byte[] nonce = chain.onlyBody(PayloadType.NONCE, Nonce.MIN, Nonce.MAX_PULL);
        policy = chain.onlyBody(PayloadType.SA, 8, Frame.MAX_OCTETS);
        GroupSecurityAssociation.read(policy);
        protection.addNonce(nonce);
        state = State.AWAITING_KEYS;
        List<Payload> payloads = new ArrayList<>();
        if (senderIds > 0) {
            payloads.add(DownloadPayloads.senderIdRequest(senderIds));
        }
        return protection.seal(payloads);
    }

    /**
     * &lt;-- HDR*, HASH(4), [SEQ,] KD.
     *
     * @throws MalformedPayload as above
     */
    GroupDownload receiveSeqKd(PayloadChain chain) throws MalformedPayload {
        MessageRule.PULL_4.verify(chain);
        GroupDownload download = DownloadPayloads.read(group, policy, chain);
        state = State.DONE;
        return download;
    }
}
