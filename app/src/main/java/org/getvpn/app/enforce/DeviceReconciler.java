// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.Stage;
import org.getvpn.app.p4.Replicas;
import org.onosproject.core.ApplicationId;
import org.onosproject.core.GroupId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.FlowRuleOperations;
import org.onosproject.net.flow.FlowRuleOperationsContext;
import org.onosproject.net.flow.FlowRuleService;
import org.onosproject.net.flow.instructions.Instruction;
import org.onosproject.net.flow.instructions.Instructions.GroupInstruction;
import org.onosproject.net.group.Group;
import org.onosproject.net.group.GroupDescription;
import org.onosproject.net.group.GroupKey;
import org.onosproject.net.group.GroupService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one switch from what it holds to what it shall hold. Call at any time, on one thread. */
final class DeviceReconciler {
    private static final Logger log = LoggerFactory.getLogger(DeviceReconciler.class);

    private final DeviceId device;
    private final ApplicationId application;
    private final FlowRuleService flows;
    private final GroupService groups;
    private final LongSupplier clock;
    private final Discovery discovery;
    private final DeviceState state = new DeviceState();

    /**
     * @param clock monotonic nanoseconds
     * @param discovery while it is under way, ways that the switch knows already are left alone
     */
    DeviceReconciler(
            DeviceId device,
            ApplicationId application,
            FlowRuleService flows,
            GroupService groups,
            LongSupplier clock,
            Discovery discovery) {
        this.device = device;
        this.application = application;
        this.flows = flows;
        this.groups = groups;
        this.clock = clock;
        this.discovery = discovery;
    }

    /** Sends what is missing, deletes what is unknown once nothing is; says how things stand. */
    Comparison reconcile(DevicePlan plan) {
        Comparison comparison =
                new Comparison(plan, application.id(), flows.getFlowEntries(device));
        state.retain(
                plan.rules().keySet(),
                comparison.unknown().stream().map(FlowEntry::id).collect(Collectors.toSet()));
        Set<GroupId> ready = ensureGroups(plan);
        boolean discovering = discovery.isUnderWay();
        install(plan, comparison, ready, discovering);
        if (!discovering && isInstalled(comparison)) {
            removeUnknown(comparison);
            removeGroups(plan, comparison);
        }
        return comparison;
    }

    /** Whether every rule is on the switch: read back, or taken without an error. */
    boolean isInstalled(Comparison comparison) {
        return comparison.missing().isEmpty()
                && comparison.pending().stream().allMatch(state::isAcknowledged);
    }

    /** Whether every guard is on the switch. */
    boolean isGuarded(Comparison comparison) {
        return comparison.missing().stream().noneMatch(rule -> rule.stage() == Stage.GUARD)
                && comparison.pending().stream()
                        .filter(rule -> rule.stage() == Stage.GUARD)
                        .allMatch(state::isAcknowledged);
    }

    private void install(
            DevicePlan plan, Comparison comparison, Set<GroupId> ready, boolean discovering) {
        long now = clock.getAsLong();
        List<PolicyRule> wanted = new ArrayList<>(comparison.missing());
        comparison.pending().stream().filter(r -> !state.isAcknowledged(r)).forEach(wanted::add);
        List<PolicyRule> due =
                wanted.stream()
                        .filter(rule -> state.mayTry(rule, now) && ready.containsAll(named(rule)))
                        .filter(rule -> !discovering || !comparison.mayHoldAnotherWay(rule))
                        .collect(Collectors.toList());
        if (due.isEmpty()) {
            return;
        }
        FlowRuleOperations.Builder operations = FlowRuleOperations.builder();
        add(operations, due, Stage.GUARD);
        operations.newStage();
        add(operations, due, Stage.PERMIT);
        due.forEach(rule -> state.tried(rule, now));
        log.info(
                "device={} installing {} of {} rules, guards first",
                device,
                due.size(),
                plan.rules().size());
        flows.apply(operations.build(new Acknowledgement(due)));
    }

    private static void add(
            FlowRuleOperations.Builder operations, List<PolicyRule> rules, Stage stage) {
        rules.stream()
                .filter(rule -> rule.stage() == stage)
                .forEach(rule -> operations.add(rule.rule()));
    }

    private Set<GroupId> ensureGroups(DevicePlan plan) {
        Set<GroupId> ready = new HashSet<>();
        for (GroupDescription wanted : plan.groups()) {
            Group group = groups.getGroup(device, wanted.appCookie());
            if (group == null) {
                groups.addGroup(wanted);
            } else if (group.state() == Group.GroupState.ADDED) {
                ready.add(group.id());
            }
        }
        return ready;
    }

    private void removeUnknown(Comparison comparison) {
        long now = clock.getAsLong();
        FlowRule[] dead =
                comparison.unknown().stream()
                        .filter(
                                entry ->
                                        state.unknownFor(entry.id(), now)
                                                >= (isRoute(entry)
                                                        ? DeviceState.ROUTE_GRACE_NANOS
                                                        : 0))
                        .toArray(FlowRule[]::new);
        if (dead.length > 0) {
            log.info("device={} deleting {} rules that are not desired", device, dead.length);
            flows.removeFlowRules(dead);
        }
    }

    /** A group goes a while after the last rule that named it. */
    private void removeGroups(DevicePlan plan, Comparison comparison) {
        long now = clock.getAsLong();
        Set<GroupKey> wanted =
                plan.groups().stream().map(GroupDescription::appCookie).collect(Collectors.toSet());
        state.named(wanted);
        if (!comparison.unknown().isEmpty()) {
            return;
        }
        for (Group group : groups.getGroups(device, application)) {
            if (!wanted.contains(group.appCookie())
                    && group.state() != Group.GroupState.PENDING_DELETE
                    && state.unnamedFor(group.appCookie(), now) >= DeviceState.GROUP_GRACE_NANOS) {
                state.deleted(group.appCookie());
                groups.removeGroup(device, group.appCookie(), application);
            }
        }
    }

    /** Routes to hosts outlive the controller's memory of them; the hosts are being asked for. */
    private static boolean isRoute(FlowEntry entry) {
        return DevicePlan.isRoute(entry.table());
    }

    private static List<GroupId> named(PolicyRule rule) {
        List<GroupId> named =
                rule.rule().treatment().allInstructions().stream()
                        .filter(instruction -> instruction.type() == Instruction.Type.GROUP)
                        .map(instruction -> ((GroupInstruction) instruction).groupId())
                        .collect(Collectors.toList());
        Replicas.namedBy(rule.rule()).ifPresent(named::add);
        return named;
    }

    /** Hears from ONOS whether the switch took what was sent. */
    private final class Acknowledgement implements FlowRuleOperationsContext {
        private final List<PolicyRule> sent;

        Acknowledgement(List<PolicyRule> sent) {
            this.sent = sent;
        }

        @Override
        public void onSuccess(FlowRuleOperations operations) {
            sent.forEach(state::acknowledged);
        }

        @Override
        public void onError(FlowRuleOperations operations) {
            log.warn("device={} reason=rules-refused: trying again", device);
            sent.forEach(state::failed);
        }
    }
}
