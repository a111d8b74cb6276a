// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.app.openflow.PolicyRule;
import org.getvpn.app.openflow.RulePriority;
import org.getvpn.app.policy.DropReason;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.DefaultFlowRule;
import org.onosproject.net.flow.DefaultTrafficTreatment;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.pi.runtime.PiAction;

/** Collects the entries of one switch, each table, match and priority once, in order. */
final class EntryList {
    private final ApplicationId application;
    private final DeviceId device;
    private final Map<FlowId, PolicyRule> entries = new LinkedHashMap<>();

    EntryList(ApplicationId application, DeviceId device) {
        this.application = application;
        this.device = device;
    }

    /** Drops what {@code match} says, in a table where priorities decide. */
    void drop(
            Table table,
            int priority,
            EntryMatch match,
            DropReason reason,
            String site,
            String purpose) {
        add(PolicyRule.guard(entry(table, priority, match, Action.DROP), reason, site, purpose));
    }

    /** Drops what {@code match} says, in a table of exact or longest matches. */
    void drop(Table table, EntryMatch match, DropReason reason, String site, String purpose) {
        drop(table, RulePriority.MISS.value(), match, reason, site, purpose);
    }

    /** Does {@code action}, in a table where priorities decide. */
    void permit(
            Table table,
            int priority,
            EntryMatch match,
            PiAction action,
            String site,
            String purpose) {
        add(PolicyRule.permit(entry(table, priority, match, action), site, purpose));
    }

    /** Does {@code action}, in a table of exact or longest matches. */
    void permit(Table table, EntryMatch match, PiAction action, String site, String purpose) {
        permit(table, RulePriority.MISS.value(), match, action, site, purpose);
    }

    /** Lets packets with an SPI reach the member. */
    void announce(EntryMatch match, int spi, PiAction action, String site, String purpose) {
        add(
                PolicyRule.announcing(
                        entry(Table.INBOUND_SPI, RulePriority.MISS.value(), match, action),
                        spi,
                        site,
                        purpose));
    }

    /** The entries, in the order added. */
    List<PolicyRule> entries() {
        return List.copyOf(entries.values());
    }

    private void add(PolicyRule entry) {
        entries.putIfAbsent(entry.rule().id(), entry);
    }

    private FlowRule entry(Table table, int priority, EntryMatch match, PiAction action) {
        return DefaultFlowRule.builder()
                .forDevice(device)
                .fromApp(application)
                .forTable(table.id())
                .withPriority(priority)
                .withSelector(match.build())
                .withTreatment(DefaultTrafficTreatment.builder().piTableAction(action).build())
                .makePermanent()
                .build();
    }
}
