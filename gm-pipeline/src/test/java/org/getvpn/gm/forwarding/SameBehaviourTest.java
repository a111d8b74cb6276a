// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.getvpn.gm.forwarding.CompiledProgram.Row;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.EntryCounter;
import org.getvpn.gm.p4.MatchKey;
import org.getvpn.gm.p4.MeterRates;
import org.getvpn.gm.p4.MulticastGroup;
import org.getvpn.gm.p4.Note;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableShape;
import org.getvpn.gm.p4runtime.PipelineInfo;
import org.junit.jupiter.api.Test;

/**
 * The program in Java against the compiled program, with random tables and packets: the same
 * verdict, the same copies, the same frame, the same counts.
 */
class SameBehaviourTest {
    private static final int POLICIES = 100;
    private static final int PACKETS = 400;
    private static final int ROOM = 256;
    private static final int PORTS = 6;
    private static final long MILLI = 1000; // a token's time at the least of the rates drawn

    private final PipelineInfo info = PipelineInfo.load();
    private final SwitchTables tables = new SwitchTables(info.tables(), info.meters());
    private final GroupMemberProgram program =
            new GroupMemberProgram(tables.shapes(), tables.meters().shapes());
    private final MemorySegment memory = Arena.ofAuto().allocate(ROOM);
    private final CompiledProgram compiled;
    private final Map<Row, EntryCounter> counters = new HashMap<>();
    private final Map<String, Integer> verdicts = new TreeMap<>();
    private long micros = MILLI / 2; // never when a token comes: they are reckoned with fractions

    SameBehaviourTest() throws IOException {
        compiled = new CompiledProgram();
    }

    @Test
    void theTablesAreThoseOfTheCompiledProgram() {
        assertEquals(
                Set.copyOf(compiled.tables()),
                tables.shapes().stream().map(TableShape::name).collect(Collectors.toSet()));
    }

    @Test
    void randomPoliciesTreatRandomPacketsAsTheCompiledProgramDoes() throws RefusedUpdate {
        Random random = new Random(20261127);
        for (int policy = 0; policy < POLICIES; policy++) {
            install(random);
            RandomPackets packets = new RandomPackets(random);
            for (int i = 0; i < PACKETS; i++) {
                micros += random.nextInt(32) == 0 ? MILLI : 0;
                same(packets.next(), random.nextInt(PORTS), "policy " + policy + " packet " + i);
            }
            assertSameCounts("policy " + policy);
        }
        for (SwitchDrop reason :
                EnumSet.range(SwitchDrop.PORT_WITHOUT_ROLE, SwitchDrop.DROP_PORT)) {
            assertSeen(20, reason + " 0800");
            if (reason != SwitchDrop.BAD_IP_CHECKSUM) { // IPv6 has none
                assertSeen(20, reason + " 86dd");
            }
        }
        assertSeen(200, "CONTROLLER 0806");
        assertSeen(200, "CONTROLLER 86dd");
        for (String type : List.of("0800", "86dd")) {
            for (String passed : List.of("UNICAST", "REPLICATE", "COPY", "COPY_FORBIDDEN")) {
                assertSeen(200, passed + " " + type);
            }
            assertSeen(20, "COPY_BACK " + type);
        }
    }

    private void assertSeen(int often, String verdict) {
        assertTrue(verdicts.getOrDefault(verdict, 0) >= often, verdict + ": " + verdicts);
    }

    /** What became of the frames of an EtherType. */
    private void count(String verdict, byte[] frame) {
        if (frame.length >= 14) {
            String type = HexFormat.of().formatHex(frame, 12, 14);
            verdicts.merge(verdict + " " + type, 1, Integer::sum);
        }
    }

