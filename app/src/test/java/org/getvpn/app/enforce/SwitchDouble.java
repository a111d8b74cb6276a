// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.DefaultFlowEntry;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.FlowRuleOperation;
import org.onosproject.net.flow.FlowRuleOperations;
import org.onosproject.net.flow.FlowRuleServiceAdapter;

/**
 * ONOS's flow service before one switch that answers when told to: stage by stage, each closed by
 * an acknowledgement, read back later.
 */
class SwitchDouble extends FlowRuleServiceAdapter {
    final Map<FlowId, FlowEntry> entries = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    boolean refuses;

    private final List<FlowRuleOperations> waiting = new ArrayList<>();

    @Override
    public Iterable<FlowEntry> getFlowEntries(DeviceId device) {
        return List.copyOf(entries.values());
    }

    @Override
    public void apply(FlowRuleOperations operations) {
        waiting.add(operations);
    }

    @Override
    public void removeFlowRules(FlowRule... rules) {
        for (FlowRule rule : rules) {
            log.add("delete " + rule.id());
            entries.remove(rule.id());
        }
    }

    /** Takes what was sent, without reading it back. */
    void acknowledge() {
        List<FlowRuleOperations> taken = List.copyOf(waiting);
        waiting.clear();
        for (FlowRuleOperations operations : taken) {
            if (refuses) {
                operations.callback().onError(operations);
                continue;
            }
            for (Set<FlowRuleOperation> stage : operations.stages()) {
                stage.forEach(o -> put(o.rule(), FlowEntry.FlowEntryState.PENDING_ADD));
                log.add(
                        "stage "
                                + stage.stream()
                                        .map(o -> o.rule().treatment().toString())
                                        .map(t -> t.contains("NOACTION") ? "drop" : "permit")
                                        .collect(Collectors.toSet()));
            }
            operations.callback().onSuccess(operations);
        }
    }

    /** The next statistics: everything sent is there. */
    void readBack() {
        List.copyOf(entries.values()).forEach(e -> put(e, FlowEntry.FlowEntryState.ADDED));
    }

    void put(FlowRule rule, FlowEntry.FlowEntryState state) {
        entries.put(rule.id(), new DefaultFlowEntry(rule, state));
    }

    int unanswered() {
        return waiting.size();
    }
}
