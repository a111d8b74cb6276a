// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.GroupId;

/** Key server: a member proved its liveness, was admitted, and its key download was sent. */
public final class MemberRegistered implements Fact {
    private final GroupId group;
    private final PeerIdentity member;

    /** Names the group and the member. */
    public MemberRegistered(GroupId group, PeerIdentity member) {
        this.group = Objects.requireNonNull(group);
        this.member = Objects.requireNonNull(member);
    }

    /** As the member named it. */
    public GroupId group() {
        return group;
    }

    /** Who registered, and from where. */
    public PeerIdentity member() {
        return member;
    }

    @Override
    public String toString() {
        return "MemberRegistered[group=" + group + " member=" + member + "]";
    }
}
