// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.onosproject.net.DeviceId;
import org.onosproject.net.meter.Band;
import org.onosproject.net.meter.DefaultBand;
import org.onosproject.net.meter.DefaultMeter;
import org.onosproject.net.meter.DefaultMeterFeatures;
import org.onosproject.net.meter.Meter;
import org.onosproject.net.meter.MeterCellId;
import org.onosproject.net.meter.MeterEvent;
import org.onosproject.net.meter.MeterId;
import org.onosproject.net.meter.MeterKey;
import org.onosproject.net.meter.MeterScope;
import org.onosproject.net.meter.MeterState;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.runtime.PiMeterCellId;

/** What ONOS's meter service asks of its store. */
class NodeMeterStoreTest {
    private static final DeviceId P4 = DeviceId.deviceId("device:s1");
    private static final DeviceId OPENFLOW = DeviceId.deviceId("of:0000000000000001");
    private static final String METER = "GroupMember.gdoi_meter";

    private final NodeMeterStore store = new NodeMeterStore();
    private final List<MeterEvent.Type> asked = new ArrayList<>();

    @BeforeEach
    void knowSwitch() {
        store.setDelegate(event -> asked.add(event.type()));
        store.storeMeterFeatures(
                DefaultMeterFeatures.builder()
                        .forDevice(P4)
                        .withScope(MeterScope.of(METER))
                        .withStartIndex(0)
                        .withEndIndex(511)
                        .withBandTypes(Set.of(Band.Type.MARK_YELLOW, Band.Type.MARK_RED))
                        .withUnits(Set.of(Meter.Unit.PKTS_PER_SEC))
                        .build());
    }

    @Test
    void aMeterIsThereOnceTheSwitchReportedIt() {
        store.addOrUpdateMeter(meter(2, MeterState.PENDING_ADD));
        assertEquals(List.of(MeterEvent.Type.METER_ADD_REQ), asked);
        assertEquals(MeterState.PENDING_ADD, stateOf(2));

        store.updateMeterState(meter(2, MeterState.ADDED));
        assertEquals(MeterState.ADDED, stateOf(2));
        assertEquals(List.of(MeterEvent.Type.METER_ADD_REQ, MeterEvent.Type.METER_ADDED), asked);
    }

    @Test
    void aMeterThatIsToGoDoesNotComeBackByALateReport() {
        store.addOrUpdateMeter(meter(2, MeterState.PENDING_ADD));
        store.updateMeterState(meter(2, MeterState.ADDED));

        store.deleteMeter(meter(2, MeterState.PENDING_REMOVE));
        assertTrue(asked.contains(MeterEvent.Type.METER_REM_REQ));
        store.updateMeterState(meter(2, MeterState.ADDED));
        assertEquals(MeterState.PENDING_REMOVE, stateOf(2));

        store.purgeMeter(meter(2, MeterState.PENDING_REMOVE));
        assertEquals(List.of(), List.copyOf(store.getAllMeters(P4)));
    }

    @Test
    void aCellThatTheSwitchDoesNotHaveIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> store.addOrUpdateMeter(meter(512, MeterState.PENDING_ADD)));
        store.deleteMeterFeatures(P4);
        assertThrows(
                IllegalArgumentException.class,
                () -> store.addOrUpdateMeter(meter(2, MeterState.PENDING_ADD)));
        assertEquals(List.of(), asked);
    }

    @Test
    void cellsOfAProgramAreNamedByWhoAsksAndNumbersOfOpenFlowAreFound() {
        assertNull(store.allocateMeterId(P4, MeterScope.of(METER)));
        assertEquals(MeterId.meterId(1), store.allocateMeterId(OPENFLOW, MeterScope.globalScope()));
        assertEquals(MeterId.meterId(2), store.allocateMeterId(OPENFLOW, MeterScope.globalScope()));
    }

    @Test
    void whoNamesNumbersIsNotChangedWhileThereAreMeters() {
        assertTrue(store.userDefinedIndexMode(true));
        store.addOrUpdateMeter(meter(2, MeterState.PENDING_ADD));
        assertTrue(store.userDefinedIndexMode(false));
        store.purgeMeters(P4);
        assertFalse(store.userDefinedIndexMode(false));
    }

    @Test
    void aScopeHasItsOwnMetersAlone() {
        store.addOrUpdateMeter(meter(2, MeterState.PENDING_ADD));
        store.addOrUpdateMeter(built(P4, MeterId.meterId(9)));
        assertEquals(List.of(cell(2)), cells(MeterScope.of(METER)));
        assertEquals(List.of(MeterId.meterId(9)), cells(MeterScope.globalScope()));
        assertEquals(List.of(), cells(MeterScope.of("GroupMember.another")));
    }

    private List<MeterCellId> cells(MeterScope scope) {
        return store.getAllMeters(P4, scope).stream()
                .map(Meter::meterCellId)
                .collect(Collectors.toList());
    }

    private MeterState stateOf(long index) {
        return store.getMeter(MeterKey.key(P4, cell(index))).state();
    }

    private static PiMeterCellId cell(long index) {
        return PiMeterCellId.ofIndirect(PiMeterId.of(METER), index);
    }

    private static DefaultMeter meter(long index, MeterState state) {
        DefaultMeter meter = built(P4, cell(index));
        meter.setState(state);
        return meter;
    }

    private static DefaultMeter built(DeviceId device, MeterCellId cell) {
        return (DefaultMeter)
                DefaultMeter.builder()
                        .forDevice(device)
                        .withCellId(cell)
                        .withUnit(Meter.Unit.PKTS_PER_SEC)
                        .withBands(
                                List.of(
                                        DefaultBand.builder()
                                                .ofType(Band.Type.MARK_RED)
                                                .withRate(100)
                                                .burstSize(200)
                                                .build()))
                        .build();
    }
}
