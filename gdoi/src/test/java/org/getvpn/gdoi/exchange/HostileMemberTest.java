// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.getvpn.gdoi.wire.DataAttribute;
import org.getvpn.gdoi.wire.GroupAssociatedPolicy;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.NotifyType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A member that is authenticated and hostile: each refusal has its notification and its reason,
 * changes nothing of the group, and leaves room for an honest registration.
 */
class HostileMemberTest {
    private static final String SUITE = "aes256-sha256-ecp256";

    private final Lab lab = new Lab(SUITE);
    private HostileMember member;

    @BeforeEach
    void phaseOneIsComplete() throws MalformedPayload {
        member = new HostileMember(lab, SUITE);
    }

    private void refused(NotifyType notify, String words, List<Frame> answer)
            throws MalformedPayload {
        assertEquals(notify, member.notification(answer));
        assertTrue(member.reason().contains(words), member.reason());
        assertTrue(lab.group.admitted.isEmpty(), "nothing of the group changed");
        lab.memberFacts.clear();
        lab.join(Lab.settings(SUITE)).settle();
        assertEquals(1, lab.factsOfMember(Registered.class).size(), "an honest member joins");
        lab.group.admitted.clear();
    }

    private static Payload nonce(int octets) {
        return Payload.of(PayloadType.NONCE, new byte[octets]);
    }

    private static Payload group(int type, int octets) {
        byte[] body = new byte[4 + octets];
        body[0] = (byte) type;
        return Payload.of(PayloadType.ID, body);
    }

    private static Payload gap(DataAttribute... attributes) {
        return new GroupAssociatedPolicy(List.of(attributes)).write();
    }

    @Test
    void aNonceHasEightTo128Octets() throws MalformedPayload {
        refused(NotifyType.PAYLOAD_MALFORMED, "NONCE", member.sendFirst(nonce(7), group(11, 4)));
        refused(NotifyType.PAYLOAD_MALFORMED, "NONCE", member.sendFirst(nonce(129), group(11, 4)));
    }

    @Test
    void aGroupIsNamedByAnAddressOrAKeyIdOfBoundedLength() throws MalformedPayload {
        refused(
                NotifyType.INVALID_ID_INFORMATION,
                "neither an IPv4 address nor a key id of 1 to 64",
                member.sendFirst(nonce(16), group(11, 65)));
        refused(
                NotifyType.INVALID_ID_INFORMATION,
                "neither",
                member.sendFirst(nonce(16), group(2, 4)));
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "IPV4_ADDR",
                member.sendFirst(nonce(16), group(1, 5)));
        refused(
                NotifyType.INVALID_ID_INFORMATION,
                "unknown group keyid:0x0000000000",
                member.sendFirst(nonce(16), group(11, 5)));
    }

    @Test
    void payloadsOutOfPlaceAreRefused() throws MalformedPayload {
        refused(NotifyType.PAYLOAD_MALFORMED, "no ID", member.sendFirst(nonce(16)));
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "2 NONCE",
                member.sendFirst(nonce(16), nonce(16), group(11, 4)));
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "SA(1)",
                member.sendFirst(nonce(16), group(11, 4), Payload.of(PayloadType.SA, new byte[8])));
    }

    @Test
    void aKeyExchangeIsRefusedByName() throws MalformedPayload {
        member.begin();
        refused(
                NotifyType.ATTRIBUTES_NOT_SUPPORTED,
                "RFC 6407, appendix B",
                member.sendThird(Payload.of(PayloadType.KE, new byte[64])));
    }

    @Test
    void aProofThatNobodyAskedForIsRefused() throws MalformedPayload {
        member.begin();
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "POP",
                member.sendThird(Payload.of(PayloadType.POP, new byte[256])));
    }

    @Test
    void senderIdsAreAskedForOnceAndInBounds() throws MalformedPayload {
        member.begin();
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "65535 sender ids asked for: 64 at most",
                member.sendThird(
                        gap(DataAttribute.basic(GroupAssociatedPolicy.SENDER_ID_REQUEST, 65_535))));
        member.begin();
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "twice",
                member.sendThird(
                        gap(
                                DataAttribute.basic(GroupAssociatedPolicy.SENDER_ID_REQUEST, 1),
                                DataAttribute.basic(GroupAssociatedPolicy.SENDER_ID_REQUEST, 2))));
        member.begin();
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "exceeds 63 bits",
                member.sendThird(
                        gap(
                                DataAttribute.variable(
                                        GroupAssociatedPolicy.SENDER_ID_REQUEST,
                                        new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}))));
        List<DataAttribute> many =
                new ArrayList<>(Collections.nCopies(129, DataAttribute.basic(1, 1)));
        member.begin();
        refused(
                NotifyType.PAYLOAD_MALFORMED,
                "more than 128 attributes",
                member.sendThird(gap(many.toArray(new DataAttribute[0]))));
    }
}
