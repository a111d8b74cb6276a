// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.Objects;
import org.onosproject.net.flow.FlowRule;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFFlowRemoved;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.match.Match;

/** What makes a flow entry unique on a switch: table, priority and match (ONF TS-023, 5.2). */
final class EntryKey {
    private final int table;
    private final int priority;
    private final Match match;

    private EntryKey(int table, int priority, Match match) {
        this.table = table;
        this.priority = priority;
        this.match = match;
    }

    /**
     * The place that {@code rule} has on a switch.
     *
     * @throws IllegalArgumentException if OpenFlow 1.3 or this bundle cannot express its selector
     */
    static EntryKey of(OFFactory factory, FlowRule rule) {
        return new EntryKey(
                rule.tableId(), rule.priority(), MatchWriter.write(factory, rule.selector()));
    }

    static EntryKey of(OFFlowStatsEntry entry) {
        return new EntryKey(entry.getTableId().getValue(), entry.getPriority(), entry.getMatch());
    }

    static EntryKey of(OFFlowRemoved removed) {
        return new EntryKey(
                removed.getTableId().getValue(), removed.getPriority(), removed.getMatch());
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof EntryKey)) {
            return false;
        }
        EntryKey that = (EntryKey) other;
        return table == that.table && priority == that.priority && match.equals(that.match);
    }

    @Override
    public int hashCode() {
        return Objects.hash(table, priority, match);
    }

    @Override
    public String toString() {
        return "table=" + table + " priority=" + priority + " match=" + match;
    }
}
