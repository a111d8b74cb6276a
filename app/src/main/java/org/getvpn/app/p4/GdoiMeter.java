// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.List;
import java.util.Objects;
import org.getvpn.app.config.GdoiRate;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.meter.Band;
import org.onosproject.net.meter.DefaultBand;
import org.onosproject.net.meter.DefaultMeterRequest;
import org.onosproject.net.meter.Meter;
import org.onosproject.net.meter.MeterRequest;
import org.onosproject.net.meter.MeterScope;
import org.onosproject.net.pi.model.PiMeterId;
import org.onosproject.net.pi.runtime.PiMeterCellId;

/**
 * The meter that GDOI from one member port runs through: a cell of the program's {@code
 * gdoi_meter}, whose index is the port. Both rates of it are the same, so that a packet is green or
 * red; {@link GdoiLimitEntries} drop red ones.
 */
public final class GdoiMeter {
    private static final PiMeterId METER = PiMeterId.of("GroupMember.gdoi_meter");

    private final DeviceId device;
    private final PortNumber port;
    private final GdoiRate rate;

    /**
     * @param port of a member
     */
    public GdoiMeter(DeviceId device, PortNumber port, GdoiRate rate) {
        this.device = Objects.requireNonNull(device);
        this.port = Objects.requireNonNull(port);
        this.rate = Objects.requireNonNull(rate);
    }

    /** The member port. */
    public PortNumber port() {
        return port;
    }

    /** The cell of the program. */
    public PiMeterCellId cell() {
        return PiMeterCellId.ofIndirect(METER, port.toLong());
    }

    /** What the application asks ONOS for. */
    public MeterRequest request(ApplicationId application) {
        return described(device, application, cell()).withBands(bands()).add();
    }

    /** What the application asks ONOS for to be rid of one of these meters. */
    public static MeterRequest removal(Meter meter) {
        return described(meter.deviceId(), meter.appId(), (PiMeterCellId) meter.meterCellId())
                .remove();
    }

    private static MeterRequest.Builder described(
            DeviceId device, ApplicationId application, PiMeterCellId cell) {
        return DefaultMeterRequest.builder()
                .forDevice(device)
                .fromApp(application)
                .withUnit(Meter.Unit.PKTS_PER_SEC)
                .burst()
                .withScope(MeterScope.of(cell.meterId().id()))
                .withIndex(cell.index());
    }

    /** Whether {@code meter}, of the same cell, has the same rates. */
    public boolean isLike(Meter meter) {
        return meter.unit() == Meter.Unit.PKTS_PER_SEC
                && meter.bands().size() == bands().size()
                && bands().stream()
                        .allMatch(wanted -> meter.bands().stream().anyMatch(b -> equal(wanted, b)));
    }

    private static boolean equal(Band one, Band other) {
        return one.type() == other.type()
                && one.rate() == other.rate()
                && Objects.equals(one.burst(), other.burst());
    }

    private List<Band> bands() {
        return List.of(band(Band.Type.MARK_YELLOW), band(Band.Type.MARK_RED));
    }

    private Band band(Band.Type type) {
        return DefaultBand.builder()
                .ofType(type)
                .withRate(rate.perSecond())
                .burstSize(rate.burst())
                .build();
    }
}
