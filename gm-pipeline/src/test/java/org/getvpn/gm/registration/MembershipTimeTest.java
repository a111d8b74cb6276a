// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.TimeRule;
import org.junit.jupiter.api.Test;

/** What a member makes of the time that key servers tell it, over real exchanges. */
class MembershipTimeTest {
    private static final long SECOND = 1_000_000;

    private final MembershipLab lab = new MembershipLab();
    private final Ticks began = lab.now;
    private int epoch = 1;

    /** A key server's clock that showed 1000 s when the test began. */
    private TimeBasedReplay pseudotime() {
        long micros = 1000 * SECOND + lab.now.since(began).toNanos() / 1000;
        return TimeBasedReplay.ofPseudotime(
                10_000, micros, new byte[] {(byte) epoch, 0, 0, 0, 0, 0, 0, 0});
    }

    private void register() {
        lab.group.offer =
                () ->
                        KeyMaker.offer(KeyMaker.kek(1, 86_400), 0, KeyMaker.tek(300, 3600))
                                .with(pseudotime());
        lab.pass(1);
    }

    private void push(long sequence, TimeBasedReplay replay, Tek tek) {
        GroupDownload download = KeyMaker.download(null, tek).with(replay);
        Kek kek = KeyMaker.kek(1, 86_400);
        lab.push(kek, KeyMaker.rekey(sequence, download));
    }

    private long time(int spi) {
        return lab.inbound(spi).timeRule().time().micros(lab.now.nanos());
    }

    @Test
    void aRegistrationSetsTheClockAndTheRuleOfItsKeys() {
        register();
        TimeRule rule = lab.inbound(300).timeRule();
        assertEquals(TimeRule.PSEUDOTIME, rule.type());
        assertEquals(5 * SECOND, rule.toleranceMicros());
        assertEquals(pseudotime().pseudotimeMicroseconds(), time(300), 1000);
        assertSame(rule.time(), lab.outbound().timeRule().time());
        assertTrue(lab.status().replay().startsWith("time within 5.0 s by pseudotime, now 100"));
    }

    @Test
    void aRekeyWithTheSameKeySetsTheClockAlone() {
        register();
        InboundSa sa = lab.inbound(300);
        lab.pass(10);
        push(
                1,
                TimeBasedReplay.ofPseudotime(10_000, 2000 * SECOND, pseudotime().epoch()),
                KeyMaker.tek(300, 3600));
        assertEquals(2000 * SECOND, time(300), 1000);
        assertSame(sa, lab.inbound(300));
        assertEquals("0x0000012c SENDABLE", lab.teks());
    }

    @Test
    void afterAnotherEpochOldKeysKeepTheirClockAndNewOnesHaveTheNew() {
        register();
        long before = time(300);
        epoch = 2;
        push(
                1,
                TimeBasedReplay.ofPseudotime(10_000, 7 * SECOND, pseudotime().epoch()),
                KeyMaker.tek(301, 3600));
        assertEquals(before, time(300), "what was sent before is judged as before");
        assertEquals(7 * SECOND, time(301), 1000);
        lab.pass(10);
        assertEquals(before + 10 * SECOND, time(300), 1000);
        assertEquals(17 * SECOND, time(301), 1000);
        assertTrue(lab.status().replay().contains("now 17.0"), lab.status().replay());
    }

    @Test
    void aGroupThatTurnsItOnDoesSoWithItsNextKey() {
        lab.pass(1);
        assertNull(lab.inbound(300).timeRule());
        assertEquals("none", lab.status().replay());
        push(1, pseudotime(), KeyMaker.tek(301, 3600));
        assertNull(lab.inbound(300).timeRule());
        assertEquals(TimeRule.PSEUDOTIME, lab.inbound(301).timeRule().type());
    }

    @Test
    void aRekeyThatWouldTurnTheClockFarBackMakesTheMemberRegisterAgain() {
        register();
        lab.pass(100);
        long registrations = lab.counted("registrationsSucceeded");
        long before = time(300);
        push(
                1,
                TimeBasedReplay.ofPseudotime(10_000, 1000 * SECOND, pseudotime().epoch()),
                KeyMaker.tek(300, 3600));
        assertEquals(before, time(300));
        lab.pass(2);
        assertEquals(registrations + 1, lab.counted("registrationsSucceeded"));
        assertEquals(pseudotime().pseudotimeMicroseconds(), time(300), 1000);
    }

    @Test
    void withPosixTimeTheClockIsTheHosts() {
        lab.group.offer =
                () ->
                        KeyMaker.offer(KeyMaker.kek(1, 86_400), 0, KeyMaker.tek(300, 3600))
                                .with(TimeBasedReplay.ofPosixTime(4000));
        lab.pass(1);
        TimeRule rule = lab.inbound(300).timeRule();
        assertEquals(TimeRule.POSIX_TIME, rule.type());
        assertEquals(2 * SECOND, rule.toleranceMicros());
        lab.posixMicros += 3600 * SECOND; // somebody sets the host's clock
        lab.pass(Duration.ofMillis(600));
        assertEquals(lab.posixMicros, time(300), 600_000);
    }

    @Test
    void anAnswerThatTookTooLongIsNoWayToTellTheTime() {
        GroupDownload download =
                KeyMaker.offer(null, 0, KeyMaker.tek(300, 3600)).with(pseudotime());
        Ticks asked = lab.now;
        assertTrue(
                GroupTime.refusal(download, asked, asked.plus(Duration.ofMillis(5000))).isEmpty());
        String why =
                GroupTime.refusal(download, asked, asked.plus(Duration.ofMillis(5002)))
                        .orElseThrow();
        assertTrue(why.contains("took 5002 ms") && why.contains("10000 ms"), why);
    }

    @Test
    void manyEpochsDoNotGrowTheMember() {
        register();
        for (int i = 2; i < 40; i++) {
            epoch = i;
            push(i, pseudotime(), KeyMaker.tek(300 + i, 3600));
            lab.pass(20);
        }
        assertEquals(1, lab.status().teks().size());
        assertEquals(pseudotime().pseudotimeMicroseconds(), time(339), 1000);
    }
}
