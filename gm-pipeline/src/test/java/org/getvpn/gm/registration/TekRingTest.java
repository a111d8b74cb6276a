// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.sa.MemberMode;
import org.junit.jupiter.api.Test;

/** Stages are written as R (receivable), S (sendable) and T (retiring), oldest first. */
class TekRingTest {
    private final TekRing ring = new TekRing(MemberMode.ACTIVE);
    // Near the end of the range: readings of a monotonic clock may wrap.
    private Ticks now = Ticks.ofNanos(Long.MAX_VALUE - 10_000_000_000L);

    @Test
    void aRegistrationWithoutDelayIsSentWithAtOnce() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);

        assertEquals("S300", stages());
    }

    @Test
    void inTheMiddleOfARolloverTheOldKeySendsUntilTheNewOneMay() {
        ring.register(
                KeyMaker.registration(3, KeyMaker.tek(300, 60), KeyMaker.tek(301, 3600)),
                now,
                null);

        assertEquals("S300 R301", stages());
        pass(2.9);
        assertEquals("S300 R301", stages());
        pass(0.1);
        assertEquals("T300 S301", stages());
    }

    @Test
    void
            aRekeyIsReceivedAtOnceSentWithAfterTheActivationDelayAndEndsTheOldAfterTheDeactivationDelay() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);

        ring.rekey(KeyMaker.download(null, KeyMaker.tek(301, 3600)), now, null);

        assertEquals("S300 R301", stages());
        pass(5);
        assertEquals("T300 S301", stages());
        pass(9.9);
        assertEquals("T300 S301", stages());
        pass(0.1);
        assertEquals("S301", stages());
    }

    @Test
    void aRekeyToldAgainChangesNothing() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);
        ring.rekey(KeyMaker.download(null, KeyMaker.tek(301, 3600)), now, null);
        pass(4);

        ring.rekey(KeyMaker.download(null, KeyMaker.tek(301, 3600)), now, null);

        pass(1);
        assertEquals("T300 S301", stages());
        pass(10);
        assertEquals("S301", stages());
    }

    @Test
    void nothingOutlivesItsLifetime() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);
        Tek held = ring.staged(now).getFirst().tek();

        pass(59.9);
        assertEquals("S300", stages());
        pass(0.1);
        assertEquals("", stages());
        assertTrue(held.cipherKey().isDestroyed());
    }

    @Test
    void anOldKeyEndsWithItsLifetimeEvenIfNoSuccessorMayBeSentWithYet() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 3)), now, null);
        ring.rekey(KeyMaker.download(null, KeyMaker.tek(301, 3600)), now, null);

        pass(3);

        assertEquals("R301", stages());
    }

    @Test
    void aDeletedKeyGoesAtOnce() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);
        ring.rekey(KeyMaker.download(null, KeyMaker.tek(301, 3600)), now, null);

        ring.delete(Spi.of(300), now);
        ring.delete(Spi.of(999), now);

        assertEquals("R301", stages());
    }

    @Test
    void registeringAgainKeepsTheStageOfAKeyThatIsInUse() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);
        pass(10);

        ring.register(KeyMaker.registration(5, KeyMaker.tek(300, 50)), now, null);

        assertEquals("S300", stages());
        assertEquals(50, ring.remainingSeconds(Spi.of(300), now));
    }

    @Test
    void registeringElsewhereLetsTheOldKeysRetire() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 3600)), now, null);

        ring.register(KeyMaker.registration(0, KeyMaker.tek(400, 3600)), now, null);

        assertEquals("T300 S400", stages());
        pass(KeyMaker.DEACTIVATION);
        assertEquals("S400", stages());
    }

    @Test
    void anotherKeyUnderAKnownSpiReplacesIt() {
        ring.register(KeyMaker.registration(0, KeyMaker.tek(300, 60)), now, null);
        Tek old = ring.staged(now).getFirst().tek();
        Tek other = KeyMaker.tek(301, 60);
        Tek sameSpi =
                new Tek(
                        Spi.of(300),
                        other.transform(),
                        other.cipherKey(),
                        other.integrityKey(),
                        60,
                        Tek.Direction.SYMMETRIC,
                        other.selectors());

        ring.rekey(KeyMaker.download(null, sameSpi), now, null);

        assertEquals("R300", stages());
        assertTrue(old.cipherKey().isDestroyed());
        assertFalse(sameSpi.cipherKey().isDestroyed());
    }

    @Test
    void aReceiveOnlyKeyIsNeverSentWith() {
        Tek both = KeyMaker.tek(300, 60);
        Tek receiveOnly =
                new Tek(
                        both.spi(),
                        both.transform(),
                        both.cipherKey(),
                        both.integrityKey(),
                        60,
                        Tek.Direction.RECEIVER_ONLY,
                        both.selectors());

        ring.register(KeyMaker.registration(0, receiveOnly), now, null);
        pass(30);

        assertEquals("R300", stages());
    }

    private void pass(double seconds) {
        now = now.plus(Duration.ofMillis(Math.round(seconds * 1000)));
        ring.advance(now);
    }

    private String stages() {
        List<StagedTek> staged = ring.staged(now);
        return staged.stream()
                .map(one -> letter(one.stage()) + one.tek().spi().value())
                .collect(Collectors.joining(" "));
    }

    private static String letter(TekStage stage) {
        return switch (stage) {
            case RECEIVABLE -> "R";
            case SENDABLE -> "S";
            case RETIRING -> "T";
        };
    }
}
