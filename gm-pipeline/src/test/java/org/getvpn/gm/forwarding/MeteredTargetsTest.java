// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.forwarding.TargetSwitch.Arrival;
import org.getvpn.gm.p4runtime.SwitchController;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import p4.v1.P4RuntimeOuterClass.Entity;
import p4.v1.P4RuntimeOuterClass.Index;
import p4.v1.P4RuntimeOuterClass.MeterConfig;
import p4.v1.P4RuntimeOuterClass.MeterEntry;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Update;

/** The meter on GDOI: the same claims at the software switch and, where it is, at bmv2. */
@ParameterizedClass
@ValueSource(strings = {"software", "bmv2"})
class MeteredTargetsTest {
    private static final int WAN = 2;
    private static final int MEMBER = 3;
    private static final int OTHER_MEMBER = 4;
    private static final int METER = 0x1400_0001;
    private static final int KEY_SERVER = 0x0aff_0001;
    private static final int MEMBER_ADDRESS = 0x0a01_0002;
    private static final int RED = 2;
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final int TRAIN = 100;
    private static final int BURST = 5;
    private static final int INVALID_ARGUMENT = 3;

    private final TargetSwitch target;

    MeteredTargetsTest(String which) throws Exception {
        if (which.equals("bmv2")) {
            Optional<Path> program = BehavioralModel.installed();
            assumeTrue(program.isPresent(), BehavioralModel.MISSING);
            target = new BehavioralModel(program.get());
        } else {
            target = new SoftwareTarget(System::nanoTime);
        }
        program();
    }

    @AfterEach
    void end() {
        target.close();
    }

    private void program() {
        SwitchController c = target.controller();
        List<Update> updates = new ArrayList<>();
        for (int port : new int[] {MEMBER, OTHER_MEMBER}) {
            updates.add(c.entry("port_role").exact("port", port).action("set_role", 2, 1).insert());
            updates.add(
                    c.entry("gdoi_limit")
                            .exact("port", port)
                            .exact("colour", RED)
                            .action("drop")
                            .insert());
        }
        for (int esp = 0; esp <= 1; esp++) {
            updates.add(
                    c.entry("member_guard")
                            .exact("site", 1)
                            .exact("esp", esp)
                            .exact("gdoi", 1 - esp)
                            .priority(10)
                            .action("to_wan")
                            .insert());
        }
        updates.add(c.entry("route").action("deliver", WAN, 1, 2).insert());
        updates.add(
                c.entry("egress_guard")
                        .exact("only_to", 3)
                        .exact("port", WAN)
                        .action("permit")
                        .insert());
        c.write(updates);
    }

    @Test
    void aPortWhoseMeterNobodySetSendsAsFastAsItLikes() throws Exception {
        assertEquals(TRAIN, passed(train(MEMBER, gdoi())));
        assertEquals(0, dropped(MEMBER));
    }

    @Test
    void aTrainPassesForItsBurstAndTheRestIsDroppedAndCounted() throws Exception {
        set(MEMBER, rates(1, BURST));
        List<Boolean> passages = passages(train(MEMBER, gdoi()));
        long passed = passages.stream().filter(passes -> passes).count();
        assertEquals(
                Collections.nCopies(BURST, true), passages.subList(0, BURST), "the burst passes");
        assertTrue(passed <= 2 * BURST, passed + " passed of a train that took little time");
        assertEquals(TRAIN - passed, dropped(MEMBER));
        assertEquals(TRAIN, passed(train(OTHER_MEMBER, gdoi())), "each port has its own cell");
        assertEquals(0, dropped(OTHER_MEMBER));
    }

    @Test
    void afterAWhilePacketsPassAgain() throws Exception {
        set(MEMBER, rates(5, BURST));
        passages(train(MEMBER, gdoi()));
        long before = dropped(MEMBER);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (passed(List.of(new Arrival(MEMBER, gdoi()))) == 0) {
            assertTrue(System.nanoTime() < deadline, "nothing passes any more");
        }
        assertTrue(dropped(MEMBER) >= before);
    }

    @Test
    void whatIsNoGdoiIsNotMetered() throws Exception {
        set(MEMBER, rates(1, BURST));
        byte[] esp = Fixture.frame(Fixture.ipv4(MEMBER_ADDRESS, KEY_SERVER, ESP, new byte[40]));
        assertEquals(TRAIN, passed(train(MEMBER, esp)));
        assertEquals(BURST, passed(train(MEMBER, gdoi()).subList(0, BURST)), "and takes no token");
        assertEquals(0, dropped(MEMBER));
    }

