// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.getvpn.gm.p4runtime.SwitchLab.DEVICE;
import static org.getvpn.gm.p4runtime.SwitchLab.code;
import static org.getvpn.gm.p4runtime.SwitchLab.policy;
import static org.getvpn.gm.p4runtime.SwitchLab.route;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.CounterData;
import p4.v1.P4RuntimeOuterClass.CounterEntry;
import p4.v1.P4RuntimeOuterClass.DirectCounterEntry;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.MulticastGroupEntry;
import p4.v1.P4RuntimeOuterClass.PacketReplicationEngineEntry;
import p4.v1.P4RuntimeOuterClass.ReadRequest;
import p4.v1.P4RuntimeOuterClass.Replica;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteRequest;

/** What a controller may write to the tables, and what it reads there. */
class TableWriteTest {
    private static final BigInteger ALL = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
    private static final BigInteger ADDRESS = // 2001:db8::2
            BigInteger.valueOf(0x2001_0db8L).shiftLeft(96).add(BigInteger.TWO);

    @AutoClose private final SwitchLab lab;

    TableWriteTest() throws IOException {
        lab = new SwitchLab();
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() throws InterruptedException {
        SwitchController first = lab.primary();
        List<SwitchController.EntryText> texts =
                List.of(
                        first.entry("port_role").exact("port", 1).action("set_role", 1, 1),
                        first.entry("punt")
                                .exact("role", 1)
                                .exact("ether_type", 0x0806)
                                .exact("nd", 0)
                                .action("send_to_controller"),
                        first.entry("source_guard")
                                .exact("site", 1)
                                .prefix("ipv4_src", 0x0a01_0000L, 16)
                                .action("accept_source"),
                        policy(first, 10),
                        policy(first, 11).action("bypass"),
                        first.entry("inbound_spi")
                                .exact("site", 1)
                                .exact("spi", 0xdead_beefL)
                                .action("to_member", 3),
                        route(first, 0x0a02_0000L, 16),
                        route(first, 0, 0),
                        first.entry("source_guard_ipv6")
                                .exact("site", 1)
                                .prefix("ipv6_src", ADDRESS, 127)
                                .action("accept_source"),
                        first.entry("wan_guard_ipv6")
                                .exact("site", 1)
                                .ternary("ipv6_src", ADDRESS, ADDRESS)
                                .ternary("ipv6_dst", BigInteger.ONE, ALL)
                                .ternary("icmp_type", 2, 0xff)
                                .priority(10)
                                .action("to_member", 3));
        first.write(texts.stream().map(SwitchController.EntryText::insert).toList());
        List<TableEntry> expected =
                texts.stream()
                        .map(
                                text ->
                                        text.message()
                                                .setCounterData(CounterData.getDefaultInstance())
                                                .build())
                        .toList();
        assertEquals(expected, first.entries());
    }

    @Test
    void aValueOfAnIpv6AddressHasSoManyBitsAndNoMore() throws InterruptedException {
        SwitchController c = lab.primary();
        SwitchController.EntryText route = c.entry("route_ipv6").action("drop");
        assertRefused(11, c, update(route.prefix("ipv6_dst", ALL.add(ADDRESS), 64).message()));
        route = c.entry("route_ipv6").action("drop");
        assertRefused(3, c, update(route.prefix("ipv6_dst", ADDRESS, 129).message()));
        route = c.entry("route_ipv6").action("drop");
        assertRefused(3, c, update(route.prefix("ipv6_dst", ADDRESS, 64).message()));
        route = c.entry("route_ipv6").action("drop");
        c.write(List.of(route.prefix("ipv6_dst", ADDRESS, 128).insert()));
        assertEquals(1, c.entries().size());
    }

    @Test
    void anUpdateThatFailsNamesItsCodeAndTheOthersAreDone() throws InterruptedException {
        /* Write{insert, the same insert, delete of nothing, modify of nothing, insert} -->
         * <-- UNKNOWN {OK, ALREADY_EXISTS, NOT_FOUND, NOT_FOUND, OK} */
        SwitchController first = lab.primary();
        WriteRequest request =
                first.writeRequest(
                                List.of(
                                        policy(first, 10).insert(),
                                        policy(first, 10).insert(),
                                        policy(first, 12).delete(),
                                        policy(first, 12).modify(),
                                        policy(first, 11).insert()))
                        .build();
        StatusRuntimeException refused =
                assertThrows(StatusRuntimeException.class, () -> first.rpc().write(request));
        assertEquals(Status.Code.UNKNOWN, refused.getStatus().getCode());
        assertEquals(
                List.of(0, 6, 5, 5, 0),
                SwitchController.details(refused).stream()
                        .map(error -> error.getCanonicalCode())
                        .toList());
        assertEquals(2, first.entries().size());
        assertEquals(2, lab.service.tableUpdates());
    }

    @Test
    void anAtomicBatchIsDoneWholeOrNotAtAll() throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(policy(first, 9).insert()));
        for (WriteRequest.Atomicity atomicity :
                List.of(
                        WriteRequest.Atomicity.ROLLBACK_ON_ERROR,
                        WriteRequest.Atomicity.DATAPLANE_ATOMIC)) {
            WriteRequest.Builder request =
                    first.writeRequest(
                                    List.of(
                                            policy(first, 10).insert(),
                                            policy(first, 9).delete(),
                                            policy(first, 12).delete()))
                            .setAtomicity(atomicity);
            assertEquals(List.of(10, 10, 5), first.codes(request.build()));
            assertEquals(9, first.entries().get(0).getPriority());
            assertEquals(1, first.entries().size());
            assertEquals(1, lab.service.tableUpdates());
        }
        first.rpc()
                .write(
                        first.writeRequest(
                                        List.of(
                                                policy(first, 10).insert(),
                                                policy(first, 9).delete()))
                                .setAtomicity(WriteRequest.Atomicity.DATAPLANE_ATOMIC)
                                .build());
        assertEquals(10, first.entries().get(0).getPriority());
    }

    @Test
    void whatContradictsThePipelineIsRefusedAndTheTablesStay() throws InterruptedException {
        SwitchController c = lab.primary();
        c.write(List.of(policy(c, 10).insert()));
        List<TableEntry> before = c.entries();

        assertRefused(3, c, update(policy(c, 20).message().setTableId(0x0200_0063)));
        assertRefused(3, c, update(policy(c, 20).message().setTableId(0)));
        assertRefused(3, c, update(policy(c, 0).message()));
        assertRefused(3, c, update(policy(c, -1).message()));
        assertRefused(3, c, update(route(c, 0x0a00_0000L, 8).priority(1).message()));
        assertRefused(3, c, update(c.entry("route").action("drop").exact("ipv4_dst", 1).message()));
        assertRefused(3, c, update(route(c, 0x0a00_0001L, 8).message()));
        assertRefused(3, c, update(route(c, 0x0a00_0001L, 33).message()));
        assertRefused(11, c, update(route(c, 0x1_0000_0000L, 32).message()));
        assertRefused(
                11, c, update(c.entry("port_role").exact("port", 512).action("drop").message()));
        assertRefused(3, c, update(c.entry("port_role").action("drop").message()));
        assertRefused(
                11,
                c,
                update(c.entry("port_role").exact("port", 1).action("set_role", 8, 1).message()));
        assertRefused(
                3,
                c,
                update(c.entry("port_role").exact("port", 1).action("set_role", 1).message()));
        assertRefused(3, c, update(policy(c, 20).message().clearAction()));
        TableEntry.Builder foreign = policy(c, 20).message();
        foreign.getActionBuilder().getActionBuilder().clearParams().setActionId(0x0100_0007);
        assertRefused(3, c, update(foreign));
        TableEntry.Builder extra = policy(c, 20).message();
        extra.getActionBuilder().getActionBuilder().addParamsBuilder().setParamId(9);
        assertRefused(3, c, update(extra));
        TableEntry.Builder twice = policy(c, 20).message();
        twice.addMatch(twice.getMatch(0));
        assertRefused(3, c, update(twice));
        TableEntry.Builder unknownField = policy(c, 20).message();
        unknownField.getMatchBuilder(0).setFieldId(77);
        assertRefused(3, c, update(unknownField));
        TableEntry.Builder outside = policy(c, 20).message();
        outside.getMatchBuilder(1).getTernaryBuilder().setValue(Bytestring.of(0xffff_ffffL));
        assertRefused(3, c, update(outside));
        TableEntry.Builder all = policy(c, 20).message();
        all.getMatchBuilder(1).getTernaryBuilder().setMask(Bytestring.of(0));
        assertRefused(3, c, update(all));
        TableEntry.Builder empty = policy(c, 20).message();
        empty.getMatchBuilder(0).getExactBuilder().setValue(ByteString.EMPTY);
        assertRefused(3, c, update(empty));
        assertRefused(3, c, update(policy(c, 20).message().setIdleTimeoutNs(1)));
        assertRefused(3, c, Update.newBuilder().setType(Update.Type.INSERT).build());
        assertRefused(
                3,
                c,
                Update.newBuilder()
                        .setEntity(Entity.newBuilder().setTableEntry(policy(c, 20).message()))
                        .build());
        assertRefused(
                12,
                c,
                Update.newBuilder()
                        .setType(Update.Type.MODIFY)
                        .setEntity(Entity.newBuilder().setCounterEntry(CounterEntry.newBuilder()))
                        .build());

        assertEquals(before, c.entries());
    }

    private static Update update(TableEntry.Builder entry) {
        return SwitchController.update(Update.Type.INSERT, entry);
    }

    private static void assertRefused(int code, SwitchController controller, Update update) {
        assertEquals(
                List.of(code),
                controller.codes(controller.writeRequest(List.of(update)).build()),
                update.toString());
    }

    @Test
    void theDefaultActionsAreConstantAndTheirCountersReadable() throws InterruptedException {
        SwitchController c = lab.primary();
        TableEntry.Builder defaults =
                TableEntry.newBuilder().setTableId(c.table("route").id()).setIsDefaultAction(true);
        assertRefused(7, c, SwitchController.update(Update.Type.MODIFY, defaults));
        assertRefused(3, c, SwitchController.update(Update.Type.INSERT, defaults));
        assertRefused(3, c, SwitchController.update(Update.Type.DELETE, defaults));
        List<Entity> read =
                c.read(
                        Entity.newBuilder()
                                .setTableEntry(
                                        defaults.setCounterData(CounterData.getDefaultInstance()))
                                .build());
        assertEquals(1, read.size());
        assertTrue(read.get(0).getTableEntry().hasCounterData());
        assertEquals(
                c.table("route").defaultAction(),
                read.get(0).getTableEntry().getAction().getAction().getActionId());
        assertEquals(
                16,
                c.read(
                                Entity.newBuilder()
                                        .setTableEntry(
                                                TableEntry.newBuilder().setIsDefaultAction(true))
                                        .build())
                        .size());
    }

    @Test
    void aFullTableTakesNoMore() throws InterruptedException {
        SwitchController c = lab.primary();
        List<Update> updates = new ArrayList<>();
        for (int spi = 0; spi <= c.table("inbound_spi").size(); spi++) {
            updates.add(
                    c.entry("inbound_spi")
                            .exact("site", 1)
                            .exact("spi", spi)
                            .action("to_member", 3)
                            .insert());
        }
        List<Integer> codes = c.codes(c.writeRequest(updates).build());
        assertEquals(8, codes.get(codes.size() - 1));
        assertEquals(1, codes.stream().filter(code -> code != 0).count());
    }

    @Test
    void aReadIsNarrowedByTableMatchAndPriority() throws InterruptedException {
        SwitchController c = lab.primary();
        c.write(
                List.of(
                        policy(c, 10).insert(),
                        policy(c, 11).insert(),
                        route(c, 0x0a00_0000L, 8).insert()));
        int table = c.table("outbound_policy").id();
        assertEquals(2, c.read(tableEntry(TableEntry.newBuilder().setTableId(table))).size());
        assertEquals(
                1,
                c.read(tableEntry(TableEntry.newBuilder().setTableId(table).setPriority(11)))
                        .size());
        assertEquals(1, c.read(tableEntry(policy(c, 10).message())).size());
        assertEquals(0, c.read(tableEntry(policy(c, 12).message())).size());
        assertFalse(
                c.read(tableEntry(policy(c, 10).message()))
                        .get(0)
                        .getTableEntry()
                        .hasCounterData());
    }

    private static Entity tableEntry(TableEntry.Builder entry) {
        return Entity.newBuilder().setTableEntry(entry).build();
    }

    @Test
    void aBadReadNamesItsCodeAndTheOthersAreAnswered() throws InterruptedException {
        SwitchController c = lab.primary();
        c.write(List.of(policy(c, 10).insert()));
        ReadRequest request =
                ReadRequest.newBuilder()
                        .setDeviceId(DEVICE)
                        .addEntities(tableEntry(TableEntry.newBuilder()))
                        .addEntities(tableEntry(TableEntry.newBuilder().setTableId(5)))
                        .addEntities(Entity.getDefaultInstance())
                        .build();
        List<Entity> found = new ArrayList<>();
        StatusRuntimeException refused =
                assertThrows(
                        StatusRuntimeException.class,
                        () ->
                                c.rpc()
                                        .read(request)
                                        .forEachRemaining(
                                                part -> found.addAll(part.getEntitiesList())));
        assertEquals(
                List.of(0, 3, 3),
                SwitchController.details(refused).stream()
                        .map(error -> error.getCanonicalCode())
                        .toList());
        assertEquals(1, found.size());
    }

    @Test
    void aCounterIsSetReadAndKeptWhenItsEntryIsModified() throws InterruptedException {
        SwitchController c = lab.primary();
        c.write(List.of(policy(c, 10).insert()));
        DirectCounterEntry.Builder counter =
                DirectCounterEntry.newBuilder()
                        .setTableEntry(policy(c, 10).message().clearAction())
                        .setData(CounterData.newBuilder().setPacketCount(5).setByteCount(500));
        c.write(
                List.of(
                        Update.newBuilder()
                                .setType(Update.Type.MODIFY)
                                .setEntity(Entity.newBuilder().setDirectCounterEntry(counter))
                                .build()));
        c.write(List.of(policy(c, 10).action("bypass").modify()));
        assertEquals(5, c.entries().get(0).getCounterData().getPacketCount());
        assertEquals(
                500,
                c.read(Entity.newBuilder().setDirectCounterEntry(counter.clearData()).build())
                        .get(0)
                        .getDirectCounterEntry()
                        .getData()
                        .getByteCount());
    }

    @Test
    void multicastGroupsAreWrittenAndReadBack() throws InterruptedException {
        SwitchController c = lab.primary();
        MulticastGroupEntry.Builder group =
                MulticastGroupEntry.newBuilder()
                        .setMulticastGroupId(300)
                        .addReplicas(Replica.newBuilder().setEgressPort(1))
                        .addReplicas(Replica.newBuilder().setEgressPort(2).setInstance(1));
        assertRefused(5, c, group(Update.Type.MODIFY, group));
        c.write(List.of(group(Update.Type.INSERT, group)));
        assertRefused(6, c, group(Update.Type.INSERT, group));
        Entity wildcard = group(Update.Type.INSERT, MulticastGroupEntry.newBuilder()).getEntity();
        assertEquals(
                group.build(),
                c.read(wildcard).get(0).getPacketReplicationEngineEntry().getMulticastGroupEntry());
        assertRefused(
                3, c, group(Update.Type.MODIFY, group.clone().addReplicas(group.getReplicas(0))));
        assertRefused(3, c, group(Update.Type.INSERT, group.clone().setMulticastGroupId(0)));
        assertRefused(
                3,
                c,
                group(
                        Update.Type.MODIFY,
                        group.clone().addReplicas(Replica.newBuilder().setEgressPort(511))));
        assertArrayEquals(new int[] {1, 2}, lab.tables.snapshot().ports(300));
        c.write(List.of(group(Update.Type.DELETE, group)));
        assertRefused(5, c, group(Update.Type.DELETE, group));
        assertEquals(0, lab.tables.snapshot().ports(300).length);
    }

    private static Update group(Update.Type type, MulticastGroupEntry.Builder group) {
        return Update.newBuilder()
                .setType(type)
                .setEntity(
                        Entity.newBuilder()
                                .setPacketReplicationEngineEntry(
                                        PacketReplicationEngineEntry.newBuilder()
                                                .setMulticastGroupEntry(group)))
                .build();
    }
}
