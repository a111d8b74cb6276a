// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.PayloadType.DELETE;
import static org.getvpn.gdoi.wire.PayloadType.GAP;
import static org.getvpn.gdoi.wire.PayloadType.HASH;
import static org.getvpn.gdoi.wire.PayloadType.ID;
import static org.getvpn.gdoi.wire.PayloadType.KD;
import static org.getvpn.gdoi.wire.PayloadType.KE;
import static org.getvpn.gdoi.wire.PayloadType.NONCE;
import static org.getvpn.gdoi.wire.PayloadType.NOTIFY;
import static org.getvpn.gdoi.wire.PayloadType.SA;
import static org.getvpn.gdoi.wire.PayloadType.SEQ;
import static org.getvpn.gdoi.wire.PayloadType.SIG;
import static org.getvpn.gdoi.wire.PayloadType.VENDOR_ID;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The grammar of messages, told by messages. */
class MessageRuleTest {
    @Test
    void aPullAsks() {
        accepted(MessageRule.PULL_1, HASH, NONCE, ID);
        accepted(MessageRule.PULL_1, HASH, NONCE, ID, VENDOR_ID);
        refused(MessageRule.PULL_1, "no ID", HASH, NONCE);
        refused(MessageRule.PULL_1, "NONCE", NONCE, HASH, ID);
        refused(MessageRule.PULL_1, "2 NONCE", HASH, NONCE, NONCE, ID);
        refused(MessageRule.PULL_1, "SA", HASH, NONCE, ID, SA);
    }

    @Test
    void aPullAnswers() {
        accepted(MessageRule.PULL_2, HASH, NONCE, SA);
        accepted(MessageRule.PULL_2, HASH, NONCE, SA, ID);
        accepted(MessageRule.PULL_3, HASH);
        accepted(MessageRule.PULL_3, HASH, GAP);
        accepted(MessageRule.PULL_4, HASH, SEQ, KD);
        accepted(MessageRule.PULL_4, HASH, KD);
        refused(MessageRule.PULL_4, "no KD", HASH, SEQ);
    }

    @Test
    void keyExchangeInAPullBelongsToRfc3547() {
        refused(MessageRule.PULL_3, "KE", HASH, KE);
        accepted(MessageRule.PULL_3_RFC3547, HASH, KE);
    }

    @Test
    void aPushEndsWithItsSignature() {
        accepted(MessageRule.PUSH, SEQ, SA, KD, SIG);
        accepted(MessageRule.PUSH, SEQ, DELETE, DELETE, SIG);
        refused(MessageRule.PUSH, "comes last", SEQ, SIG, SA, KD);
        refused(MessageRule.PUSH, "no SIG", SEQ, SA, KD);
        refused(MessageRule.PUSH, "no SEQ", SA, KD, SIG);
    }

    @Test
    void privatePayloadsAreIgnored() {
        accepted(MessageRule.PULL_1, HASH, NONCE, ID, PayloadType.of(200));
        accepted(MessageRule.MAIN_MODE_1_2, SA, VENDOR_ID, PayloadType.of(130));
    }

    @Test
    void anEmptyMessageIsRefusedEverywhereButAsANotificationInClear() {
        for (MessageRule rule : MessageRule.values()) {
            if (rule != MessageRule.INFORMATIONAL_IN_CLEAR) {
                refused(rule, "no ");
            }
        }
    }

    @Test
    void encryptionAndExchangeAreChecked() {
        PayloadChain chain = chain(HASH, NONCE, ID);
        assertDoesNotThrow(
                () ->
                        MessageRule.PULL_1.verify(
                                header(ExchangeType.GROUPKEY_PULL, IsakmpHeader.FLAG_ENCRYPTED),
                                chain));
        assertThrows(
                MalformedPayload.class,
                () -> MessageRule.PULL_1.verify(header(ExchangeType.GROUPKEY_PULL, 0), chain));
        assertThrows(
                MalformedPayload.class,
                () ->
                        MessageRule.PULL_1.verify(
                                header(ExchangeType.GROUPKEY_PUSH, IsakmpHeader.FLAG_ENCRYPTED),
                                chain));
    }

    @Test
    void phaseOneToleratesNotificationsBesideTheProof() {
        accepted(MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY, ID, HASH, NOTIFY);
        accepted(MessageRule.MAIN_MODE_5_6_SIGNATURE, ID, PayloadType.CERT, SIG, PayloadType.CR);
        refused(MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY, "SIG", ID, HASH, SIG);
        assertEquals(1, MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY.occurrence(HASH).fewest());
    }

    private static IsakmpHeader header(ExchangeType exchange, int flags) {
        return new IsakmpHeader(new byte[8], new byte[8], HASH, exchange, flags, 1, 28);
    }

    private static PayloadChain chain(PayloadType... types) {
        List<Payload> payloads = new ArrayList<>();
        for (PayloadType type : types) {
            payloads.add(Payload.of(type, new byte[4]));
        }
        return PayloadChain.of(payloads);
    }

    private static void accepted(MessageRule rule, PayloadType... types) {
        assertDoesNotThrow(() -> rule.verify(chain(types)));
    }

    private static void refused(MessageRule rule, String word, PayloadType... types) {
        MalformedPayload refusal =
                assertThrows(MalformedPayload.class, () -> rule.verify(chain(types)));
        assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }
}
