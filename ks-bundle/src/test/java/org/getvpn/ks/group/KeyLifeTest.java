// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberAuthorisation;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.RekeyProtection;
import org.getvpn.ks.api.SaStatus;
import org.junit.jupiter.api.Test;

/** One key from birth to death, as the key server tells it to switches and members. */
class KeyLifeTest {
    private static final GroupPolicy HOURLY = World.policy(3600, 86400, 5, 15, 24);

    @Test
    void theFirstKeyIsSentWithAsSoonAsTheSwitchesConfirmIt() throws Exception {
        World world = new World(1, HOURLY);
        assertEquals(List.of(KeyStage.ANNOUNCED), new ArrayList<>(world.stages("TEK").values()));
        assertThrows(RegistrationRefused.class, () -> world.register("10.1.0.2"));
        world.pass(Duration.ofSeconds(1));
        assertEquals(List.of(KeyStage.SENDABLE), new ArrayList<>(world.stages("TEK").values()));
        world.register("10.1.0.2");
        assertTrue(world.member("10.1.0.2").sending().isPresent());
    }

    @Test
    void switchesThatDoNotAnswerDelayAKeyByTheirDeadlineOnly() {
        World world = new World(1, HOURLY);
        world.switchesConfirm(false);
        world.pass(Duration.ofSeconds(9));
        assertEquals(List.of(KeyStage.ANNOUNCED), new ArrayList<>(world.stages("TEK").values()));
        world.pass(Duration.ofSeconds(1));
        assertEquals(List.of(KeyStage.SENDABLE), new ArrayList<>(world.stages("TEK").values()));
    }

