// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.app.forwarding.ForwardingTranslator;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.p4.GdoiMeter;
import org.getvpn.app.p4.Table;
import org.getvpn.app.policy.DevicePolicy;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.TableId;
import org.onosproject.net.group.GroupDescription;

/** Everything of ours that one switch shall hold. */
final class DevicePlan {
    private final DevicePolicy policy;
    private final Map<FlowId, PolicyRule> rules;
    private final List<GroupDescription> groups;
    private final List<GdoiMeter> meters;

    /** The plan of a switch without meters. */
    DevicePlan(DevicePolicy policy, Iterable<PolicyRule> rules, List<GroupDescription> groups) {
        this(policy, rules, groups, List.of());
    }

    DevicePlan(
            DevicePolicy policy,
            Iterable<PolicyRule> rules,
            List<GroupDescription> groups,
            List<GdoiMeter> meters) {
        Map<FlowId, PolicyRule> byId = new LinkedHashMap<>();
        rules.forEach(rule -> byId.putIfAbsent(rule.rule().id(), rule));
        this.policy = policy;
        this.rules = byId;
        this.groups = List.copyOf(groups);
        this.meters = List.copyOf(meters);
    }

    /** What it was made from. */
    DevicePolicy policy() {
        return policy;
    }

    /** Rules of both tables, by their identity in ONOS. */
    Map<FlowId, PolicyRule> rules() {
        return rules;
    }

    /** Groups that the rules name. */
    List<GroupDescription> groups() {
        return groups;
    }

    /** Meters of member ports; P4 switches only. */
    List<GdoiMeter> meters() {
        return meters;
    }

    /** Whether a table, of either kind of switch, holds routes. */
    static boolean isRoute(TableId table) {
        return ForwardingTranslator.TABLE.equals(table)
                || Table.ROUTE.id().equals(table)
                || Table.ROUTE_IPV6.id().equals(table);
    }
}
