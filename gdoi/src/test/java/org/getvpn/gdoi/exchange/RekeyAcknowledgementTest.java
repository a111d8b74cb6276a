// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GROUPKEY-PUSH and its acknowledgement, from the key server to the member and back. */
class RekeyAcknowledgementTest {
    private static final SecretBytes LEAF = SecretBytes.wrap(new byte[32]);

    private final Lab lab = new Lab("aes256-sha256-ecp256");

    private static Kek kek(int acknowledgement) {
        Kek plain = BlueGroup.kek(9);
        return new Kek(
                plain.spi(),
                plain.algorithm(),
                plain.ivAndKey(),
                plain.remainingSeconds(),
                plain.signatureHash(),
                plain.signatureAlgorithm(),
                plain.signatureKey(),
                acknowledgement);
    }

    private Outcome receive(byte[] datagram) {
        return lab.keyServer.receive(
                new Datagram(Lab.KEY_SERVER, Lab.MEMBER, datagram), Ticks.ofNanos(0));
    }

    private static byte[] acknowledgementOfMember(Kek kek, long sequence) {
        RekeyReceiver member = new RekeyReceiver(BlueGroup.ID);
        member.install(kek, sequence - 1);
        byte[] push =
                GroupKeyPush.seal(
                        kek,
                        new RekeyMessage(
                                sequence,
                                List.of(),
                                false,
                                false,
                                BlueGroup.download(null, 5000, List.of())),
                        BlueGroup.SIGNING.getPrivate(),
                        Lab.KEY_SERVER);
        /* HDR*, SEQ, SA, KD, SIG -->
        <-- HDR, HASH, SEQ, ID */
        Datagram in = new Datagram(Lab.MEMBER, Lab.KEY_SERVER, push);
        return member.receive(in, Ticks.ofNanos(0)).send().get(0).octets();
    }

    @ParameterizedTest
    @ValueSource(ints = {GroupKeyPushAck.KEK_SHA256, GroupKeyPushAck.KEK_SHA512})
    void aMembersAcknowledgementIsAFactOfTheKeyServer(int kind) {
        Kek kek = kek(kind);
        lab.keyServer.acknowledgements().expect(BlueGroup.ID, kek);

        RekeyAcknowledged fact =
                (RekeyAcknowledged) receive(acknowledgementOfMember(kek, 12)).facts().get(0);
        assertEquals(BlueGroup.ID, fact.group());
        assertArrayEquals(kek.spi(), fact.kekSpi());
        assertEquals(12, fact.sequence());
        assertEquals("10.1.0.2", fact.member());
        assertEquals(Lab.MEMBER, fact.from());
    }

    @ParameterizedTest
    @ValueSource(ints = {GroupKeyPushAck.LKH_SHA256, GroupKeyPushAck.LKH_SHA512})
    void withALeafKeyOnlyItsOwnerCanAcknowledge(int kind) {
        Kek kek = kek(kind);
        lab.keyServer
                .acknowledgements()
                .expect(
                        BlueGroup.ID,
                        kek,
                        member -> member.equals("10.1.0.2") ? Optional.of(LEAF) : Optional.empty());
        byte[] genuine = GroupKeyPushAck.under(kek, LEAF).get().seal(3, Lab.MEMBER);
        assertEquals(1, receive(genuine).facts().size());

        byte[] otherLeaf = new byte[32];
        Arrays.fill(otherLeaf, (byte) 1);
        byte[] forged =
                GroupKeyPushAck.under(kek, SecretBytes.wrap(otherLeaf)).get().seal(3, Lab.MEMBER);
        assertEquals(List.of(), receive(forged).facts());
        byte[] stranger =
                GroupKeyPushAck.under(kek, LEAF).get().seal(3, Lab.endpoint("10.9.0.9", 848));
        assertTrue(receive(stranger).reason().contains("10.9.0.9, which has no leaf key"));
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.UNKNOWN_MEMBER));
    }

    @Test
    void anAcknowledgementThatNobodyExpectsIsCountedAndForgotten() {
        Kek kek = kek(GroupKeyPushAck.KEK_SHA256);
        byte[] acknowledgement = acknowledgementOfMember(kek, 2);
        assertEquals(List.of(), receive(acknowledgement).facts());
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.UNKNOWN_COOKIES));

        lab.keyServer.acknowledgements().expect(BlueGroup.ID, kek);
        assertEquals(1, receive(acknowledgement).facts().size());
        lab.keyServer.acknowledgements().forget(kek);
        assertEquals(List.of(), receive(acknowledgement).facts());
    }

    @Test
    void whatIsNoAcknowledgementOfAMemberCountsUnderItsName() {
        Kek kek = kek(GroupKeyPushAck.KEK_SHA256);
        lab.keyServer.acknowledgements().expect(BlueGroup.ID, kek);
        byte[] good = acknowledgementOfMember(kek, 2);
        byte[] forged = good.clone();
        forged[forged.length - 1] ^= 1;
        receive(forged);
        receive(Arrays.copyOf(good, good.length - 1));
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.UNAUTHENTICATED));
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.MALFORMED));
    }

    @Test
    void noFlippedBitAndNoPrefixBecomesAnotherFact() {
        Kek kek = kek(GroupKeyPushAck.KEK_SHA256);
        lab.keyServer.acknowledgements().expect(BlueGroup.ID, kek);
        byte[] good = acknowledgementOfMember(kek, 2);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] forged = good.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(List.of(), receive(forged).facts(), "bit " + bit);
        }
        for (int length = 0; length < good.length; length++) {
            assertEquals(List.of(), receive(Arrays.copyOf(good, length)).facts());
        }
        assertEquals(List.of(), receive(Arrays.copyOf(good, 2000)).facts());
    }

    @Test
    void aKekThatAsksForNoneIsNotExpected() {
        ExpectedAcknowledgements expected = lab.keyServer.acknowledgements();
        assertThrows(IllegalArgumentException.class, () -> expected.expect(BlueGroup.ID, kek(0)));
        assertThrows(IllegalArgumentException.class, () -> expected.expect(BlueGroup.ID, kek(77)));
        assertThrows(
                IllegalArgumentException.class,
                () -> expected.expect(BlueGroup.ID, kek(GroupKeyPushAck.LKH_SHA256)));
    }
}
