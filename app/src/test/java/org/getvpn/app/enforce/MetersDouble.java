// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.meter.Band;
import org.onosproject.net.meter.DefaultMeter;
import org.onosproject.net.meter.Meter;
import org.onosproject.net.meter.MeterCellId;
import org.onosproject.net.meter.MeterRequest;
import org.onosproject.net.meter.MeterServiceAdapter;
import org.onosproject.net.meter.MeterState;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.runtime.PiMeterCellId;

/** ONOS's meter service before a switch that reports when told to. */
class MetersDouble extends MeterServiceAdapter {
    final Map<MeterCellId, DefaultMeter> meters = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    boolean allocatesItself;

    @Override
    public Meter submit(MeterRequest request) {
        if (allocatesItself) {
            throw new IllegalArgumentException("Index cannot be provided");
        }
        PiMeterCellId cell =
                PiMeterCellId.ofIndirect(
                        PiMeterId.of(request.scope().id()), request.index().orElseThrow());
        log.add("submit " + cell.index());
        return put(request.appId(), request.deviceId(), cell, request.bands());
    }

    DefaultMeter put(
            ApplicationId application, DeviceId device, MeterCellId cell, Collection<Band> bands) {
        DefaultMeter meter =
                (DefaultMeter)
                        DefaultMeter.builder()
                                .fromApp(application)
                                .forDevice(device)
                                .withCellId(cell)
                                .withUnit(Meter.Unit.PKTS_PER_SEC)
                                .withBands(bands)
                                .build();
        meter.setState(MeterState.PENDING_ADD);
        meters.put(cell, meter);
        return meter;
    }

    @Override
    public void withdraw(MeterRequest request, MeterCellId cell) {
        log.add("withdraw " + ((PiMeterCellId) cell).index());
        meters.get(cell).setState(MeterState.PENDING_REMOVE);
    }

    @Override
    public Collection<Meter> getMeters(DeviceId device) {
        return List.copyOf(meters.values());
    }

    /** The switch reports what it was asked for. */
    void report() {
        meters.values().removeIf(meter -> meter.state() == MeterState.PENDING_REMOVE);
        meters.values().forEach(meter -> meter.setState(MeterState.ADDED));
    }
}
