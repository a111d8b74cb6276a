// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.flow.criteria.Criterion;

/** Prints rules as a table that a person can read and a test can compare. */
public final class RuleTable {
    private RuleTable() {}

    /** One line per rule: table, priority, stage, match, action, why. */
    public static String of(List<PolicyRule> rules) {
        return rules.stream()
                .sorted(
                        Comparator.<PolicyRule>comparingInt(r -> index(r.rule()))
                                .thenComparing(r -> -r.rule().priority())
                                .thenComparing(RuleTable::match))
                .map(RuleTable::line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(PolicyRule rule) {
        return String.format(
                "%d %5d %-6s %-104s %-12s %s",
                index(rule.rule()),
                rule.rule().priority(),
                rule.stage().name().toLowerCase(),
                match(rule),
                action(rule),
                rule.purpose() + rule.reason().map(r -> " [" + r.label() + "]").orElse(""));
    }

    private static int index(FlowRule rule) {
        return Integer.parseInt(rule.table().toString());
    }

    private static String match(PolicyRule rule) {
        return rule.rule().selector().criteria().stream()
                .sorted(Comparator.comparing(Criterion::type))
                .map(Criterion::toString)
                .collect(Collectors.joining(" "));
    }

    private static String action(PolicyRule rule) {
        if (rule.rule().treatment().tableTransition() != null) {
            return "goto " + rule.rule().treatment().tableTransition().tableId();
        }
        return rule.rule().treatment().allInstructions().stream()
                .map(Object::toString)
                .map(text -> text.equals("NOACTION") ? "drop" : text)
                .collect(Collectors.joining(" "));
    }
}
