// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import java.util.Optional;
import org.getvpn.gm.p4.MeterRates;
import org.getvpn.gm.p4.MeterShape;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import p4.v1.P4RuntimeOuterClass.Index;
import p4.v1.P4RuntimeOuterClass.MeterConfig;
import p4.v1.P4RuntimeOuterClass.MeterEntry;

/** Cells of meters between the wire and the switch (P4Runtime 1.4, section 9.4). */
final class MeterCodec {
    private MeterCodec() {}

    /**
     * Which cell is meant.
     *
     * @return empty for all of the meter
     * @throws RefusedUpdate INVALID_ARGUMENT for a negative index, OUT_OF_RANGE for one too great
     */
    static Optional<Integer> index(MeterShape meter, MeterEntry entry) throws RefusedUpdate {
        if (!entry.hasIndex()) {
            return Optional.empty();
        }
        long index = entry.getIndex().getIndex();
        if (index < 0 || index >= meter.size()) {
            throw new RefusedUpdate(
                    index < 0 ? Refusal.INVALID_ARGUMENT : Refusal.OUT_OF_RANGE,
                    meter.name() + ": index " + index + ": must be 0 to " + (meter.size() - 1));
        }
        return Optional.of((int) index);
    }

    /**
     * The rates that a cell shall have.
     *
     * @return empty for none: green whatever comes
     * @throws RefusedUpdate INVALID_ARGUMENT or OUT_OF_RANGE
     */
    static Optional<MeterRates> rates(MeterShape meter, MeterEntry entry) throws RefusedUpdate {
        if (!entry.hasConfig()) {
            return Optional.empty();
        }
        MeterConfig config = entry.getConfig();
        checkRange(meter, "cir", config.getCir());
        checkRange(meter, "cburst", config.getCburst());
        checkRange(meter, "pir", config.getPir());
        checkRange(meter, "pburst", config.getPburst());
        if (config.getCir() > config.getPir()) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT,
                    meter.name()
                            + ": cir "
                            + config.getCir()
                            + ": must not be above pir "
                            + config.getPir());
        }
        return Optional.of(
                new MeterRates(
                        config.getCir(), config.getCburst(), config.getPir(), config.getPburst()));
    }

    private static void checkRange(MeterShape meter, String field, long value)
            throws RefusedUpdate {
        if (value < 0 || value > MeterRates.GREATEST) {
            throw new RefusedUpdate(
                    value < 0 ? Refusal.INVALID_ARGUMENT : Refusal.OUT_OF_RANGE,
                    meter.name()
                            + ": "
                            + field
                            + " "
                            + value
                            + ": must be 0 to "
                            + MeterRates.GREATEST);
        }
    }

    /** A cell as it is read. */
    static MeterEntry message(MeterShape meter, int index, Optional<MeterRates> rates) {
        MeterEntry.Builder entry =
                MeterEntry.newBuilder()
                        .setMeterId(meter.id())
                        .setIndex(Index.newBuilder().setIndex(index));
        rates.ifPresent(
                r ->
                        entry.setConfig(
                                MeterConfig.newBuilder()
                                        .setCir(r.committedRate())
                                        .setCburst(r.committedBurst())
                                        .setPir(r.peakRate())
                                        .setPburst(r.peakBurst())));
        return entry.build();
    }
}
