// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.model.PiMeterModel;
import org.onosproject.net.pi.model.PiMeterType;
import org.onosproject.net.pi.model.PiTableId;

/** A meter of the program whose cells are found by an index. */
final class ModelMeter implements PiMeterModel {
    private final PiMeterId id;
    private final Unit unit;
    private final long size;

    ModelMeter(P4InfoText meter) {
        this.id = PiMeterId.of(P4InfoModel.name(meter));
        this.unit = Unit.valueOf(meter.block("spec").orElseThrow().value("unit"));
        this.size = meter.number("size");
    }

    @Override
    public PiMeterId id() {
        return id;
    }

    @Override
    public PiMeterType meterType() {
        return PiMeterType.INDIRECT;
    }

    @Override
    public Unit unit() {
        return unit;
    }

    @Override
    public PiTableId table() {
        return null; // as the interface says for a meter that belongs to no table
    }

    @Override
    public long size() {
        return size;
    }
}
