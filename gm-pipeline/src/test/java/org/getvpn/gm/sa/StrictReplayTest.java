// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import static org.getvpn.gm.packet.DropReason.REPLAYED;
import static org.getvpn.gm.packet.DropReason.TOO_MANY_SENDERS;
import static org.getvpn.gm.sa.StrictReplay.WINDOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.getvpn.gm.packet.DropReason;
import org.junit.jupiter.api.Test;

/** Every packet once, whoever of the group sent it, in any order that a network makes. */
class StrictReplayTest {
    private final StrictReplay check = new StrictReplay();

    private static long iv(int sender, long counter) {
        return (long) sender << 32 | counter;
    }

    private DropReason receive(long iv) {
        DropReason refusal = check.refusal(0, iv);
        if (refusal == null) {
            check.accepted(0, iv);
        }
        return refusal;
    }

    @Test
    void aPacketIsTakenOnceAndASecondTimeNot() {
        assertNull(receive(iv(7, 1)));
        assertEquals(REPLAYED, receive(iv(7, 1)));
        assertNull(receive(iv(7, 2)));
        assertEquals(REPLAYED, receive(iv(7, 2)));
        assertEquals(REPLAYED, receive(iv(7, 1)));
    }

    @Test
    void sendersWithTheSameCounterDoNotMeet() {
        for (int sender = 1; sender <= 300; sender++) {
            assertNull(receive(iv(sender, 5)));
        }
        for (int sender = 1; sender <= 300; sender++) {
            assertEquals(REPLAYED, receive(iv(sender, 5)));
        }
    }

    @Test
    void aLatePacketIsTakenInsideTheWindowAndNotBehindIt() {
        assertNull(receive(iv(7, 10_000)));
        assertNull(receive(iv(7, 10_000 - WINDOW + 1)));
        assertEquals(REPLAYED, receive(iv(7, 10_000 - WINDOW)));
        assertEquals(REPLAYED, receive(iv(7, 1)));
    }

    @Test
    void aLeapOverTheWholeWindowLeavesNothingBehind() {
        for (long counter = 1; counter <= 200; counter++) {
            assertNull(receive(iv(7, counter)));
        }
        assertNull(receive(iv(7, 1_000_000)));
        for (long counter = 1_000_000 - WINDOW + 1; counter < 1_000_000; counter++) {
            assertNull(receive(iv(7, counter)), "counter " + counter);
        }
    }

    @Test
    void whatWasOnlyAskedForMovesNoWindow() {
        assertNull(receive(iv(7, 5)));
        assertNull(check.refusal(0, iv(7, 4_000_000_000L)), "may be new, if it is authentic");
        assertNull(receive(iv(7, 6)));
        for (int forged = 0; forged < 100_000; forged++) {
            assertNull(check.refusal(0, iv(1000 + forged, 1)));
        }
        assertTrue(check.octets() < 20_000, check.octets() + " octets for one sender");
    }

    @Test
    void aShortSenderIdThatCountsBeyondFourOctetsStaysProtected() {
        long id = 3L << 48;
        long last = id | 0xffff_ffffL;
        assertNull(receive(last));
        assertNull(receive(last + 1));
        assertEquals(REPLAYED, receive(last));
        assertEquals(REPLAYED, receive(last + 1));
        assertNull(receive(last + 2));
    }

    @Test
    void countersUpToTheLastAreOrderedAsUnsignedNumbers() {
        assertNull(receive(iv(7, 0x7fff_ffffL)));
        assertNull(receive(iv(7, 0x8000_0000L)));
        assertEquals(REPLAYED, receive(iv(7, 0x7fff_ffffL)));
        assertNull(receive(iv(7, 0xffff_ffffL)));
        assertEquals(REPLAYED, receive(iv(7, 0x8000_0000L)));
    }

    @Test
    void whenTheTableIsFullNobodyIsForgotten() {
        StrictReplay full = new StrictReplay(100);
        for (int sender = 0; sender < 100; sender++) {
            assertNull(full.refusal(0, iv(sender, 1)));
            full.accepted(0, iv(sender, 1));
        }
        assertEquals(TOO_MANY_SENDERS, full.refusal(0, iv(100, 1)));
        for (int sender = 0; sender < 100; sender++) {
            assertEquals(REPLAYED, full.refusal(0, iv(sender, 1)));
            assertNull(full.refusal(0, iv(sender, 2)));
        }
    }

    @Test
    void theLargestTableStaysBelowTenMebibytes() {
        for (int sender = 0; sender < StrictReplay.MOST_SENDERS; sender++) {
            assertNull(receive(iv(sender << 8, 1)));
        }
        assertEquals(TOO_MANY_SENDERS, receive(iv(-1, 1)));
        assertTrue(check.octets() < 10 << 20, check.octets() + " octets");
    }

    @Test
    void anyReorderingAndRepetitionGivesWhatAnEndlessMemoryWouldGive() {
        Random random = new Random(6479);
        for (int round = 0; round < 50; round++) {
            StrictReplay strict = new StrictReplay();
            Map<Integer, Set<Long>> accepted = new HashMap<>();
            Map<Integer, Long> newest = new HashMap<>();
            for (int packet = 0; packet < 5_000; packet++) {
                int sender = random.nextInt(5) * 0x0100_0000;
                long top = newest.getOrDefault(sender, 1L + random.nextInt(1 << 20));
                long jump = random.nextInt(20) == 0 ? random.nextInt(6_000) : random.nextInt(80);
                long counter = Math.max(1, top + (random.nextBoolean() ? jump : -jump));
                boolean known = accepted.getOrDefault(sender, Set.of()).contains(counter);
                boolean old = newest.containsKey(sender) && top - counter >= WINDOW;
                DropReason refusal = strict.refusal(0, iv(sender, counter));
                assertEquals(known || old ? REPLAYED : null, refusal, sender + "/" + counter);
                if (refusal == null) {
                    strict.accepted(0, iv(sender, counter));
                    accepted.computeIfAbsent(sender, s -> new HashSet<>()).add(counter);
                    newest.merge(sender, counter, Math::max);
                }
            }
        }
    }
}
