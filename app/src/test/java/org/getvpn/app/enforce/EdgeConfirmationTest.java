// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key is prepared when every guard of the group's sites stands on its switch, by evidence. */
class EdgeConfirmationTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Switches switches = new Switches();
    private final KeyServerDouble keyServer = new KeyServerDouble();
    private final EdgeConfirmation confirmation = new EdgeConfirmation();

    @BeforeEach
    void start() {
        confirmation.enforcement = switches;
        confirmation.bindKeyServer(keyServer);
        confirmation.activate();
    }

    @Test
    void theKeyServerAsksTheApplication() {
        assertSame(confirmation, keyServer.enforcer);
    }

    @Test
    void aKeyIsPreparedOnceAllGuardsAreConfirmed() {
        switches.unguarded = List.of("site1 (of:01)", "site2 (of:02)");
        CompletableFuture<Void> answer = prepare(LONG);
        switches.pass();
        assertFalse(answer.isDone());
        switches.unguarded = List.of("site2 (of:02)");
        switches.pass();
        assertFalse(answer.isDone());
        switches.unguarded = List.of();
        switches.pass();
        assertTrue(answer.isDone());
        assertFalse(answer.isCompletedExceptionally());
    }

    @Test
    void theSwitchesAreLookedAtAtOnce() {
        prepare(LONG);
        assertEquals(1, switches.woken);
    }

    @Test
    void atTheDeadlineTheAnswerNamesWhoIsNotGuarded() {
        switches.unguarded = List.of("site2 (of:02)");
        CompletableFuture<Void> answer = prepare(Duration.ZERO);
        switches.pass();
        ExecutionException refused = assertThrows(ExecutionException.class, answer::get);
        assertEquals("guards not confirmed at site2 (of:02)", refused.getCause().getMessage());
    }

    @Test
    void anSpiIsAskedForUntilItsQuestionIsAnswered() {
        switches.unguarded = List.of("site1 (device:s1) (SPI not read back)");
        prepare(LONG);
        assertEquals(Set.of(0x101), switches.announced);
        switches.pass();
        assertEquals(Set.of(0x101), switches.announced);
        switches.unguarded = List.of();
        switches.pass();
        assertEquals(Set.of(), switches.announced);
    }

    @Test
    void anApplicationThatGoesLeavesNobodyWaiting() {
        switches.unguarded = List.of("site2 (of:02)");
        CompletableFuture<Void> answer = prepare(LONG);
        confirmation.deactivate();
        assertTrue(answer.isCompletedExceptionally());
        assertNull(keyServer.enforcer);
        assertNull(switches.listener);
    }

    private CompletableFuture<Void> prepare(Duration deadline) {
        return confirmation.prepare("blue", 0x101, deadline).toCompletableFuture();
    }

    /** What the reconciling of switches came to, as the test wants it. */
    private static final class Switches extends Enforcement {
        private List<String> unguarded = List.of();
        private Runnable listener;
        private final Set<Integer> announced = new HashSet<>();
        private int woken;

        void pass() {
            listener.run();
        }

        @Override
        List<String> unready(String group, int spi) {
            return unguarded;
        }

        @Override
        void announce(String group, int spi) {
            announced.add(spi);
            woken++;
        }

        @Override
        void answered(String group, int spi) {
            announced.remove(spi);
        }

        @Override
        public void wake() {
            woken++;
        }

        @Override
        void addListener(Runnable passed) {
            listener = passed;
        }

        @Override
        void removeListener(Runnable passed) {
            listener = null;
        }
    }
}
