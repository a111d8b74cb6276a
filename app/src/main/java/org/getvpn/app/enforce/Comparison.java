// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.app.config.Site;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.Stage;
import org.getvpn.app.p4.Replicas;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowEntry.FlowEntryState;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.criteria.Criterion;
import org.onosproject.net.flow.criteria.PortCriterion;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.Instructions.OutputInstruction;

/** Desired against actual, for one switch at one moment. Pure. */
final class Comparison {
    private final List<PolicyRule> missing = new ArrayList<>();
    private final List<PolicyRule> pending = new ArrayList<>();
    private final Map<PolicyRule, FlowEntry> confirmed = new LinkedHashMap<>();
    private final List<FlowEntry> unknown = new ArrayList<>();
    private final List<FlowEntry> foreign = new ArrayList<>();
    private final Set<FlowId> differing = new HashSet<>();

    /**
     * @param application whose entries are ours
     * @param actual every entry that ONOS knows of the switch
     */
    Comparison(DevicePlan plan, short application, Iterable<FlowEntry> actual) {
        Map<FlowId, FlowEntry> present = new HashMap<>();
        for (FlowEntry entry : actual) {
            FlowEntryState state = entry.state();
            if (state == FlowEntryState.PENDING_REMOVE || state == FlowEntryState.REMOVED) {
                continue;
            }
            if (entry.appId() != application) {
                if (isConflict(plan, entry)) {
                    foreign.add(entry);
                }
            } else if (plan.rules().containsKey(entry.id())) {
                present.put(entry.id(), entry);
            } else {
                unknown.add(entry);
            }
        }
        for (PolicyRule rule : plan.rules().values()) {
            sort(rule, present.get(rule.rule().id()));
        }
    }

    /** Not on the switch, or there with other instructions. */
    List<PolicyRule> missing() {
        return missing;
    }

    /** Sent, not yet read back. */
    List<PolicyRule> pending() {
        return pending;
    }

    /** Read back from the switch, with counters. */
    Map<PolicyRule, FlowEntry> confirmed() {
        return confirmed;
    }

    /** Ours, but not desired. */
    List<FlowEntry> unknown() {
        return unknown;
    }

    /** Others' entries that may let something through where we decide. */
    List<FlowEntry> foreign() {
        return foreign;
    }

    /**
     * Whether the switch has another way for the packets of a route, or was not read yet and may
     * have one.
     */
    boolean mayHoldAnotherWay(PolicyRule rule) {
        boolean unread = confirmed.isEmpty() && unknown.isEmpty() && differing.isEmpty();
        return rule.stage() == Stage.PERMIT
                && isWay(rule)
                && (unread || differing.contains(rule.rule().id()));
    }

    private static boolean isWay(PolicyRule rule) {
        return DevicePlan.isRoute(rule.rule().table()) || Replicas.namedBy(rule.rule()).isPresent();
    }

    private void sort(PolicyRule rule, FlowEntry entry) {
        if (entry != null
                && entry.state() == FlowEntryState.ADDED
                && !entry.treatment().equals(rule.rule().treatment())) {
            differing.add(entry.id());
        }
        if (entry == null
                || entry.state() == FlowEntryState.FAILED
                || !entry.treatment().equals(rule.rule().treatment())) {
            missing.add(rule);
        } else if (entry.state() == FlowEntryState.ADDED) {
            confirmed.put(rule, entry);
        } else {
            pending.add(rule);
        }
    }

    /** In our tables on a port with a role, and more than a copy to the controller. */
    private static boolean isConflict(DevicePlan plan, FlowEntry entry) {
        if (!plan.policy().isEdge() || leadsToControllerOnly(entry)) {
            return false;
        }
        PortCriterion in = (PortCriterion) entry.selector().getCriterion(Criterion.Type.IN_PORT);
        return in == null || rolePorts(plan).contains(in.port());
    }

    private static boolean leadsToControllerOnly(FlowEntry entry) {
        return entry.treatment().allInstructions().stream()
                .allMatch(
                        instruction ->
                                instruction.type() == Instruction.Type.NOACTION
                                        || instruction.type() == Instruction.Type.OUTPUT
                                                && ((OutputInstruction) instruction)
                                                        .port()
                                                        .equals(PortNumber.CONTROLLER));
    }

    private static Set<PortNumber> rolePorts(DevicePlan plan) {
        return plan.policy().sites().stream()
                .map(SitePolicy::site)
                .map(Site::ports)
                .flatMap(
                        ports ->
                                Stream.of(List.of(ports.member()), ports.local(), ports.wan())
                                        .flatMap(List::stream))
                .collect(Collectors.toSet());
    }
}
