// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ModerationTest {
    private long now = Long.MAX_VALUE - 1000; // the clock may overflow
    private int naps;
    private final Moderation moderation =
            new Moderation(
                    () -> now,
                    () -> {
                        naps++;
                        now += Moderation.NAP;
                    });

    private void read(int times, int frames, long processingNanos) {
        for (int i = 0; i < times; i++) {
            moderation.beforeReading(frames);
            now += processingNanos;
        }
    }

    @Test
    void theFirstReadDoesNotWait() {
        moderation.beforeReading(1);
        assertEquals(0, naps);
    }

    @Test
    void whoReadsSeldomNeverSleeps() {
        read(10, 1, Moderation.OFTEN);
        assertEquals(0, naps);
    }

    @Test
    void whoReadsFewFramesVeryOftenSleepsBeforeEachRead() {
        read(10, Moderation.ENOUGH - 1, Moderation.OFTEN - 1);
        assertEquals(9, naps, "the first came after a long time");
    }

    @Test
    void whoFindsHalfABatchDoesNotWaitForMore() {
        read(10, Moderation.ENOUGH, 1);
        assertEquals(0, naps);
    }

    @Test
    void theTimeAsleepIsNoneBetweenReads() {
        read(2, 1, 1);
        assertEquals(1, naps);
        now += Moderation.OFTEN - 1; // with the nanosecond of before: seldom
        moderation.beforeReading(1);
        assertEquals(1, naps);
    }
}
