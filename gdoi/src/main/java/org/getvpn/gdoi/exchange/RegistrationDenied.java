// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import java.util.Optional;
import org.getvpn.gdoi.policy.GroupId;

/** Key server: a Phase 1 or a registration ended without success. */
public final class RegistrationDenied implements Fact {
    private final Endpoint peer;
    private final GroupId group;
    private final String reason;

    /**
     * @param group null if the peer did not get as far as to name one
     * @param reason says what a person can do
     */
    public RegistrationDenied(Endpoint peer, GroupId group, String reason) {
        this.peer = Objects.requireNonNull(peer);
        this.group = group;
        this.reason = Objects.requireNonNull(reason);
    }

    /** Where the attempt came from. */
    public Endpoint peer() {
        return peer;
    }

    /** The group, if the peer named one. */
    public Optional<GroupId> group() {
        return Optional.ofNullable(group);
    }

    /** What a person can do about it. */
    public String reason() {
        return reason;
    }

    @Override
    public String toString() {
        return "RegistrationDenied[peer=" + peer + " group=" + group + " reason=" + reason + "]";
    }
}
