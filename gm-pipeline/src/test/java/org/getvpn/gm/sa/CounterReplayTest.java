// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import static org.getvpn.gm.packet.DropReason.REPLAYED;
import static org.getvpn.gm.sa.StrictReplay.WINDOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.getvpn.gm.packet.DropReason;
import org.junit.jupiter.api.Test;

/** The window of RFC 4303, section 3.4.3, for one peer and whatever IVs its transform has. */
class CounterReplayTest {
    private final CounterReplay check = new CounterReplay();
    private final Random ivs = new Random(4303);

    private DropReason receive(int sequenceNumber) {
        long iv = ivs.nextLong();
        DropReason refusal = check.refusal(sequenceNumber, iv);
        if (refusal == null) {
            check.accepted(sequenceNumber, iv);
        }
        return refusal;
    }

    @Test
    void aNumberIsTakenOnceWhateverTheIv() {
        assertNull(receive(1));
        assertEquals(REPLAYED, receive(1));
        assertNull(receive(2));
        assertEquals(REPLAYED, receive(1));
    }

    @Test
    void zeroIsNoNumber() {
        assertEquals(REPLAYED, receive(0));
        assertNull(receive(1));
        assertEquals(REPLAYED, receive(0));
    }

    @Test
    void whatIsLateIsTakenInsideTheWindowAndNotBehindIt() {
        assertNull(receive(10_000));
        assertNull(receive(10_000 - WINDOW + 1));
        assertEquals(REPLAYED, receive(10_000 - WINDOW));
    }

    @Test
    void numbersGoOnToTheirEndAndNotRoundIt() {
        assertNull(receive(Integer.MAX_VALUE));
        assertNull(receive(Integer.MIN_VALUE));
        assertNull(receive(-1));
        assertEquals(REPLAYED, receive(-1));
        assertNull(receive(-2));
        assertEquals(REPLAYED, receive(1));
    }

    @Test
    void whatWasOnlyAskedForMovesNothing() {
        assertNull(check.refusal(1_000_000, 0));
        assertNull(receive(1));
    }

    @Test
    void aStreamInAnyOrderInsideTheWindowIsTakenOnceEach() {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 1; number < WINDOW; number++) {
            numbers.add(number);
        }
        Collections.shuffle(numbers, new Random(6479));
        for (int number : numbers) {
            assertNull(receive(number));
        }
        for (int number : numbers) {
            assertEquals(REPLAYED, receive(number));
        }
    }

    @Test
    void aPeerThatCountsFromOneAgainIsUnheardUntilItIsBeyondWhatWasHeard() {
        for (int number = 1; number <= 3 * WINDOW; number++) {
            assertNull(receive(number));
        }
        for (int number = 1; number <= 3 * WINDOW; number++) {
            assertEquals(REPLAYED, receive(number));
        }
        assertNull(receive(3 * WINDOW + 1));
    }
}
