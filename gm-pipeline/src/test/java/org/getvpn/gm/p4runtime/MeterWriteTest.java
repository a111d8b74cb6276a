// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.getvpn.gm.p4runtime.SwitchLab.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import org.getvpn.gm.p4.MeterRates;
import org.getvpn.gm.p4.TableSnapshot;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.Index;
import p4.v1.P4RuntimeOuterClass.MeterConfig;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteRequest;

/** What a controller may write to meters, and what it reads there (P4Runtime, section 9.4). */
class MeterWriteTest {
    private static final int INVALID_ARGUMENT = 3;
    private static final int ABORTED = 10;
    private static final int OUT_OF_RANGE = 11;
    private static final MeterConfig ONE_AT_ONCE = rates(1, 1, 1, 1);

    @AutoClose private final SwitchLab lab;
    private final int id;

    MeterWriteTest() throws IOException {
        lab = new SwitchLab();
        id = lab.info.meters().get(0).id();
    }

    @Test
    void aCellIsReadBackAsItWasWrittenAndWithoutRatesAsItWasBefore() throws InterruptedException {
        SwitchController first = lab.primary();
        assertEquals(List.of(cell(3).build()), read(first, cell(3)));

        first.write(List.of(modify(cell(3).setConfig(rates(100, 200, 300, 400)))));
        assertEquals(
                List.of(cell(3).setConfig(rates(100, 200, 300, 400)).build()),
                read(first, cell(3)));
        assertEquals(List.of(cell(4).build()), read(first, cell(4)));

        first.write(List.of(modify(cell(3))));
        assertEquals(List.of(cell(3).build()), read(first, cell(3)));
    }

