// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What controllers wrote to meters. A cell without rates finds every packet green. Part of {@link
 * SwitchTables}, which publishes and undoes.
 */
public final class SwitchMeters {
    private final List<MeterShape> shapes;
    private List<MeterRates[]> rates = new ArrayList<>();
    private final List<BitSet> changed = new ArrayList<>();

    SwitchMeters(List<MeterShape> shapes) {
        this.shapes = List.copyOf(shapes);
        for (MeterShape shape : shapes) {
            rates.add(new MeterRates[shape.size()]);
            changed.add(new BitSet());
        }
    }

    /** The meters there are, in the order of p4info. */
    public List<MeterShape> shapes() {
        return shapes;
    }

    /**
     * A meter's shape.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT for an id that p4info does not have
     */
    public MeterShape shape(int meterId) throws RefusedUpdate {
        return shapes.stream()
                .filter(shape -> shape.id() == meterId)
                .findFirst()
                .orElseThrow(
                        () ->
                                new RefusedUpdate(
                                        Refusal.INVALID_ARGUMENT,
                                        String.format(
                                                "meter_id 0x%08x: p4info has no such meter",
                                                meterId)));
    }

    /**
     * The rates of a cell; empty while it has none.
     *
     * @param index 0 to the meter's size less one
     */
    public Optional<MeterRates> rates(MeterShape meter, int index) {
        return Optional.ofNullable(rates.get(shapes.indexOf(meter))[index]);
    }

    /**
     * Gives a cell rates, or takes them from it. Its buckets are full then, also where the rates
     * are those that it had.
     *
     * @param index 0 to the meter's size less one
     * @param next empty for green whatever comes
     */
    public void set(MeterShape meter, int index, Optional<MeterRates> next) {
        int position = shapes.indexOf(meter);
        rates.get(position)[index] = next.orElse(null);
        changed.get(position).set(index);
    }

    void clear() {
        rates.forEach(cells -> Arrays.fill(cells, null));
        settle();
    }

    /** The cells for the packet thread, where something was changed. */
    TableSnapshot publish(TableSnapshot snapshot) {
        TableSnapshot next = snapshot;
        for (int meter = 0; meter < changed.size(); meter++) {
            if (!changed.get(meter).isEmpty()) {
                ThreeColourMarker[] markers = next.markers(meter).clone();
                MeterRates[] cells = rates.get(meter);
                changed.get(meter).stream()
                        .forEach(
                                i ->
                                        markers[i] =
                                                cells[i] == null
                                                        ? null
                                                        : new ThreeColourMarker(cells[i]));
                next = next.with(meter, markers);
            }
        }
        settle();
        return next;
    }

    List<MeterRates[]> copy() {
        List<MeterRates[]> copy = new ArrayList<>();
        rates.forEach(cells -> copy.add(cells.clone()));
        return copy;
    }

    void rollBack(List<MeterRates[]> to) {
        rates = to;
        settle();
    }

    private void settle() {
        changed.forEach(BitSet::clear);
    }
}
