// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.app.policy.DropReason;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.PortNumber;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.TrafficTreatment;

/** Collects the rules of table 0 of one switch, each match and priority once, in order. */
final class RuleList {
    /** Where policy is decided. */
    static final int CLASSIFY = 0;

    /** Where packets that may pass find their way. */
    static final int FORWARD = 1;

    private final ApplicationId application;
    private final DeviceId device;
    private final Map<FlowId, PolicyRule> rules = new LinkedHashMap<>();

    RuleList(ApplicationId application, DeviceId device) {
        this.application = application;
        this.device = device;
    }

    /** Drops what {@code match} says. */
    void drop(int priority, Match match, DropReason reason, String site, String purpose) {
        add(
                PolicyRule.guard(
                        rule(priority, match, DefaultTrafficTreatment.builder().drop().build()),
                        reason,
                        site,
                        purpose));
    }

    /** Sends what {@code match} says out of {@code port}, unchanged. */
    void output(int priority, Match match, PortNumber port, String site, String purpose) {
        add(
                PolicyRule.permit(
                        rule(
                                priority,
                                match,
                                DefaultTrafficTreatment.builder().setOutput(port).build()),
                        site,
                        purpose));
    }

    /**
     * Sends a copy of what {@code match} says out of each of {@code ports} but the one it came in
     * by, unchanged; without any, it is left to the guards.
     */
    void copy(
            int priority, Match match, Collection<PortNumber> ports, String site, String purpose) {
        copies(priority, match, DefaultTrafficTreatment.builder(), ports, site, purpose);
    }

    /** The same as a router does: with one hop less. */
    void replicate(
            int priority, Match match, Collection<PortNumber> ports, String site, String purpose) {
        copies(priority, match, DefaultTrafficTreatment.builder().decNwTtl(), ports, site, purpose);
    }

    private void copies(
            int priority,
            Match match,
            TrafficTreatment.Builder treatment,
            Collection<PortNumber> ports,
            String site,
            String purpose) {
        if (!ports.isEmpty()) {
            ports.stream()
                    .distinct()
                    .sorted(Comparator.comparingLong(PortNumber::toLong))
                    .forEach(treatment::setOutput);
            add(PolicyRule.permit(rule(priority, match, treatment.build()), site, purpose));
        }
    }

    /** Lets what {@code match} says find its way in the forwarding table. */
    void forward(int priority, Match match, String site, String purpose) {
        add(
                PolicyRule.permit(
                        rule(
                                priority,
                                match,
                                DefaultTrafficTreatment.builder().transition(FORWARD).build()),
                        site,
                        purpose));
    }

    /** The rules, in the order added. */
    List<PolicyRule> rules() {
        return List.copyOf(rules.values());
    }

    private void add(PolicyRule rule) {
        rules.putIfAbsent(rule.rule().id(), rule);
    }

    private FlowRule rule(int priority, Match match, TrafficTreatment treatment) {
        return DefaultFlowRule.builder()
                .forDevice(device)
                .fromApp(application)
                .forTable(CLASSIFY)
                .withPriority(priority)
                .withSelector(match.build())
                .withTreatment(treatment)
                .makePermanent()
                .build();
    }
}
