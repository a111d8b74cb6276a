// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.TrafficRule;

/** A group's ordered PROTECT, BYPASS and DROP lines; the first that matches decides. Immutable. */
public final class PolicyTable {
    /** No lines: the selectors of the SAs alone say what is protected. */
    public static final PolicyTable EMPTY = new PolicyTable(List.of());

    private final SelectorTable selectors;
    private final TrafficRule.Action[] actions;

    /** Compiles the lines in their order. */
    public PolicyTable(List<TrafficRule> rules) {
        selectors =
                new SelectorTable(
                        rules.stream().map(TrafficRule::selector).collect(Collectors.toList()));
        actions = rules.stream().map(TrafficRule::action).toArray(TrafficRule.Action[]::new);
    }

    /** Whether there is no line. */
    public boolean isEmpty() {
        return actions.length == 0;
    }

    /** See {@link SelectorTable#firstMatch}. */
    public int firstMatch(PacketKey key) {
        return selectors.firstMatch(key);
    }

    /** What the line says. */
    public TrafficRule.Action action(int line) {
        return actions[line];
    }
}
