// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.getvpn.gm.registration.MembershipLab.FIRST;
import static org.getvpn.gm.registration.MembershipLab.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.KeyTreeUpdate;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.OutboundSa;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private final MembershipLab lab = new MembershipLab();

    @Test
    void beforeTheFirstRegistrationNothingIsInstalled() {
        lab.down.add(FIRST);
        lab.down.add(SECOND);

        lab.pass(30);

        assertEquals(0, lab.installed.size());
        assertNull(lab.outbound());
        assertTrue(lab.packetPathIsBlank());
        assertFalse(lab.status().state() == MemberState.REGISTERED);
    }

    @Test
    void aRegistrationBringsKeysRulesAndASenderId() {
        lab.pass(1);

        assertEquals(MemberState.REGISTERED, lab.status().state());
        assertEquals("10.255.0.1:848", lab.status().keyServer());
        assertEquals("0x0000012c SENDABLE", lab.teks());
        assertEquals(List.of("1/24"), lab.status().senderIds());
        assertEquals(Spi.of(300), lab.outbound().spi());
        assertNotNull(lab.inbound(300));
        assertEquals(
                List.of(new TrafficRule(TrafficRule.Action.PROTECT, KeyMaker.ten())),
                lab.installed.getLast().rules());
    }

    @Test
    void theOrderedListOfTheGroupIsTakenWhereThereIsOne() {
        List<TrafficRule> rules =
                List.of(
                        new TrafficRule(
                                TrafficRule.Action.BYPASS,
                                new TrafficSelector(
                                        IpPrefix.of(new byte[] {10, 1, 0, 0}, 16),
                                        IpPrefix.of(new byte[] {10, 9, 0, 0}, 16),
                                        17,
                                        0,
                                        123)),
                        new TrafficRule(TrafficRule.Action.PROTECT, KeyMaker.ten()));
        lab.group.offer =
                () -> KeyMaker.download(KeyMaker.kek(1, 86_400), rules, KeyMaker.tek(300, 3600));

        lab.pass(1);

        assertEquals(rules, lab.installed.getLast().rules());
    }

    @Test
    void keyServersAreAskedInOrderThenTheMemberWaits() {
        lab.down.add(FIRST);

        lab.pass(120);

        assertEquals(List.of(FIRST, SECOND), lab.asked);
        assertEquals("10.255.0.2:848", lab.status().keyServer());
        assertEquals(MemberState.REGISTERED, lab.status().state());
    }

    @Test
    void aKeyServerThatIsSilentIsLeftAfterEightSeconds() {
        lab.down.add(FIRST);

        lab.pass(10);

        assertEquals(8, lab.askedAt.get(1).since(lab.askedAt.get(0)).toSeconds());
        assertEquals(MemberState.REGISTERED, lab.status().state());
    }

    @Test
    void waitsBetweenRoundsDoubleWithinTheirBounds() {
        lab.down.add(FIRST);
        lab.down.add(SECOND);

        lab.pass(400);

        double bound = 1;
        for (int asked = 2; asked < lab.askedAt.size(); asked += 2) {
            double round = lab.askedAt.get(asked).since(lab.askedAt.get(asked - 2)).toMillis();
            double wait = round / 1000 - 16;
            assertTrue(wait >= bound / 2 - 0.01 && wait <= bound + 0.51, wait + " of " + bound);
            bound = Math.min(30, 2 * bound);
        }
        assertTrue(bound == 30, "the longest wait was reached");
    }

    @Test
    void aKeyServerThatComesBackIsFound() {
        lab.down.add(FIRST);
        lab.down.add(SECOND);
        lab.pass(300);
        assertTrue(lab.counted("registrationsFailed") >= 4, lab.status().toString());
        assertTrue(lab.status().lastFailure().contains("10.255.0."), lab.status().lastFailure());

        lab.down.clear();
        lab.pass(120);

        assertEquals(MemberState.REGISTERED, lab.status().state());
        assertEquals("", lab.status().lastFailure());
    }

    @Test
    void aRekeyIsReceivedFirstThenSentWithThenTheOldKeyGoes() {
        lab.pass(1);
        OutboundSa before = lab.outbound();

        lab.push(
                KeyMaker.kek(1, 86_400),
                KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));

        assertNotNull(lab.inbound(301));
        assertSame(before, lab.outbound());
        lab.pass(KeyMaker.ACTIVATION);
        assertEquals(Spi.of(301), lab.outbound().spi());
        assertNotNull(lab.inbound(300));
        lab.pass(KeyMaker.DEACTIVATION - KeyMaker.ACTIVATION);
        assertNull(lab.inbound(300));
        assertEquals("0x0000012d SENDABLE", lab.teks());
    }

    @Test
    void aReplayedRekeyIsNotTaken() {
        lab.pass(1);
        Kek kek = KeyMaker.kek(1, 86_400);
        byte[] first =
                lab.seal(kek, KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));
        lab.deliver(first);
        lab.push(kek, KeyMaker.rekey(2, KeyMaker.download(null, KeyMaker.tek(302, 3600))));
        lab.pass(60);
        assertEquals("0x0000012e SENDABLE", lab.teks());

        lab.deliver(first);

        assertEquals("0x0000012e SENDABLE", lab.teks());
        assertEquals(1, lab.counted("datagramsIgnored"));
    }

    @Test
    void registeringAgainOpensNoWayForAReplayedRekey() {
        lab.pass(1);
        byte[] first =
                lab.seal(
                        KeyMaker.kek(1, 86_400),
                        KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));
        lab.deliver(first);
        lab.pass(60);
        lab.perform(lab.member.renew("test", lab.now));
        lab.pass(60);

        lab.deliver(first);

        assertFalse(lab.teks().contains("0x0000012d"), lab.teks());
    }

    @Test
    void withoutARekeyTheMemberRegistersAgainBeforeTheKeyEnds() {
        lab.pass(1);
        lab.offer(() -> KeyMaker.tek(301, 3600));

        lab.pass(3600 - 75);
        assertEquals("0x0000012c SENDABLE", lab.teks());
        lab.pass(20);

        assertEquals(2, lab.counted("registrationsSucceeded"));
        assertEquals(Spi.of(301), lab.outbound().spi());
        assertEquals("0x0000012c RETIRING, 0x0000012d SENDABLE", lab.teks());
    }

    @Test
    void aRekeyInTimeSparesTheRegistration() {
        lab.pass(1);
        lab.pass(3600 - 205);
        lab.push(
                KeyMaker.kek(1, 86_400),
                KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));

        lab.pass(1000);

        assertEquals(1, lab.counted("registrationsAttempted"));
    }

    @Test
    void whereRegisteringAgainFailsTrafficGoesOnUntilTheLifetimeEndsAndNotLonger() {
        lab.pass(1);
        lab.down.add(FIRST);
        lab.down.add(SECOND);

        lab.pass(3598);
        assertEquals("0x0000012c SENDABLE", lab.teks());
        assertEquals(MemberState.REREGISTERING, lab.status().state());
        assertNotNull(lab.outbound());

        lab.pass(3);
        assertEquals("", lab.teks());
        assertNull(lab.outbound());
        assertNull(lab.inbound(300));
    }

    @Test
    void eachRegistrationUsesItsNewSenderIdAndKeepsWhatItReceivesWith() {
        lab.pass(1);
        InboundSa inbound = lab.inbound(300);
        long firstIv = lab.nextIv();

        lab.perform(lab.member.renew("the IVs near their end", lab.now));
        lab.pass(1);

        assertEquals(List.of("2/24"), lab.status().senderIds());
        assertSame(inbound, lab.inbound(300));
        long secondIv = lab.nextIv();
        assertEquals(1, firstIv >>> 40);
        assertEquals(2, secondIv >>> 40);
    }

    @Test
    void aSenderIdThatIsGivenTwiceIsNotSentWithTwice() {
        lab.pass(1);
        long first = lab.nextIv();
        lab.perform(lab.member.renew("test", lab.now));
        lab.pass(1);
        long second = lab.nextIv();

        lab.group.repeatFirstSenderId();
        lab.perform(lab.member.renew("test", lab.now));
        lab.pass(1);

        assertEquals(List.of("1/24"), lab.status().senderIds());
        assertFalse(first == lab.nextIv());
        assertEquals(second >>> 40, lab.nextIv() >>> 40, "the sender id before goes on");
    }

    @Test
    void aRestartRegistersAnewSoThatNoIvRepeats() {
        lab.pass(1);
        long before = lab.nextIv();

        lab.sas.removeAll();
        lab.start(2);
        lab.pass(1);

        long after = lab.nextIv();
        assertEquals(Spi.of(300), lab.outbound().spi());
        assertFalse(before >>> 40 == after >>> 40, "another sender id");
    }

    @Test
    void aKekThatEndsWithoutSuccessorIsNotBelievedAnyMore() {
        lab.group.offer = () -> KeyMaker.offer(KeyMaker.kek(1, 100), 0, KeyMaker.tek(300, 3600));
        lab.pass(1);
        lab.down.add(FIRST);
        lab.down.add(SECOND);
        lab.pass(70);
        assertEquals(MemberState.REGISTERED, lab.status().state());
        lab.pass(30);

        lab.push(
                KeyMaker.kek(1, 100),
                KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));

        assertEquals("0x0000012c SENDABLE", lab.teks());
        assertEquals(0, lab.status().kekRemainingSeconds());
        assertEquals(MemberState.REREGISTERING, lab.status().state());
    }

    @Test
    void aNewKekTakesOver() {
        lab.group.offer = () -> KeyMaker.offer(KeyMaker.kek(1, 300), 0, KeyMaker.tek(300, 36_000));
        lab.pass(1);

        lab.push(KeyMaker.kek(1, 300), KeyMaker.rekey(1, KeyMaker.download(KeyMaker.kek(2, 900))));
        lab.pass(400);
        lab.push(
                KeyMaker.kek(2, 900),
                KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));

        assertEquals("0x0000012c SENDABLE, 0x0000012d RECEIVABLE", lab.teks());
        assertEquals(1, lab.counted("registrationsAttempted"));
        assertTrue(lab.status().kekRemainingSeconds() <= 500);
    }

    @Test
    void aDeletedTekGoesAtOnce() {
        lab.pass(1);
        Kek kek = KeyMaker.kek(1, 86_400);
        lab.push(kek, KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));

        lab.push(kek, new RekeyMessage(2, List.of(Spi.of(300)), false, false, null));

        assertNull(lab.inbound(300));
        assertNull(lab.outbound());
        lab.pass(KeyMaker.ACTIVATION);
        assertEquals(Spi.of(301), lab.outbound().spi());
    }

    @Test
    void whenAllTeksAreDeletedNothingPassesUntilTheMemberRegisteredAgain() {
        lab.pass(1);
        lab.down.add(FIRST);
        lab.down.add(SECOND);

        lab.push(KeyMaker.kek(1, 86_400), new RekeyMessage(1, List.of(), true, false, null));

        assertNull(lab.outbound());
        assertNull(lab.inbound(300));
        lab.down.clear();
        lab.pass(3);
        assertEquals("0x0000012c SENDABLE", lab.teks());
        assertEquals(2, lab.counted("registrationsSucceeded"));
    }

    @Test
    void whenTheKekAloneIsDeletedMembersReturnSpreadAndTheTekCarriesTraffic() {
        Random seeds = new Random(7);
        long earliest = Long.MAX_VALUE;
        long latest = 0;
        for (int member = 0; member < 10; member++) {
            MembershipLab each = new MembershipLab();
            each.start(seeds.nextLong());
            each.pass(1);
            each.push(KeyMaker.kek(1, 86_400), new RekeyMessage(1, List.of(), false, true, null));
            assertNotNull(each.outbound());
            var deleted = each.now;
            each.pass(25);

            assertEquals(2, each.counted("registrationsSucceeded"));
            long delay = each.askedAt.getLast().since(deleted).toMillis();
            earliest = Math.min(earliest, delay);
            latest = Math.max(latest, delay);
        }
        assertTrue(latest - earliest > 3000, earliest + " to " + latest + " ms");
    }

    @Test
    void aKekThatTheMemberCannotOpenSendsItToRegisterAgainWhileTheTekCarriesTraffic() {
        lab.pass(1);
        Kek next = KeyMaker.kek(2, 86_400);
        KeyTreeNode root = new KeyTreeNode(1, 2, next.ivAndKey());
        KeyTreeUpdate forOthers =
                new KeyTreeUpdate(new KeyTreeNode(4, 1, root.ivAndKey()), List.of(root));

        lab.push(
                KeyMaker.kek(1, 86_400),
                KeyMaker.rekey(1, KeyMaker.download(next).withKeyTreeUpdates(List.of(forOthers))));

        assertNotNull(lab.outbound());
        lab.pass(25);
        assertEquals(2, lab.counted("registrationsSucceeded"));
    }

    @Test
    void closingZeroesTheKeysAndStopsTraffic() {
        lab.pass(1);
        StagedTek held = lab.installed.getLast().teks().getFirst();

        lab.member.close();

        assertTrue(held.tek().cipherKey().isDestroyed());
        assertNull(lab.outbound());
        assertNull(lab.inbound(300));
    }
}
