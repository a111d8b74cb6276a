// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A lookup finds what a search through all entries would find. */
class MatchTableTest {
    private static final int ACTION = 7;
    private static final TableShape TERNARY =
            table(
                    new TableShape.Field(1, "site", 16, MatchKind.EXACT, 0),
                    new TableShape.Field(2, "source", 32, MatchKind.TERNARY, 16),
                    new TableShape.Field(3, "destination", 32, MatchKind.TERNARY, 48),
                    new TableShape.Field(4, "protocol", 8, MatchKind.TERNARY, 80));
    private static final TableShape WIDE =
            table(
                    new TableShape.Field(1, "site", 17, MatchKind.EXACT, 0),
                    new TableShape.Field(2, "source", 128, MatchKind.TERNARY, 17),
                    new TableShape.Field(3, "destination", 128, MatchKind.TERNARY, 145),
                    new TableShape.Field(4, "protocol", 47, MatchKind.TERNARY, 273));
    private static final TableShape PREFIXES =
            table(new TableShape.Field(1, "destination", 32, MatchKind.LPM, 0));
    private static final TableShape WIDE_PREFIXES =
            table(
                    new TableShape.Field(1, "site", 16, MatchKind.EXACT, 0),
                    new TableShape.Field(2, "destination", 128, MatchKind.LPM, 16));

    private static TableShape table(TableShape.Field... fields) {
        return new TableShape(
                1,
                "table",
                List.of(fields),
                List.of(new ActionShape(ACTION, "act", List.of())),
                ACTION,
                2,
                4096);
    }

    private static Entry entry(TableShape table, MatchKey key) {
        return new Entry(table, key, ACTION, List.of(), new EntryCounter(), Note.NONE);
    }

    private static Entry search(List<Entry> entries, BigInteger packet) {
        return entries.stream()
                .filter(entry -> entry.key().matches(packet))
                .max(Comparator.comparingInt(Entry::rank))
                .orElse(null);
    }

    /** As the packet thread looks up: two longs where they suffice, field by field where not. */
    private static Entry lookUp(MatchTable in, TableShape shape, BigInteger packet) {
        Entry found = in.lookup(wide(shape, packet));
        if (shape.words() == 2) {
            long high = packet.shiftRight(TableShape.MOST_KEY_BITS - 64).longValue();
            long low = packet.shiftRight(TableShape.MOST_KEY_BITS - 128).longValue();
            assertSame(found, in.lookup(high, low));
        }
        return found;
    }

    private static WideKey wide(TableShape shape, BigInteger packet) {
        WideKey key = new WideKey().begin().put(-1L, 64).begin(); // nothing stays of the one before
        for (TableShape.Field field : shape.fields()) {
            BigInteger value = field.of(packet);
            if (field.width() > 64) {
                key.put(value.shiftRight(64).longValue(), field.width() - 64);
            }
            key.put(value.longValue(), Math.min(field.width(), 64));
        }
        return key;
    }

    @Test
    void theHighestPriorityOfRandomEntriesWins() {
        Random random = new Random(20261127);
        for (TableShape shape : List.of(TERNARY, WIDE)) {
            int hits = 0;
            for (int round = 0; round < 60; round++) {
                List<Entry> entries = new ArrayList<>();
                int count = random.nextInt(1, 200);
                for (int priority = 1; priority <= count; priority++) {
                    entries.add(entry(shape, ternaryKey(random, shape, priority)));
                }
                MatchTable table = MatchTable.of(entries);
                for (int packet = 0; packet < 500; packet++) {
                    BigInteger key = BigInteger.ZERO;
                    for (TableShape.Field field : shape.fields()) {
                        key = key.or(field.key(fewValues(random, field)));
                    }
                    Entry expected = search(entries, key);
                    hits += expected == null ? 0 : 1;
                    assertSame(expected, lookUp(table, shape, key));
                }
            }
            assertTrue(hits > 10_000, "only " + hits + " hits: the test shows nothing");
        }
    }

    private static MatchKey ternaryKey(Random random, TableShape shape, int priority) {
        BigInteger values = BigInteger.ZERO;
        BigInteger masks = BigInteger.ZERO;
        for (TableShape.Field field : shape.fields()) {
            BigInteger mask = field.greatest();
            if (field.kind() == MatchKind.TERNARY) {
                mask =
                        random.nextBoolean()
                                ? BigInteger.ZERO
                                : without(random.nextInt(field.width()), mask);
            }
            values = values.or(field.key(fewValues(random, field).and(mask)));
            masks = masks.or(field.key(mask));
        }
        return new MatchKey(values, masks, priority);
    }