    @Test
    void aMeterThatIsResetLetsEverythingPass() throws Exception {
        set(MEMBER, rates(1, BURST));
        passages(train(MEMBER, gdoi()));
        target.controller().write(List.of(modify(cell(MEMBER))));
        assertEquals(TRAIN, passed(train(MEMBER, gdoi())));
    }

    @Test
    void everyRateThatTheApplicationMayAskForIsReadBackAsItWasWritten() {
        for (int rate = 10; rate <= 1000; rate += 10) {
            MeterEntry.Builder cell = cell(MEMBER).setConfig(rates(rate, 2 * rate));
            target.controller().write(List.of(modify(cell)));
            assertEquals(List.of(cell.build()), read(cell(MEMBER)));
        }
    }

    @Test
    void aReadOfTheMeterAnswersWithEveryCellAndWithRatesWhereThereAreSome() {
        set(MEMBER, rates(100, 200));
        List<MeterEntry> cells = read(MeterEntry.newBuilder().setMeterId(METER));
        assertEquals(512, cells.size());
        for (int i = 0; i < cells.size(); i++) {
            assertEquals(i, cells.get(i).getIndex().getIndex());
            assertEquals(i == MEMBER, cells.get(i).hasConfig());
        }
        assertEquals(cells, read(MeterEntry.newBuilder()));
    }

    @Test
    void whatIsNoCellOfTheMeterOrNoChangeOfItIsRefused() {
        SwitchController c = target.controller();
        MeterConfig rates = rates(1, BURST);
        List<Update> wrong =
                List.of(
                        modify(cell(MEMBER).setMeterId(METER + 1).setConfig(rates)),
                        modify(cell(-1).setConfig(rates)),
                        update(Update.Type.INSERT, cell(MEMBER).setConfig(rates)),
                        update(Update.Type.DELETE, cell(MEMBER)));
        assertEquals(Collections.nCopies(wrong.size(), INVALID_ARGUMENT), c.codes(wrong));
        List<Integer> beyond = c.codes(List.of(modify(cell(512).setConfig(rates))));
        assertEquals(1, beyond.size());
        assertTrue(beyond.get(0) != 0, "the specification says OUT_OF_RANGE, bmv2 UNKNOWN");
        assertEquals(0, read(cell(MEMBER)).stream().filter(MeterEntry::hasConfig).count());
    }

    private static byte[] gdoi() {
        byte[] datagram = new byte[36];
        datagram[0] = 848 >> 8;
        datagram[1] = (byte) 848;
        datagram[2] = 848 >> 8;
        datagram[3] = (byte) 848;
        datagram[5] = (byte) datagram.length;
        return Fixture.frame(Fixture.ipv4(MEMBER_ADDRESS, KEY_SERVER, UDP, datagram));
    }

    private static List<Arrival> train(int port, byte[] frame) {
        return Collections.nCopies(TRAIN, new Arrival(port, frame));
    }

    private List<Boolean> passages(List<Arrival> arrivals) throws Exception {
        List<Arrival> own =
                arrivals.stream().map(a -> new Arrival(a.port(), a.frame().clone())).toList();
        return target.pass(own).copies().stream().map(copies -> !copies.isEmpty()).toList();
    }

    private long passed(List<Arrival> arrivals) throws Exception {
        return passages(arrivals).stream().filter(passes -> passes).count();
    }

    /** As the entry of the port counts them. */
    private long dropped(int port) {
        int table = target.controller().table("gdoi_limit").id();
        return target.controller().entries().stream()
                .filter(entry -> entry.getTableId() == table)
                .filter(entry -> port(entry) == port)
                .mapToLong(entry -> entry.getCounterData().getPacketCount())
                .sum();
    }

    private static int port(TableEntry entry) {
        return entry.getMatch(0)
                .getExact()
                .getValue()
                .byteAt(entry.getMatch(0).getExact().getValue().size() - 1);
    }

    private void set(int port, MeterConfig rates) {
        target.controller().write(List.of(modify(cell(port).setConfig(rates))));
    }

    private static MeterConfig rates(long rate, long burst) {
        return MeterConfig.newBuilder()
                .setCir(rate)
                .setCburst(burst)
                .setPir(rate)
                .setPburst(burst)
                .build();
    }

    private static MeterEntry.Builder cell(long index) {
        return MeterEntry.newBuilder()
                .setMeterId(METER)
                .setIndex(Index.newBuilder().setIndex(index));
    }

    private List<MeterEntry> read(MeterEntry.Builder asked) {
        return target.controller().read(Entity.newBuilder().setMeterEntry(asked).build()).stream()
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
}
