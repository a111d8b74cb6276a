// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.getvpn.gm.registration.MembershipLab.FIRST;
import static org.getvpn.gm.registration.MembershipLab.SECOND;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.Tek;
import org.junit.jupiter.api.Test;

/** What a member does not take, and what it says about it. */
class MembershipRefusalTest {
    private final MembershipLab lab = new MembershipLab();

    @Test
    void aWrongPreSharedKeyIsSaidAndNothingIsInstalled() {
        lab.memberSecret = "incorrect horse";

        lab.pass(90);

        assertTrue(
                lab.status().lastFailure().contains("pre-shared key probably differs"),
                lab.status().lastFailure());
        assertTrue(lab.asked.contains(SECOND), "the next key server is tried");
        assertEquals(0, lab.installed.size());
    }

    @Test
    void aPreSharedKeyThatIsMendedIsReadAtTheNextAttempt() {
        lab.memberSecret = "incorrect horse";
        lab.pass(90);

        lab.memberSecret = MembershipLab.SECRET;
        lab.pass(120);

        assertEquals(MemberState.REGISTERED, lab.status().state());
    }

    @Test
    void aComputationThatComesLateStillHasTheSecretOfItsAttemptWhichThenIsDestroyed() {
        lab.computesLate = true;
        lab.pass(1);
        lab.compute(); // its own public value
        lab.pass(1);
        assertEquals(1, lab.waiting.size(), "what both share waits");
        lab.pass(61);
        assertTrue(lab.asked.contains(SECOND), "the first attempt is over");
        assertDoesNotThrow(() -> lab.secrets.get(0).expose());

        lab.compute();

        assertThrows(IllegalStateException.class, () -> lab.secrets.get(0).expose());
        lab.computesLate = false;
        lab.pass(120);
        assertEquals(MemberState.REGISTERED, lab.status().state());
    }

    @Test
    void policyThatThisMemberDoesNotKeepIsRefusedAsAWhole() {
        Tek[] tooMany = new Tek[17];
        lab.group.offer =
                () -> {
                    Arrays.setAll(tooMany, i -> KeyMaker.tek(300 + i, 3600));
                    return KeyMaker.offer(KeyMaker.kek(1, 86_400), 0, tooMany);
                };

        lab.pass(5);

        assertEquals(0, lab.installed.size());
        assertTrue(lab.status().lastFailure().contains("17 TEKs"), lab.status().lastFailure());
    }

    @Test
    void aKekThatThisMemberCannotUseIsRefusedAndTheNextKeyServerIsAsked() {
        Kek good = KeyMaker.kek(1, 86_400);
        Kek odd =
                new Kek(
                        good.spi(),
                        good.algorithm(),
                        good.ivAndKey(),
                        86_400,
                        good.signatureHash(),
                        good.signatureAlgorithm(),
                        KeyMaker.ellipticCurveKey(),
                        0);
        lab.group.offer = () -> KeyMaker.offer(odd, 0, KeyMaker.tek(300, 3600));

        lab.pass(20);

        assertEquals(0, lab.installed.size());
        assertTrue(lab.asked.contains(SECOND), lab.status().lastFailure());
        assertFalse(lab.status().lastFailure().isEmpty());
    }

    @Test
    void aRekeyThatThisMemberDoesNotKeepLeavesTheOldKeysInForce() {
        lab.pass(1);
        Tek[] tooMany = new Tek[17];
        Arrays.setAll(tooMany, i -> KeyMaker.tek(301 + i, 3600));

        lab.push(KeyMaker.kek(1, 86_400), KeyMaker.rekey(1, KeyMaker.download(null, tooMany)));

        lab.pass(60);
        assertEquals("0x0000012c SENDABLE", lab.teks());
        assertEquals(1, lab.counted("rekeysRefused"));
    }

    @Test
    void aRefusalIsToldInTheKeyServersWords() {
        lab.group.refusal = "not authorised: 10.1.0.2 is not in the group's list";

        lab.pass(60);

        assertEquals(0, lab.installed.size());
        assertTrue(lab.asked.contains(SECOND));
        assertTrue(
                lab.status().lastFailure().contains("does not admit"), lab.status().lastFailure());
    }

    @Test
    void garbageIsCountedAndChangesNothing() {
        lab.pass(1);
        TrafficKeys before = lab.installed.getLast();
        Random random = new Random(3);
        byte[] rekey =
                lab.seal(
                        KeyMaker.kek(1, 86_400),
                        KeyMaker.rekey(1, KeyMaker.download(null, KeyMaker.tek(301, 3600))));
        for (int i = 0; i < 2000; i++) {
            byte[] octets = new byte[random.nextInt(80)];
            random.nextBytes(octets);
            if (i % 2 == 0) {
                octets = rekey.clone();
                octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Outcome outcome =
                    lab.member.receive(new Datagram(MembershipLab.MEMBER, FIRST, octets), lab.now);
            assertTrue(outcome.send().isEmpty());
        }

        assertSame(before, lab.installed.getLast());
        assertEquals(2000, lab.counted("datagramsIgnored"));
        lab.deliver(rekey);
        assertEquals("0x0000012c SENDABLE, 0x0000012d RECEIVABLE", lab.teks());
    }

    @Test
    void garbageDuringARegistrationDoesNotEndIt() {
        lab.down.add(FIRST);
        lab.pass(Duration.ofMillis(100));
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            byte[] octets = new byte[28 + random.nextInt(60)];
            random.nextBytes(octets);
            lab.perform(
                    lab.member.receive(new Datagram(MembershipLab.MEMBER, FIRST, octets), lab.now));
        }
        lab.down.clear();

        lab.pass(20);

        assertEquals(List.of(FIRST), lab.asked);
        assertEquals(MemberState.REGISTERED, lab.status().state());
    }
}
