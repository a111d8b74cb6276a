// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.Objects;

/** One line of a group's ordered policy; the first line that matches decides. */
public final class TrafficRule {
    /** What happens to a packet that matches. */
    public enum Action {
        /** encrypted, or dropped where that is impossible */
        PROTECT,
        /** passes in clear */
        BYPASS,
        /** dropped */
        DROP
    }

    private final Action action;
    private final TrafficSelector selector;

    /** Pairs an action with what it applies to. */
    public TrafficRule(Action action, TrafficSelector selector) {
        this.action = Objects.requireNonNull(action);
        this.selector = Objects.requireNonNull(selector);
    }

    /** What happens. */
    public Action action() {
        return action;
    }

    /** To which packets. */
    public TrafficSelector selector() {
        return selector;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrafficRule
                && action == ((TrafficRule) other).action
                && selector.equals(((TrafficRule) other).selector);
    }

    @Override
    public int hashCode() {
        return Objects.hash(action, selector);
    }

    @Override
    public String toString() {
        return action + " " + selector;
    }
}