    private static BigInteger without(int lastBits, BigInteger mask) {
        return mask.shiftRight(lastBits).shiftLeft(lastBits);
    }

    /** So few that packets and entries meet; they differ at both ends of a field. */
    private static BigInteger fewValues(Random random, TableShape.Field field) {
        BigInteger value = BigInteger.valueOf(random.nextInt(3));
        return field.width() < 32
                ? value
                : value.shiftLeft(field.width() - 8).or(BigInteger.valueOf(random.nextInt(2)));
    }

    @Test
    void theLongestPrefixWinsWhateverTheOrder() {
        Random random = new Random(7);
        List<Entry> entries = new ArrayList<>();
        TableShape.Field field = PREFIXES.fields().get(0);
        for (int length = 1; length <= 32; length++) {
            for (int i = 0; i < 4; i++) {
                BigInteger mask = without(32 - length, field.greatest());
                BigInteger value = BigInteger.valueOf(0x0a000000L | random.nextInt(1 << 16));
                entries.add(
                        entry(
                                PREFIXES,
                                new MatchKey(field.key(value.and(mask)), field.key(mask), 0)));
            }
        }
        MatchTable table = MatchTable.of(entries);
        for (int packet = 0; packet < 20_000; packet++) {
            long address =
                    random.nextInt(8) == 0
                            ? random.nextInt() & 0xffff_ffffL
                            : 0x0a000000L | random.nextInt(1 << 16);
            BigInteger key = field.key(BigInteger.valueOf(address));
            Entry expected = search(entries, key);
            Entry found = lookUp(table, PREFIXES, key);
            assertEquals(
                    expected == null ? null : expected.key(), found == null ? null : found.key());
        }
    }

    @Test
    void theLongestPrefixOfAnIpv6AddressWinsInItsSiteAlone() {
        Random random = new Random(8);
        TableShape.Field site = WIDE_PREFIXES.fields().get(0);
        TableShape.Field field = WIDE_PREFIXES.fields().get(1);
        BigInteger host = BigInteger.valueOf(0x2001_0db8_0001L).shiftLeft(80);
        List<Entry> entries = new ArrayList<>();
        for (int length = 0; length <= 128; length++) {
            BigInteger mask = without(128 - length, field.greatest());
            BigInteger values = site.key(BigInteger.ONE).or(field.key(host.and(mask)));
            BigInteger masks = site.key(site.greatest()).or(field.key(mask));
            entries.add(entry(WIDE_PREFIXES, new MatchKey(values, masks, 0)));
        }
        MatchTable table = MatchTable.of(entries);
        int longest = 0;
        for (int packet = 0; packet < 20_000; packet++) {
            BigInteger address = random.nextInt(64) == 0 ? host : host.flipBit(random.nextInt(128));
            BigInteger key = site.key(BigInteger.ONE).or(field.key(address));
            Entry found = lookUp(table, WIDE_PREFIXES, key);
            assertSame(search(entries, key), found);
            longest += found.rank() == 16 + 128 ? 1 : 0;
            assertNull(lookUp(table, WIDE_PREFIXES, site.key(BigInteger.TWO).or(field.key(host))));
        }
        assertTrue(longest > 100, longest + " packets to the host itself");
    }

    @Test
    void anEmptyTableMatchesNothing() {
        assertNull(MatchTable.of(List.of()).lookup(0, 0));
        assertNull(MatchTable.of(List.of()).lookup(new WideKey().begin()));
    }

    @Test
    void aFieldThatLiesAcrossWordsOfTheKeyIsReadBackAsWritten() {
        for (TableShape shape : List.of(TERNARY, WIDE)) {
            for (TableShape.Field field : shape.fields()) {
                BigInteger third = field.greatest().divide(BigInteger.valueOf(3));
                for (BigInteger value :
                        List.of(BigInteger.ZERO, BigInteger.ONE, field.greatest(), third)) {
                    assertEquals(value, field.of(field.key(value)), field.name());
                }
            }
        }
    }

    @Test
    void aKeyThatIsLongerThanAnyOfTheProgramsIsRefused() {
        TableShape.Field source = new TableShape.Field(1, "source", 128, MatchKind.TERNARY, 0);
        TableShape.Field destination = new TableShape.Field(2, "to", 128, MatchKind.TERNARY, 128);
        TableShape.Field more = new TableShape.Field(3, "more", 65, MatchKind.TERNARY, 256);
        assertThrows(IllegalArgumentException.class, () -> table(source, destination, more));
        TableShape.Field longer = new TableShape.Field(1, "source", 129, MatchKind.EXACT, 0);
        assertThrows(IllegalArgumentException.class, () -> table(longer));
    }
}
