// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.getvpn.gdoi.exchange.Outcome.Verdict;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gdoi.wire.Quirk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupKeyPushTest {
    private static final Ticks NOW = Ticks.ofNanos(0);
    private static final Kek KEK = BlueGroup.kek(1);

    private final RekeyReceiver member = new RekeyReceiver(BlueGroup.ID);

    @BeforeEach
    void theMemberRegisteredAtSequence41() {
        member.install(KEK, 41);
    }

    private static Datagram push(Kek kek, RekeyMessage message) {
        byte[] sealed =
                GroupKeyPush.seal(kek, message, BlueGroup.SIGNING.getPrivate(), Lab.KEY_SERVER);
        return new Datagram(Lab.MEMBER, Lab.KEY_SERVER, sealed);
    }

    private static RekeyMessage newTek(long sequence, int spi) {
        GroupDownload download = BlueGroup.download(null, spi, List.of());
        return new RekeyMessage(sequence, List.of(), false, false, download);
    }

    private RekeyMessage accepted(Datagram in) {
        Outcome outcome = member.receive(in, NOW);
        assertEquals(Verdict.ADVANCED, outcome.verdict(), outcome.reason());
        return ((RekeyReceived) outcome.facts().get(0)).message();
    }

    private String ignored(Datagram in) {
        Outcome outcome = member.receive(in, NOW);
        assertEquals(Verdict.IGNORED, outcome.verdict());
        assertTrue(outcome.facts().isEmpty());
        return outcome.reason();
    }

    @Test
    void aNewTekArrives() {
        /* HDR*, SEQ, SA, KD, SIG --> */
        RekeyMessage got = accepted(push(KEK, newTek(42, 5000)));

        GroupDownload download = got.download().get();
        assertEquals(42, got.sequence());
        assertEquals(Spi.of(5000), download.teks().get(0).spi());
        assertEquals(BlueGroup.tek(5000).cipherKey(), download.teks().get(0).cipherKey());
        assertEquals(List.of(), download.senderIds());
        assertTrue(download.kek().isEmpty(), "no SAK where the KEK stays");
    }

    @Test
    void deletesArriveAlone() {
        /* HDR*, SEQ, D, D, SIG --> */
        RekeyMessage got =
                accepted(
                        push(
                                KEK,
                                new RekeyMessage(
                                        42,
                                        List.of(Spi.of(4096), Spi.of(4097)),
                                        true,
                                        true,
                                        null)));
        assertEquals(List.of(Spi.of(4096), Spi.of(4097)), got.deletedTeks());
        assertTrue(got.deletesAllTeks());
        assertTrue(got.deletesKek());
        assertTrue(got.download().isEmpty());

        assertTrue(ignored(push(KEK, newTek(43, 5000))).contains("cookies of no KEK"));
    }

    @Test
    void aReplayNeverInstalls() {
        Datagram first = push(KEK, newTek(42, 5000));
        Datagram second = push(KEK, newTek(43, 5001));
        accepted(first);
        accepted(second);

        assertEquals("rekey sequence number 42: 43 was already seen", ignored(first));
        assertEquals("rekey sequence number 43: 43 was already seen", ignored(second));
    }

    @Test
    void whatIsNotAboveTheSequenceOfTheRegistrationIsOld() {
        assertEquals(
                "rekey sequence number 41: 41 was already seen",
                ignored(push(KEK, newTek(41, 5000))));
    }

    @Test
    void registeringAgainOpensNoWayForAReplay() {
        Datagram old = push(KEK, newTek(50, 5000));
        accepted(old);
        member.install(KEK, 41);
        assertTrue(ignored(old).contains("already seen"));
    }

    @Test
    void aNewKekBeginsAnewAndTheOldOneStillCounts() {
        Kek next = BlueGroup.kek(2);
        GroupDownload download = BlueGroup.download(next, 5000, List.of());
        RekeyMessage got =
                accepted(push(KEK, new RekeyMessage(42, List.of(), false, false, download)));
        assertEquals(next, got.download().get().kek().get());
        assertEquals(next.ivAndKey(), got.download().get().kek().get().ivAndKey());

        accepted(push(next, newTek(1, 5001)));
        assertTrue(ignored(push(next, newTek(1, 5001))).contains("already seen"));
        accepted(push(KEK, newTek(43, 5002)));
    }

    @Test
    void aMessageSignedByAMemberIsIgnored() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair own = generator.generateKeyPair();
        // A member has the KEK, so it can encrypt and decrypt: only the signature stops it.
        Kek forged = BlueGroup.signedBy(KEK, own.getPublic());
        byte[] sealed =
                GroupKeyPush.seal(forged, newTek(42, 5000), own.getPrivate(), Lab.KEY_SERVER);
        assertEquals(
                "rekey signature is not the key server's",
                ignored(new Datagram(Lab.MEMBER, Lab.KEY_SERVER, sealed)));
        accepted(push(KEK, newTek(42, 5000)));
    }

    @Test
    void aKeyThatIsNotTheKeksIsRefusedBeforeAnythingIsSent() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair own = generator.generateKeyPair();
        assertThrows(
                IllegalArgumentException.class,
                () -> GroupKeyPush.seal(KEK, newTek(42, 5000), own.getPrivate(), Lab.KEY_SERVER));
    }

    @Test
    void theSignatureCoversTheLengthWithoutPadding() {
        byte[] sealed = push(KEK, newTek(42, 5000)).octets();
        assertEquals(0, (sealed.length - 28) % 16);
        assertEquals(33, sealed[18]);
        assertEquals(1, sealed[19], "flags: encryption alone (RFC 6407, section 4.2)");
        assertEquals(0, sealed[20] | sealed[21] | sealed[22] | sealed[23], "message id");
    }

    @Test
    void noBitOfTheCiphertextMayFlip() {
        Random random = new Random(3);
        Datagram good = push(KEK, newTek(42, 5000));
        for (int i = 0; i < 300; i++) {
            byte[] forged = good.octets().clone();
            forged[28 + random.nextInt(forged.length - 28)] ^= (byte) (1 << random.nextInt(8));
            ignored(new Datagram(Lab.MEMBER, Lab.KEY_SERVER, forged));
        }
        for (int length = 0; length < good.octets().length; length++) {
            ignored(new Datagram(Lab.MEMBER, Lab.KEY_SERVER, Arrays.copyOf(good.octets(), length)));
        }
        accepted(good);
    }

    @Test
    void ecdsaSignsAsWell() throws Exception {
        for (int[] suite : new int[][] {{256, 4}, {384, 5}, {521, 6}}) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(suite[0]);
            KeyPair pair = generator.generateKeyPair();
            Kek kek =
                    new Kek(
                            BlueGroup.kek(9).spi(),
                            KEK.algorithm(),
                            KEK.ivAndKey(),
                            3600,
                            0,
                            suite[1],
                            pair.getPublic().getEncoded(),
                            0);
            RekeyReceiver receiver = new RekeyReceiver(BlueGroup.ID);
            receiver.install(kek, 0);
            byte[] sealed =
                    GroupKeyPush.seal(kek, newTek(1, 5000), pair.getPrivate(), Lab.KEY_SERVER);
            Outcome outcome =
                    receiver.receive(new Datagram(Lab.MEMBER, Lab.KEY_SERVER, sealed), NOW);
            assertEquals(Verdict.ADVANCED, outcome.verdict(), outcome.reason());
        }
    }

    @Test
    void aReceiverThatWasClearedTakesNothing() {
        member.clear();
        Datagram in = push(KEK, newTek(42, 5000));
        assertFalse(member.recognises(in));
        ignored(in);
    }

    @Test
    void theBareHashSignatureIsTakenWhereItIsTolerated() {
        Set<Quirk> quirk = Set.of(Quirk.BARE_HASH_SIGNATURE);
        Datagram bare =
                new Datagram(
                        Lab.MEMBER,
                        Lab.KEY_SERVER,
                        GroupKeyPush.seal(
                                KEK,
                                newTek(42, 5000),
                                BlueGroup.SIGNING.getPrivate(),
                                Lab.KEY_SERVER,
                                quirk));
        assertTrue(ignored(bare).contains("signature is not the key server's"));

        RekeyReceiver tolerant = new RekeyReceiver(BlueGroup.ID, quirk);
        tolerant.install(KEK, 41);
        assertEquals(1, tolerant.receive(bare, NOW).facts().size());
        assertEquals(1, tolerant.receive(push(KEK, newTek(43, 5001)), NOW).facts().size());
    }

    /* HDR*, SEQ, SA(SAK: new SPI), KD(KEK: old SPI, new key), SIG <-- */
    @Test
    void aNewKekUnderTheSpiOfTheOldOneIsTakenWhereItIsTolerated() {
        Set<Quirk> quirk = Set.of(Quirk.FOREIGN_KEK_SPI);
        Datagram foreign =
                new Datagram(
                        Lab.MEMBER,
                        Lab.KEY_SERVER,
                        GroupKeyPush.seal(
                                KEK,
                                new RekeyMessage(
                                        42,
                                        List.of(),
                                        false,
                                        false,
                                        BlueGroup.download(BlueGroup.kek(9), 5000, List.of())),
                                BlueGroup.SIGNING.getPrivate(),
                                Lab.KEY_SERVER,
                                quirk));
        assertTrue(ignored(foreign).contains("no key in KD for the SPI of SA KEK"));

        RekeyReceiver tolerant = new RekeyReceiver(BlueGroup.ID, quirk);
        tolerant.install(KEK, 41);
        RekeyReceived taken = (RekeyReceived) tolerant.receive(foreign, NOW).facts().get(0);
        Kek fresh = taken.message().download().orElseThrow().kek().orElseThrow();
        assertArrayEquals(BlueGroup.kek(9).spi(), fresh.spi());
        assertEquals(BlueGroup.kek(9).ivAndKey(), fresh.ivAndKey());
    }

    @Test
    void identificationLengthsOfTwoOctetsAreReadWhereTheyAreTolerated() {
        Set<Quirk> quirk = Set.of(Quirk.TWO_OCTET_ID_LENGTH);
        Datagram wide =
                new Datagram(
                        Lab.MEMBER,
                        Lab.KEY_SERVER,
                        GroupKeyPush.seal(
                                KEK,
                                newTek(42, 5000),
                                BlueGroup.SIGNING.getPrivate(),
                                Lab.KEY_SERVER,
                                quirk));
        ignored(wide);

        RekeyReceiver tolerant = new RekeyReceiver(BlueGroup.ID, quirk);
        tolerant.install(KEK, 41);
        assertEquals(1, tolerant.receive(wide, NOW).facts().size());
    }

    @Test
    void thePseudotimeOfTheKeyServerArrives() {
        TimeBasedReplay replay = TimeBasedReplay.ofPseudotime(10_000, 7_200_500_000L, new byte[8]);
        GroupDownload timed = BlueGroup.download(null, 5000, List.of()).with(replay);
        RekeyMessage got =
                accepted(push(KEK, new RekeyMessage(42, List.of(), false, false, timed)));
        assertEquals(replay, got.download().get().timeBasedReplay().get());
    }

    @Test
    void aSigningKeyThatCannotBeUsedNeverReplacesTheKek() {
        Kek good = BlueGroup.kek(2);
        byte[] onAnotherCurve = Authority.keys("EC", 384).getPublic().getEncoded();
        for (int algorithm : new int[] {Kek.SIGNATURE_ECDSA_256, Kek.SIGNATURE_RSA, 77}) {
            Kek bad =
                    new Kek(
                            good.spi(),
                            good.algorithm(),
                            good.ivAndKey(),
                            60,
                            Kek.SIGNATURE_HASH_SHA256,
                            algorithm,
                            onAnotherCurve,
                            0);
            GroupDownload download = BlueGroup.download(bad, 5000, List.of());
            ignored(push(KEK, new RekeyMessage(42, List.of(), false, false, download)));
        }
        accepted(push(KEK, newTek(42, 5000)));
    }
}