    /**
     *
     *
     * <pre>
     * rekey()  t=0          t=1              t=6                    t=16
     * new      ANNOUNCED -> RECEIVABLE   ->  SENDABLE
     * old      SENDABLE                  ->  RETIRING           ->  GONE
     * pushes                 #1 #2 #3                                #4 Delete(old)
     * </pre>
     */
    @Test
    void aRolloverReceivesFirstSendsThenAndDeletesLast() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.register("10.2.0.2");
        String old = world.stages("TEK").keySet().iterator().next();
        String fresh = world.rekey().toString();
        assertEquals(fresh, world.rekey().toString(), "one rollover at a time");
        assertEquals(
                Map.of(old, KeyStage.SENDABLE, fresh, KeyStage.ANNOUNCED), world.stages("TEK"));
        assertEquals(0, world.pushes().size());
        world.pass(Duration.ofSeconds(1));
        assertEquals(
                Map.of(old, KeyStage.SENDABLE, fresh, KeyStage.RECEIVABLE), world.stages("TEK"));
        world.pass(Duration.ofSeconds(4));
        assertEquals(3, world.pushes().size());
        assertEquals(KeyStage.SENDABLE, world.stages("TEK").get(old));
        world.pass(Duration.ofSeconds(1));
        assertEquals(Map.of(old, KeyStage.RETIRING, fresh, KeyStage.SENDABLE), world.stages("TEK"));
        world.pass(Duration.ofSeconds(9));
        assertEquals(2, world.stages("TEK").size());
        assertTrue(world.withdrawn().isEmpty());
        world.pass(Duration.ofSeconds(1));
        assertEquals(Map.of(fresh, KeyStage.SENDABLE), world.stages("TEK"));
        assertEquals(1, world.withdrawn().size());
        RekeyMessage last = world.pushes().get(world.pushes().size() - 1);
        assertEquals(old, last.deletedTeks().get(0).toString());
        assertTrue(last.download().isEmpty());
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                world.pushes().stream().map(RekeyMessage::sequence).collect(Collectors.toList()));
    }

    /**
     *
     *
     * <pre>
     * replaceNow()  t=0          t=1              t=6              t=8
     * new           ANNOUNCED -> RECEIVABLE   ->  SENDABLE
     * old           SENDABLE                  ->  RETIRING     ->  GONE
     * pushes                     #1 #2 #3                          #4 Delete(old)
     * </pre>
     */
    @Test
    void whatIsReplacedNowGoesAsSoonAsNobodyCanSendWithItAnyMore() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.register("10.2.0.2");
        String old = world.stages("TEK").keySet().iterator().next();
        String fresh = world.replaceNow().toString();
        world.pass(Duration.ofSeconds(1));
        GroupDownload told = world.pushes().get(0).download().orElseThrow();
        assertEquals(5, told.activationDelaySeconds());
        assertEquals(7, told.deactivationDelaySeconds(), "15 by the policy");
        world.pass(Duration.ofSeconds(6));
        assertEquals(Map.of(old, KeyStage.RETIRING, fresh, KeyStage.SENDABLE), world.stages("TEK"));
        world.pass(Duration.ofSeconds(1));
        assertEquals(Map.of(fresh, KeyStage.SENDABLE), world.stages("TEK"));
        RekeyMessage last = world.pushes().get(world.pushes().size() - 1);
        assertEquals(List.of(Spi.of(Integer.decode(old))), last.deletedTeks());
        assertEquals(1, world.withdrawn().size());
    }

    @Test
    void aRolloverUnderWayIsHurriedAndItsDeleteTellsSo() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        Spi fresh = world.rekey();
        world.pass(Duration.ofSeconds(3));
        assertEquals(fresh, world.replaceNow());
        assertEquals(fresh, world.replaceNow(), "twice is once");
        world.restart(Duration.ZERO, Duration.ZERO);
        world.pass(Duration.ofSeconds(5));
        assertEquals(Map.of(fresh.toString(), KeyStage.SENDABLE), world.stages("TEK"));
        assertEquals(1, world.pushes().get(world.pushes().size() - 1).deletedTeks().size());
        assertEquals(fresh, world.member("10.1.0.2").sending().orElseThrow());
    }

    @Test
    void replacingNowAlsoEndsTheKeyBeforeTheLast() throws Exception {
        World world = new World(1, World.policy(3600, 86400, 5, 60, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.rekey();
        world.pass(Duration.ofSeconds(10)); // the first retires until 50 s later
        String fresh = world.replaceNow().toString();
        world.pass(Duration.ofSeconds(8));
        assertEquals(Map.of(fresh, KeyStage.SENDABLE), world.stages("TEK"));
    }

    @Test
    void theNextRolloverLeavesTheOldKeyItsTimeAgain() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.replaceNow();
        world.pass(Duration.ofSeconds(20));
        world.rekey();
        world.pass(Duration.ofSeconds(15));
        assertEquals(2, world.stages("TEK").size());
        world.pass(Duration.ofSeconds(1));
        assertEquals(1, world.stages("TEK").size());
    }

    @Test
    void eachRoundTellsTheDelaysThatAreLeft() throws Exception {
        World world = new World(1, World.policy(3600, 86400, 9, 20, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.rekey();
        world.pass(Duration.ofSeconds(10));
        List<GroupDownload> rounds =
                world.pushes().stream()
                        .map(push -> push.download().orElseThrow())
                        .collect(Collectors.toList());
        assertEquals(
                List.of(9, 6, 3),
                rounds.stream()
                        .map(GroupDownload::activationDelaySeconds)
                        .collect(Collectors.toList()));
        assertEquals(
                List.of(20, 17, 14),
                rounds.stream()
                        .map(GroupDownload::deactivationDelaySeconds)
                        .collect(Collectors.toList()));
    }

    @Test
    void whoRegistersInTheMiddleOfARekeyGetsBothKeysAndTheDelaysLeft() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(101));
        world.register("10.1.0.2");
        Spi fresh = world.rekey();
        world.pass(Duration.ofSeconds(3)); // RECEIVABLE since 2 s
        GroupDownload offer = world.groups().offer(World.BLUE, World.peer("10.2.0.2"));
        assertEquals(2, offer.teks().size());
        assertEquals(fresh, offer.teks().get(1).spi());
        assertEquals(3, offer.activationDelaySeconds());
        assertEquals(13, offer.deactivationDelaySeconds());
        assertEquals(3600 - 104, offer.teks().get(0).remainingSeconds());
        assertEquals(3600 - 3, offer.teks().get(1).remainingSeconds());
        world.register("10.2.0.2");
        world.pass(Duration.ofSeconds(60));
    }

    @Test
    void anOfferDoesNotOutliveTheKeysItNamed() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        GroupDownload offer = world.groups().offer(World.BLUE, World.peer("10.2.0.2"));
        world.rekey();
        world.pass(Duration.ofSeconds(2));
        RegistrationRefused refused =
                assertThrows(
                        RegistrationRefused.class,
                        () -> world.groups().admit(offer, World.peer("10.2.0.2"), 1));
        assertEquals(RegistrationRefused.Cause.UNAVAILABLE, refused.reason());
        assertEquals(1, world.groups().members("blue").size());
    }

    @Test
    void overDaysEveryKeyIsReplacedBeforeItEndsAndNobodyIsEverUnread() throws Exception {
        World world = new World(1, World.policy(3600, 7200, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.register("10.2.0.2");
        for (int hour = 0; hour < 48; hour++) {
            world.pass(Duration.ofHours(1));
            assertTrue(world.member("10.1.0.2").sending().isPresent());
            for (SaStatus sa : world.groups().sas("blue")) {
                assertTrue(sa.remainingSeconds() > 30, sa.kind());
            }
        }
        assertTrue(world.groups().statuses().get(0).rekeys() > 48 + 24);
    }

    @Test
    void aNewKekBeginsAtSequenceOneAndTheOldOneStopsBeingUsed() throws Exception {
        World world = new World(1, World.policy(600, 1200, 5, 15, 24));
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        String first = world.stages("KEK").keySet().iterator().next();
        world.pass(Duration.ofSeconds(1205));
        assertFalse(world.stages("KEK").containsKey(first));
        long restarts = world.pushes().stream().filter(push -> push.sequence() == 1).count();
        assertEquals(2, restarts);
        assertTrue(world.member("10.1.0.2").isRegistered());
    }

    @Test
    void nobodyIsAdmittedUnlessListed() {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        RegistrationRefused refused =
                assertThrows(
                        RegistrationRefused.class,
                        () -> world.groups().offer(World.BLUE, World.peer("192.0.2.1")));
        assertEquals(RegistrationRefused.Cause.NOT_AUTHORISED, refused.reason());
        assertTrue(refused.getMessage().contains("192.0.2.1"));
        RegistrationRefused unknown =
                assertThrows(
                        RegistrationRefused.class,
                        () -> world.groups().offer(GroupId.number(9), World.peer("10.1.0.2")));
        assertEquals(RegistrationRefused.Cause.UNKNOWN_GROUP, unknown.reason());
    }

    @Test
    void aMemberIsRememberedByAddressWithFreshSenderIdsEachTime() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        Object first = world.member("10.1.0.2").senderIds();
        world.pass(Duration.ofSeconds(30));
        world.register("10.1.0.2");
        assertNotEquals(first, world.member("10.1.0.2").senderIds());
        world.restart(Duration.ofSeconds(3), Duration.ZERO);
        MemberStatus member = world.groups().members("blue").get(0);
        assertEquals(2, member.registrations());
        assertEquals(3, member.registeredSeconds());
        assertEquals("10.1.0.2", member.address());
    }

    @Test
    void usedUpSenderIdsMakeEverybodyRegisterAgainUnderNewKeys() throws Exception {
        World world = new World(1, World.policy(3600, 86400, 5, 15, 8));
        world.pass(Duration.ofSeconds(1));
        String before = world.stages("TEK").keySet().iterator().next();
        for (int i = 0; i < 256; i++) {
            world.register("10.1.0." + i % 200);
        }
        RegistrationRefused refused =
                assertThrows(RegistrationRefused.class, () -> world.register("10.1.0.250"));
        assertEquals(RegistrationRefused.Cause.UNAVAILABLE, refused.reason());
        world.pass(Duration.ofSeconds(4));
        RekeyMessage last = world.pushes().get(world.pushes().size() - 1);
        assertTrue(last.deletesAllTeks() && last.deletesKek());
        assertFalse(world.stages("TEK").containsKey(before));
        assertTrue(world.member("10.1.0.7").sending().isEmpty());
        world.register("10.1.0.250");
        world.register("10.1.0.7");
        world.pass(Duration.ofSeconds(60));
    }

    @Test
    void aMemberThatIsTakenOffTheListGetsNoKeyOfTheFuture() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.register("10.2.0.2");
        String readable = world.stages("KEK").keySet().iterator().next();
        GroupPolicy without =
                HOURLY.toBuilder()
                        .authorisation(new MemberAuthorisation(List.of("10.1.0.0/16"), List.of()))
                        .build();
        world.configure(without);
        world.pass(Duration.ofSeconds(1));
        RekeyMessage told = world.pushes().get(world.pushes().size() - 1);
        assertTrue(told.deletesKek() && told.download().isEmpty());
        assertFalse(world.stages("KEK").containsKey(readable));
        assertThrows(RegistrationRefused.class, () -> world.register("10.2.0.2"));
        world.pass(Duration.ofSeconds(2));
        world.register("10.1.0.2");
        world.leave("10.2.0.2");
        int before = world.pushes().size();
        world.pass(Duration.ofSeconds(120));
        assertTrue(world.pushes().size() > before);
        assertEquals(1, world.stages("TEK").size());
        assertTrue(world.member("10.1.0.2").sending().isPresent());
    }

    @Test
    void aChangedPolicyIsToldByARekeyAlsoIfItChangedWhileTheServerWasDown() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        GroupPolicy other = HOURLY.toBuilder().transform("aes-gcm-128").build();
        world.configure(other);
        world.pass(Duration.ofSeconds(30));
        assertEquals("aes-gcm-128", world.groups().sas("blue").get(0).transform());
        assertTrue(world.member("10.1.0.2").sending().isPresent());
        world.configure(other);
        world.pass(Duration.ofSeconds(30));
        assertEquals(2, world.groups().statuses().get(0).rekeys(), "the same again is no change");
    }

    @Test
    void aKekKeepsItsCipherAndHashForLifeAndTheNextHasThoseOfThePolicy() throws Exception {
        GroupPolicy hasty = World.policy(120, 300, 5, 15, 24);
        World world = new World(1, hasty);
        world.pass(Duration.ofSeconds(1));
        Kek old = kek(world);
        RekeyProtection other =
                new RekeyProtection(
                        RekeyProtection.Cipher.AES_CBC_128, RekeyProtection.Digest.SHA512);
        world.configure(hasty.toBuilder().rekeyProtection(other).build());
        world.restart(Duration.ZERO, Duration.ZERO);
        world.pass(Duration.ofSeconds(1));
        Kek same = kek(world);
        assertArrayEquals(old.spi(), same.spi());
        assertEquals(16 + 32, same.ivAndKey().length());
        assertEquals(Kek.SIGNATURE_HASH_SHA256, same.signatureHash());
        world.pass(Duration.ofSeconds(300));
        Kek next = kek(world);
        assertEquals(16 + 16, next.ivAndKey().length());
        assertEquals(Kek.SIGNATURE_HASH_SHA512, next.signatureHash());
    }

    /*
     * rekeyKek()       t=0            t=6
     * first            SENDABLE       RETIRING
     * second           RECEIVABLE     SENDABLE    told once, under the first
     */
    @Test
    void anOperatorChangesTheKekAndTrafficDoesNotNoticeIt() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        String first = world.stages("KEK").keySet().iterator().next();
        Map<String, KeyStage> teks = world.stages("TEK");
        String second = world.rekeyKek();
        assertEquals(second, world.rekeyKek(), "one rollover at a time");
        assertEquals(KeyStage.RECEIVABLE, world.stages("KEK").get(second));
        world.pass(Duration.ofSeconds(30));
        assertEquals(KeyStage.SENDABLE, world.stages("KEK").get(second));
        assertEquals(KeyStage.RETIRING, world.stages("KEK").get(first));
        assertEquals(teks, world.stages("TEK"));
    }

    @Test
    void theKekDoesNotChangeWhileTheTekDoes() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        Map<String, KeyStage> keks = world.stages("KEK");
        world.rekey();
        IllegalStateException refused = assertThrows(IllegalStateException.class, world::rekeyKek);
        assertTrue(refused.getMessage().contains("TEK is changing"), refused.getMessage());
        assertEquals(keks, world.stages("KEK"));
    }

    @Test
    void whoHoldsTheNextKekAloneIsToldTooThatAllKeysAreReplaced() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        world.rekeyKek();
        world.register("10.2.0.2");
        world.configure(HOURLY.toBuilder().senderIdBits(16).build());
        world.pass(Duration.ofSeconds(1));
        assertTrue(world.member("10.1.0.2").sending().isEmpty());
        assertTrue(world.member("10.2.0.2").sending().isEmpty());
    }

    private static Kek kek(World world) throws RegistrationRefused {
        return world.groups().offer(World.BLUE, World.peer("10.1.0.2")).kek().orElseThrow();
    }

    @Test
    void aGroupThatIsGoneLosesItsKeysAndAGroupThatStaysKeepsThem() throws Exception {
        World world = new World(1, HOURLY);
        world.pass(Duration.ofSeconds(1));
        world.register("10.1.0.2");
        Map<String, KeyStage> before = world.stages("TEK");
        world.configure(HOURLY);
        assertEquals(before, world.stages("TEK"));
        world.configure();
        RekeyMessage last = world.pushes().get(world.pushes().size() - 1);
        assertTrue(last.deletesAllTeks() && last.deletesKek());
        assertEquals(1, world.withdrawn().size());
        world.configure(HOURLY);
        world.pass(Duration.ofSeconds(1));
        assertNotEquals(before, world.stages("TEK"));
        assertTrue(world.groups().members("blue").isEmpty());
    }

    @Test
    void anUnknownGroupToRekeyIsAnsweredWithTheNamesThatExist() {
        World world = new World(1, HOURLY);
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> world.groups().rekey("red", new ArrayList<>()));
        assertTrue(refused.getMessage().contains("blue"));
    }
}
