// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.getvpn.app.openflow.PolicyRule;
import org.onosproject.net.flow.FlowId;
import org.onosproject.net.flow.FlowRule;
import org.onosproject.net.group.GroupKey;

/**
 * What was tried on one switch and when, so that reconciling does not fight an installation that is
 * under way. Times are monotonic nanoseconds.
 */
final class DeviceState {
    /** How long an installation may take before it is tried again. */
    static final long RETRY_NANOS = 3_000_000_000L;

    /** How long an unknown route stays while its host is asked for. */
    static final long ROUTE_GRACE_NANOS = 15_000_000_000L;

    /**
     * How long a group stays that nothing names: a path that comes back finds it there. One that is
     * deleted ONOS forgets up to 30 s later, and takes it anew only then.
     */
    static final long GROUP_GRACE_NANOS = 60_000_000_000L;

    private final Map<FlowId, Attempt> attempts = new ConcurrentHashMap<>();
    private final Map<FlowId, Long> unknownSince = new HashMap<>();
    private final Map<GroupKey, Long> unnamedSince = new HashMap<>();

    /** Which rule was sent, and when. */
    private static final class Attempt {
        private final FlowRule rule;
        private final long at;
        private final boolean acknowledged;

        Attempt(FlowRule rule, long at, boolean acknowledged) {
            this.rule = rule;
            this.at = at;
            this.acknowledged = acknowledged;
        }

        boolean isFor(FlowRule other) {
            return rule.treatment().equals(other.treatment());
        }
    }

    /** Whether {@code rule} may be sent now, because it was not a moment ago. */
    boolean mayTry(PolicyRule rule, long now) {
        Attempt attempt = attempts.get(rule.rule().id());
        return attempt == null || !attempt.isFor(rule.rule()) || now - attempt.at > RETRY_NANOS;
    }

    /** The rule was sent. */
    void tried(PolicyRule rule, long now) {
        attempts.put(rule.rule().id(), new Attempt(rule.rule(), now, false));
    }

    /** The switch took the rule without an error. */
    void acknowledged(PolicyRule rule) {
        attempts.computeIfPresent(
                rule.rule().id(), (id, a) -> new Attempt(a.rule, a.at, a.isFor(rule.rule())));
    }

    /** The switch refused the rule, or went away: try again at once. */
    void failed(PolicyRule rule) {
        attempts.remove(rule.rule().id());
    }

    /** Whether the switch took the rule, even if it was not read back yet. */
    boolean isAcknowledged(PolicyRule rule) {
        Attempt attempt = attempts.get(rule.rule().id());
        return attempt != null && attempt.acknowledged && attempt.isFor(rule.rule());
    }

    /** Nanoseconds for which {@code entry} has been seen as unknown. */
    long unknownFor(FlowId entry, long now) {
        return now - unknownSince.computeIfAbsent(entry, id -> now);
    }

    /** Nanoseconds for which nothing has named the group. */
    long unnamedFor(GroupKey group, long now) {
        return now - unnamedSince.computeIfAbsent(group, key -> now);
    }

    /** Something names these groups. */
    void named(Set<GroupKey> groups) {
        unnamedSince.keySet().removeAll(groups);
    }

    /** The group is deleted. */
    void deleted(GroupKey group) {
        unnamedSince.remove(group);
    }

    /** Forgets what is neither desired nor unknown any more. */
    void retain(Set<FlowId> desired, Set<FlowId> unknown) {
        attempts.keySet().retainAll(desired);
        unknownSince.keySet().retainAll(unknown);
    }
}
