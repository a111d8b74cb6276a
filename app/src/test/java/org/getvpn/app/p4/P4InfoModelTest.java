// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.model.PiMeterModel;
import org.onosproject.net.pi.model.PiPacketOperationType;
import org.onosproject.net.pi.model.PiPipelineModel;
import org.onosproject.net.pi.model.PiTableModel;
import org.onosproject.p4runtime.model.P4InfoParser;

/** Our reading of the p4info is ONOS's reading of it. */
class P4InfoModelTest {
    private final PiPipelineModel ours = new P4InfoModel(GroupMemberPipeconf.p4info());

    @Test
    void theTablesInCodeAreThoseOfTheProgram() {
        assertEquals(
                new TreeSet<>(
                        ours.tables().stream()
                                .map(table -> table.id().id())
                                .collect(Collectors.toSet())),
                new TreeSet<>(
                        Arrays.stream(Table.values())
                                .map(table -> table.id().id())
                                .collect(Collectors.toSet())));
    }

    @ParameterizedTest
    @EnumSource(Table.class)
    void aTableIsWhatOnosReads(Table table) throws Exception {
        assertEquals(
                words(onos().table(table.id()).orElseThrow()),
                words(ours.table(table.id()).orElseThrow()));
    }

    @Test
    void metersAreWhatOnosReads() throws Exception {
        List<String> expected = new ArrayList<>();
        onos().meters().forEach(meter -> expected.add(words(meter)));
        List<String> found = new ArrayList<>();
        ours.meters().forEach(meter -> found.add(words(meter)));
        assertEquals(expected, found);
        assertEquals(
                "GroupMember.gdoi_meter INDIRECT PACKETS null 512",
                words(ours.meter(PiMeterId.of("GroupMember.gdoi_meter")).orElseThrow()));
    }

    private static String words(PiMeterModel meter) {
        return meter.id()
                + " "
                + meter.meterType()
                + " "
                + meter.unit()
                + " "
                + meter.table()
                + " "
                + meter.size();
    }

    @Test
    void packetHeadersAreWhatOnosReads() throws Exception {
        for (PiPacketOperationType type : PiPacketOperationType.values()) {
            assertEquals(
                    onos().packetOperationModel(type).orElseThrow().metadatas().stream()
                            .map(field -> field.id() + " " + field.bitWidth())
                            .collect(Collectors.toList()),
                    ours.packetOperationModel(type).orElseThrow().metadatas().stream()
                            .map(field -> field.id() + " " + field.bitWidth())
                            .collect(Collectors.toList()));
        }
        assertEquals(onos().architecture(), ours.architecture());
    }

    @Test
    void theInterpreterKnowsEveryDefaultAction() {
        GroupMemberInterpreter interpreter = new GroupMemberInterpreter();
        for (PiTableModel table : ours.tables()) {
            assertEquals(
                    table.constDefaultAction().orElseThrow().id(),
                    interpreter.getOriginalDefaultAction(table.id()).orElseThrow().id(),
                    () -> table.id().id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tables {", "tables { preamble { id: 1", "tables }", "a: b c"})
    void whatIsNoP4InfoIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> new P4InfoModel(text));
    }

    private static PiPipelineModel onos() throws Exception {
        return P4InfoParser.parse(
                P4InfoModelTest.class.getResource("/org/getvpn/p4/group_member.p4info.txt"));
    }

    private static String words(PiTableModel table) {
        assertTrue(table.matchFields().size() > 0);
        return table.id()
                + " "
                + table.tableType()
                + " "
                + table.maxSize()
                + " "
                + table.supportsAging()
                + " "
                + table.isConstantTable()
                + " "
                + table.matchFields().stream()
                        .map(f -> f.id() + " " + f.bitWidth() + " " + f.matchType())
                        .sorted()
                        .collect(Collectors.toList())
                + " "
                + table.actions().stream()
                        .map(
                                a ->
                                        a.id()
                                                + " "
                                                + a.params().stream()
                                                        .map(p -> p.id() + " " + p.bitWidth())
                                                        .collect(Collectors.toList()))
                        .sorted()
                        .collect(Collectors.toList())
                + " "
                + table.constDefaultAction().map(a -> a.id().id())
                + " "
                + table.counters().stream()
                        .map(c -> c.id() + " " + c.unit() + " " + c.counterType() + " " + c.table())
                        .collect(Collectors.toList());
    }
}
