// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.getvpn.gm.forwarding.CompiledProgram.Row;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.MatchKind;
import org.getvpn.gm.p4.TableShape;

/** Rows of few values, so that packets meet them. */
record RandomRows(Random random) {
    List<Row> of(TableShape table) {
        List<Row> rows = new ArrayList<>();
        int count = table.name().equals("port_role") ? 12 : random.nextInt(4, 30);
        for (int i = 1; i <= count; i++) {
            rows.add(row(table, i));
        }
        return rows;
    }

    /** Ports of multicast groups 1 to 3, of which some are missing. */
    Map<Integer, int[]> groups() {
        Map<Integer, int[]> groups = new TreeMap<>();
        for (int group = 1; group <= 3; group++) {
            int[] ports =
                    IntStream.rangeClosed(1, RandomPackets.GREATEST_PORT)
                            .filter(port -> random.nextInt(3) > 0)
                            .toArray();
            if (ports.length > 0 && random.nextInt(4) > 0) {
                groups.put(group, ports);
            }
        }
        return groups;
    }

    private Row row(TableShape table, int priority) {
        List<BigInteger> values = new ArrayList<>();
        List<BigInteger> masks = new ArrayList<>();
        int prefix = 0;
        for (TableShape.Field field : table.fields()) {
            BigInteger mask = field.greatest();
            if (field.kind() == MatchKind.LPM) {
                mask = without(random.nextInt(field.width() + 1), mask);
                prefix = mask.bitCount();
            } else if (field.kind() == MatchKind.TERNARY) {
                mask =
                        random.nextInt(3) > 0
                                ? BigInteger.ZERO
                                : without(random.nextInt(field.width()), mask);
            }
            values.add(RandomPackets.field(random, field.name()).and(mask));
            masks.add(mask);
        }
        ActionShape action = action(table);
        List<Long> parameters = new ArrayList<>();
        for (ActionShape.Parameter parameter : action.parameters()) {
            parameters.add(RandomPackets.value(random, parameter.name()));
        }
        int rank = table.hasPriorities() ? priority : prefix;
        return new Row(table.name(), values, masks, rank, action.name(), parameters);
    }

    private static BigInteger without(int lastBits, BigInteger mask) {
        return mask.shiftRight(lastBits).shiftLeft(lastBits);
    }

    /** The last action is a drop or nothing: seldom. */
    private ActionShape action(TableShape table) {
        List<ActionShape> actions = table.actions();
        int seldom = random.nextInt(10) == 0 ? 0 : 1;
        return actions.get(random.nextInt(actions.size() - seldom));
    }
}
