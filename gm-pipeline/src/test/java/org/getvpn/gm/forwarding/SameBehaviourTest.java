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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.getvpn.gm.forwarding.CompiledProgram.Row;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.EntryCounter;
import org.getvpn.gm.p4.MatchKey;
import org.getvpn.gm.p4.Note;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableShape;
import org.getvpn.gm.p4runtime.PipelineInfo;
import org.junit.jupiter.api.Test;

/**
 * The program in Java against the compiled program, with random tables and packets: the same
 * verdict, the same frame, the same counts.
 */
class SameBehaviourTest {
    private static final int POLICIES = 100;
    private static final int PACKETS = 400;
    private static final int ROOM = 256;

    private final SwitchTables tables = new SwitchTables(PipelineInfo.load().tables());
    private final GroupMemberProgram program = new GroupMemberProgram(tables.shapes());
    private final MemorySegment memory = Arena.ofAuto().allocate(ROOM);
    private final CompiledProgram compiled;
    private final Map<Row, EntryCounter> counters = new HashMap<>();
    private final Map<String, Integer> verdicts = new TreeMap<>();

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
                same(packets.next(), random.nextInt(6), "policy " + policy + " packet " + i);
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
        for (String passed : List.of("UNICAST", "REPLICATE")) {
            assertSeen(200, passed + " 0800");
            assertSeen(200, passed + " 86dd");
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
        int verdict = program.run(tables.snapshot(), memory, 0, frame.length, port);
        compiled.run(frame, port);
        if (verdict == GroupMemberProgram.DROP) {
            count(program.dropped().name(), frame);
            assertTrue(compiled.isDropped(), what + ": dropped for " + program.dropped());
            return;
        }
        assertTrue(!compiled.isDropped(), what + ": not dropped, verdict " + verdict);
        if (verdict == GroupMemberProgram.REPLICATE) {
            count("REPLICATE", frame);
            assertEquals(compiled.group(), program.group(), what);
        } else {
            boolean toController = verdict == GroupMemberProgram.PORT_CONTROLLER;
            count(toController ? "CONTROLLER" : "UNICAST", frame);
            assertEquals(0, compiled.group(), what);
            assertEquals(compiled.egress(), verdict, what);
        }
        assertArrayEquals(
                compiled.deparse(),
                memory.asSlice(0, frame.length).toArray(ValueLayout.JAVA_BYTE),
                what);
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
        RandomRows rows = new RandomRows(random);
        for (TableShape table : tables.shapes()) {
            for (Row row : rows.of(table)) {
                insert(table, row);
            }
        }
        tables.publish();
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