    private void same(byte[] frame, int port, String what) {
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
        int verdict = program.run(tables.snapshot(), memory, 0, frame.length, port, 1000 * micros);
        compiled.run(frame, port, micros);
        if (verdict == GroupMemberProgram.DROP) {
            count(program.dropped().name(), frame);
            assertTrue(compiled.isDropped(), what + ": dropped for " + program.dropped());
            return;
        }
        assertTrue(!compiled.isDropped(), what + ": not dropped, verdict " + verdict);
        byte[] left = memory.asSlice(0, frame.length).toArray(ValueLayout.JAVA_BYTE);
        if (verdict == GroupMemberProgram.REPLICATE) {
            count("REPLICATE", frame);
            assertEquals(compiled.group(), program.group(), what);
            for (int copy : tables.snapshot().ports(program.group())) {
                sameCopy(frame, left, port, copy, what + " to " + copy);
            }
            return;
        }
        assertEquals(0, compiled.group(), what);
        assertEquals(compiled.egress(), verdict, what);
        byte[] leaving = compiled.leaving(verdict).orElseThrow();
        if (verdict == GroupMemberProgram.PORT_CONTROLLER) {
            count("CONTROLLER", frame);
            assertArrayEquals(
                    ByteBuffer.allocate(2 + frame.length)
                            .putShort((short) (port << 7)) // header packet_in
                            .put(left)
                            .array(),
                    leaving,
                    what);
        } else {
            count("UNICAST", frame);
            assertArrayEquals(leaving, left, what);
        }
    }

    private void sameCopy(byte[] frame, byte[] left, int from, int to, String what) {
        Optional<byte[]> leaving = compiled.leaving(to);
        assertEquals(leaving.isPresent(), program.permitsCopy(to), what);
        if (leaving.isPresent()) {
            count("COPY", frame);
            assertArrayEquals(leaving.get(), left, what);
        } else {
            count(from == to ? "COPY_BACK" : "COPY_FORBIDDEN", frame);
        }
    }

    private void assertSameCounts(String what) {
        counters.forEach(
                (row, counter) ->
                        assertArrayEquals(
                                compiled.counts(row),
                                new long[] {counter.packets(), counter.octets()},
                                what + " " + row));
        for (TableShape table : tables.shapes()) {
            EntryCounter missed = tables.defaultCounter(table);
            assertArrayEquals(
                    compiled.misses(table.name()),
                    new long[] {missed.packets(), missed.octets()},
                    what + " " + table.name());
        }
    }

    private void install(Random random) throws RefusedUpdate {
        tables.clear();
        compiled.clear();
        counters.clear();
        for (int port = 0; port < PORTS; port++) {
            if (random.nextInt(6) != 0) {
                meter(port, random);
                insert(tables.shapes().get(ProgramTables.GDOI_LIMIT), red(port));
            }
        }
        RandomRows rows = new RandomRows(random);
        for (TableShape table : tables.shapes()) {
            for (Row row : rows.of(table)) {
                insert(table, row);
            }
        }
        for (Map.Entry<Integer, int[]> group : rows.groups().entrySet()) {
            tables.insert(
                    new MulticastGroup(
                            group.getKey(),
                            IntStream.of(group.getValue())
                                    .mapToObj(port -> new MulticastGroup.Replica(port, 0))
                                    .toList()));
        }
        tables.publish();
    }

    private static Row red(int port) {
        return new Row(
                "gdoi_limit",
                List.of(BigInteger.valueOf(port), BigInteger.TWO),
                List.of(BigInteger.valueOf(511), BigInteger.valueOf(3)),
                0,
                "drop",
                List.of());
    }

    private void meter(int port, Random random) {
        long committed = 1000 * random.nextInt(3);
        MeterRates rates =
                new MeterRates(
                        committed,
                        random.nextInt(3),
                        committed + 1000 * random.nextInt(2),
                        random.nextBoolean() ? 0 : 1 + random.nextInt(3));
        tables.meters().set(info.meters().get(0), port, Optional.of(rates));
        compiled.meter(port, new Bmv2Meter(rates));
    }

    private void insert(TableShape table, Row row) throws RefusedUpdate {
        BigInteger values = BigInteger.ZERO;
        BigInteger masks = BigInteger.ZERO;
        for (int i = 0; i < table.fields().size(); i++) {
            TableShape.Field field = table.fields().get(i);
            values = values.or(field.key(row.values().get(i)));
            masks = masks.or(field.key(row.masks().get(i)));
        }
        MatchKey key = new MatchKey(values, masks, table.hasPriorities() ? row.rank() : 0);
        if (tables.entry(table, key).isPresent()) {
            return; // drawn twice
        }
        ActionShape action =
                table.actions().stream()
                        .filter(each -> each.name().equals(row.action()))
                        .findFirst()
                        .orElseThrow();
        counters.put(row, tables.insert(table, key, action.id(), row.parameters(), Note.NONE));
        compiled.add(row);
    }
}