    @Test
    void aReadWithoutAnIndexOrAMeterAnswersWithEveryCell() throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(modify(cell(511).setConfig(ONE_AT_ONCE))));
        for (MeterEntry.Builder asked :
                List.of(MeterEntry.newBuilder(), MeterEntry.newBuilder().setMeterId(id))) {
            List<MeterEntry> cells = read(first, asked);
            assertEquals(512, cells.size());
            assertEquals(cell(511).setConfig(ONE_AT_ONCE).build(), cells.get(511));
            assertEquals(1, cells.stream().filter(MeterEntry::hasConfig).count());
        }
    }

    @Test
    void aWriteWithoutAnIndexIsForEveryCell() throws InterruptedException {
        SwitchController first = lab.primary();
        MeterEntry.Builder all = MeterEntry.newBuilder().setMeterId(id);
        first.write(List.of(modify(all.clone().setConfig(ONE_AT_ONCE))));
        assertEquals(512, read(first, all).stream().filter(MeterEntry::hasConfig).count());
        first.write(List.of(modify(all)));
        assertEquals(0, read(first, all).stream().filter(MeterEntry::hasConfig).count());
    }

    @Test
    void whatIsNoCellOrNoRateIsRefusedByItsNumber() throws InterruptedException {
        SwitchController first = lab.primary();
        List<Update> wrong =
                List.of(
                        modify(cell(0).setMeterId(id + 1)),
                        modify(MeterEntry.newBuilder()),
                        modify(cell(-1)),
                        modify(cell(512)),
                        modify(cell(Long.MAX_VALUE)),
                        modify(cell(0).setConfig(rates(-1, 1, 1, 1))),
                        modify(cell(0).setConfig(rates(1, 1, 1, -1))),
                        modify(cell(0).setConfig(rates(2, 1, 1, 1))),
                        modify(cell(0).setConfig(rates(1, 1, MeterRates.GREATEST + 1, 1))),
                        update(Update.Type.INSERT, cell(0).setConfig(ONE_AT_ONCE)),
                        update(Update.Type.DELETE, cell(0)));
        assertEquals(
                List.of(
                        INVALID_ARGUMENT,
                        INVALID_ARGUMENT,
                        INVALID_ARGUMENT,
                        OUT_OF_RANGE,
                        OUT_OF_RANGE,
                        INVALID_ARGUMENT,
                        INVALID_ARGUMENT,
                        INVALID_ARGUMENT,
                        OUT_OF_RANGE,
                        INVALID_ARGUMENT,
                        INVALID_ARGUMENT),
                first.codes(first.writeRequest(wrong).build()));
        assertEquals(List.of(cell(0).build()), read(first, cell(0)));
        assertEquals(Status.Code.UNKNOWN, code(() -> read(first, cell(0).setMeterId(id + 1))));
        assertEquals(Status.Code.UNKNOWN, code(() -> read(first, cell(512))));
    }

    @Test
    void whoIsNotPrimarySetsNoMeter() throws InterruptedException {
        SwitchController first = lab.primary();
        SwitchController second = lab.controller(0);
        second.arbitrate();
        WriteRequest request =
                second.writeRequest(List.of(modify(cell(1).setConfig(ONE_AT_ONCE)))).build();
        assertEquals(Status.Code.PERMISSION_DENIED, code(() -> second.rpc().write(request)));
        assertEquals(List.of(cell(1).build()), read(first, cell(1)));
    }

    @Test
    void aBatchThatIsUndoneLeavesMetersAndTheirBucketsAsTheyWere() throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(modify(cell(1).setConfig(ONE_AT_ONCE))));
        assertEquals(TableSnapshot.GREEN, lab.tables.snapshot().colour(0, 1, 0));

        WriteRequest.Builder request =
                first.writeRequest(
                                List.of(
                                        modify(cell(1).setConfig(rates(9, 9, 9, 9))),
                                        modify(cell(2).setConfig(ONE_AT_ONCE)),
                                        modify(cell(512))))
                        .setAtomicity(WriteRequest.Atomicity.ROLLBACK_ON_ERROR);
        assertEquals(List.of(ABORTED, ABORTED, OUT_OF_RANGE), first.codes(request.build()));

        assertEquals(List.of(cell(1).setConfig(ONE_AT_ONCE).build()), read(first, cell(1)));
        assertEquals(List.of(cell(2).build()), read(first, cell(2)));
        first.write(List.of(modify(cell(3).setConfig(ONE_AT_ONCE)))); // publishes
        assertEquals(TableSnapshot.RED, lab.tables.snapshot().colour(0, 1, 0));
    }

    @Test
    void otherChangesDoNotFillTheBucketsOfACellAndItsOwnDo() throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(modify(cell(1).setConfig(ONE_AT_ONCE))));
        assertEquals(TableSnapshot.GREEN, lab.tables.snapshot().colour(0, 1, 0));
        first.write(
                List.of(
                        SwitchLab.policy(first, 10).insert(),
                        SwitchController.insertGroup(1, 2),
                        modify(cell(2).setConfig(ONE_AT_ONCE))));
        assertEquals(TableSnapshot.RED, lab.tables.snapshot().colour(0, 1, 0));
        first.write(List.of(modify(cell(1).setConfig(ONE_AT_ONCE))));
        assertEquals(TableSnapshot.GREEN, lab.tables.snapshot().colour(0, 1, 0));
    }

    @Test
    void aNewPipelineHasNoRates() throws InterruptedException {
        SwitchController first = lab.primary();
        first.write(List.of(modify(cell(1).setConfig(ONE_AT_ONCE))));
        first.setPipeline();
        assertFalse(read(first, cell(1)).get(0).hasConfig());
        assertEquals(TableSnapshot.GREEN, lab.tables.snapshot().colour(0, 1, 0));
        assertEquals(TableSnapshot.GREEN, lab.tables.snapshot().colour(0, 1, 0));
    }

    private MeterEntry.Builder cell(long index) {
        return MeterEntry.newBuilder().setMeterId(id).setIndex(Index.newBuilder().setIndex(index));
    }

    private static List<MeterEntry> read(SwitchController from, MeterEntry.Builder asked) {
        return from.read(Entity.newBuilder().setMeterEntry(asked).build()).stream()
                .map(Entity::getMeterEntry)
                .toList();
    }

    private static Update modify(MeterEntry.Builder cell) {
        return update(Update.Type.MODIFY, cell);
    }

    private static Update update(Update.Type type, MeterEntry.Builder cell) {
        return Update.newBuilder()
                .setType(type)
                .setEntity(Entity.newBuilder().setMeterEntry(cell))
                .build();
    }

    private static MeterConfig rates(long cir, long cburst, long pir, long pburst) {
        return MeterConfig.newBuilder()
                .setCir(cir)
                .setCburst(cburst)
                .setPir(pir)
                .setPburst(pburst)
                .build();
    }
}
