// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.openflow;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.onosproject.net.DeviceId;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.FlowRule;

/**
 * Which rules applications have asked for, by device. Whatever else the store or a switch holds is
 * foreign: it was found on the switch. Safe for use by several threads.
 *
 * <p>Kept apart from the store, since only so there is no moment in which a rule that was just
 * asked for can be taken for one that was found.
 */
final class AskedRules {
    private final Map<DeviceId, Set<FlowId>> asked = new ConcurrentHashMap<>();

    void add(FlowRule rule) {
        asked.computeIfAbsent(rule.deviceId(), d -> ConcurrentHashMap.newKeySet()).add(rule.id());
    }

    /**
     * Somebody asked for the removal of {@code rule}: should it stay on the switch, it is foreign.
     */
    void remove(FlowRule rule) {
        Set<FlowId> ids = asked.get(rule.deviceId());
        if (ids != null) {
            ids.remove(rule.id());
        }
    }

    /** Whether nobody asked for {@code rule}. */
    boolean foreign(FlowRule rule) {
        return !asked.getOrDefault(rule.deviceId(), Set.of()).contains(rule.id());
    }
}
