// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A lookup finds what a search through all entries would find. */
class MatchTableTest {
    private static final int ACTION = 7;
    private static final TableShape TERNARY =
            new TableShape(
                    1,
                    "ternary",
                    List.of(
                            new TableShape.Field(1, "site", 16, MatchKind.EXACT, 0),
                            new TableShape.Field(2, "source", 32, MatchKind.TERNARY, 16),
                            new TableShape.Field(3, "destination", 32, MatchKind.TERNARY, 48),
                            new TableShape.Field(4, "protocol", 8, MatchKind.TERNARY, 80)),
                    List.of(new ActionShape(ACTION, "act", List.of())),
                    ACTION,
                    2,
                    4096);
    private static final TableShape PREFIXES =
            new TableShape(
                    2,
                    "prefixes",
                    List.of(new TableShape.Field(1, "destination", 32, MatchKind.LPM, 0)),
                    List.of(new ActionShape(ACTION, "act", List.of())),
                    ACTION,
                    3,
                    4096);

    private static Entry entry(TableShape table, MatchKey key) {
        return new Entry(table, key, ACTION, List.of(), new EntryCounter(), Note.NONE);
    }

    private static Entry search(List<Entry> entries, long high, long low) {
        return entries.stream()
                .filter(entry -> entry.key().matches(high, low))
                .max(Comparator.comparingInt(Entry::rank))
                .orElse(null);
    }

    @Test
    void theHighestPriorityOfRandomEntriesWins() {
        Random random = new Random(20261127);
        int hits = 0;
        for (int round = 0; round < 60; round++) {
            List<Entry> entries = new ArrayList<>();
            int count = random.nextInt(1, 200);
            for (int priority = 1; priority <= count; priority++) {
                entries.add(entry(TERNARY, ternaryKey(random, priority)));
            }
            MatchTable table = MatchTable.of(entries);
            for (int packet = 0; packet < 500; packet++) {
                long high = 0;
                long low = 0;
                for (TableShape.Field field : TERNARY.fields()) {
                    long value = fewValues(random, field);
                    high |= field.high(value);
                    low |= field.low(value);
                }
                Entry expected = search(entries, high, low);
                hits += expected == null ? 0 : 1;
                assertSame(expected, table.lookup(high, low));
            }
        }
        assertEquals(true, hits > 10_000, "only " + hits + " hits: the test shows nothing");
    }

    private static MatchKey ternaryKey(Random random, int priority) {
        long high = 0;
        long low = 0;
        long maskHigh = 0;
        long maskLow = 0;
        for (TableShape.Field field : TERNARY.fields()) {
            long mask = field.greatest();
            if (field.kind() == MatchKind.TERNARY) {
                mask = random.nextBoolean() ? 0 : mask & ~0L << random.nextInt(field.width());
            }
            long value = fewValues(random, field) & mask;
            high |= field.high(value);
            low |= field.low(value);
            maskHigh |= field.high(mask);
            maskLow |= field.low(mask);
        }
        return new MatchKey(high, low, maskHigh, maskLow, priority);
    }

    /** So few that packets and entries meet. */
    private static long fewValues(Random random, TableShape.Field field) {
        long value = random.nextInt(3);
        return field.width() == 32 ? 0x0a000000L | value << 16 | random.nextInt(2) : value;
    }

    @Test
    void theLongestPrefixWinsWhateverTheOrder() {
        Random random = new Random(7);
        List<Entry> entries = new ArrayList<>();
        TableShape.Field field = PREFIXES.fields().get(0);
        for (int length = 1; length <= 32; length++) {
            for (int i = 0; i < 4; i++) {
                long mask = field.greatest() & -1L << 32 - length;
                long value = (0x0a000000L | random.nextInt(1 << 16)) & mask;
                entries.add(
                        entry(
                                PREFIXES,
                                new MatchKey(field.high(value), 0, field.high(mask), 0, 0)));
            }
        }
        MatchTable table = MatchTable.of(entries);
        for (int packet = 0; packet < 20_000; packet++) {
            long address =
                    random.nextInt(8) == 0
                            ? random.nextInt() & 0xffff_ffffL
                            : 0x0a000000L | random.nextInt(1 << 16);
            Entry expected = search(entries, field.high(address), 0);
            Entry found = table.lookup(field.high(address), 0);
            assertEquals(
                    expected == null ? null : expected.key(), found == null ? null : found.key());
        }
    }

    @Test
    void anEmptyTableMatchesNothing() {
        assertNull(MatchTable.of(List.of()).lookup(0, 0));
    }

    @Test
    void aFieldThatLiesAcrossTheMiddleOfTheKeyIsReadBackAsWritten() {
        for (TableShape.Field field : TERNARY.fields()) {
            for (long value : new long[] {0, 1, field.greatest(), field.greatest() / 3}) {
                assertEquals(value, field.of(field.high(value), field.low(value)), field.name());
            }
        }
    }
}
