// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.List;
import org.getvpn.app.openflow.PolicyRule;
import org.onosproject.net.group.GroupDescription;

/** What table 1 of one switch shall hold, and the groups that its rules refer to. */
public final class ForwardingPlan {
    private final List<PolicyRule> rules;
    private final List<GroupDescription> groups;

    /** Pairs rules with their groups. */
    public ForwardingPlan(List<PolicyRule> rules, List<GroupDescription> groups) {
        this.rules = List.copyOf(rules);
        this.groups = List.copyOf(groups);
    }

    /** Rules of table 1. */
    public List<PolicyRule> rules() {
        return rules;
    }

    /** Select groups, to be there before the rules. */
    public List<GroupDescription> groups() {
        return groups;
    }
}
