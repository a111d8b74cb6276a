// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.app.config.Site;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.policy.DropReason;
import org.getvpn.app.policy.SitePolicy;
import org.onosproject.net.flow.FlowEntry;
import org.onosproject.net.flow.FlowRule;

/** Tells what a comparison says about one site. Pure. */
final class SiteReport {
    private SiteReport() {}

    /**
     * The state of a site whose switch is connected.
     *
     * @param unmetered which meters are not there, in words
     */
    static SiteState of(
            SitePolicy policy, DevicePlan plan, Comparison comparison, List<String> unmetered) {
        Site site = policy.site();
        List<String> missing =
                Stream.of(
                                comparison.missing().stream().map(SiteReport::words),
                                comparison.pending().stream().map(SiteReport::words),
                                unmetered.stream())
                        .flatMap(words -> words)
                        .collect(Collectors.toList());
        Map<String, Long> drops = new TreeMap<>();
        for (DropReason reason : DropReason.values()) {
            drops.put(reason.label(), 0L);
        }
        Map<String, Long> passed = new TreeMap<>();
        for (Map.Entry<PolicyRule, FlowEntry> entry : comparison.confirmed().entrySet()) {
            PolicyRule rule = entry.getKey();
            long packets = entry.getValue().packets();
            if (rule.reason().isPresent()) {
                // What belongs to no site of the switch in particular concerns each of them.
                if (rule.site().isEmpty() || rule.site().equals(site.name())) {
                    drops.merge(rule.reason().get().label(), packets, Long::sum);
                }
            } else if (rule.site().equals(site.name())) {
                passed.merge(rule.purpose(), packets, Long::sum);
            }
        }
        return new SiteState(
                policy,
                missing.isEmpty() ? SiteState.Phase.ENFORCED : SiteState.Phase.INSTALLING,
                plan.rules().size(),
                comparison.confirmed().size(),
                missing,
                shown(comparison.unknown()),
                shown(comparison.foreign()),
                drops,
                passed);
    }

    /** The state of a site whose switch is away. */
    static SiteState offline(SitePolicy policy, DevicePlan plan) {
        return new SiteState(
                policy,
                SiteState.Phase.OFFLINE,
                plan.rules().size(),
                0,
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                new TreeMap<>());
    }

    /** The state of a site whose switch cannot hold its policy, and why. */
    static SiteState refused(SitePolicy policy, List<String> problems) {
        return new SiteState(
                policy,
                SiteState.Phase.INSTALLING,
                0,
                0,
                problems,
                List.of(),
                List.of(),
                new TreeMap<>(),
                new TreeMap<>());
    }

    private static String words(PolicyRule rule) {
        return rule.purpose()
                + rule.reason().map(reason -> " (" + reason.label() + ")").orElse("")
                + ": "
                + words(rule.rule());
    }

    private static String words(FlowRule rule) {
        return "table "
                + rule.table()
                + " priority "
                + rule.priority()
                + " "
                + rule.selector().criteria()
                + " -> "
                + rule.treatment().allInstructions();
    }

    private static List<String> shown(List<FlowEntry> entries) {
        return entries.stream().map(SiteReport::words).sorted().collect(Collectors.toList());
    }
}
