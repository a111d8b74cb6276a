// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;

/** The member's side of GROUPKEY-PUSH for one group. */
public final class RekeyReceiver implements Exchange {
    private final GroupId group;

    /** Holds no KEK yet, so that every message is unknown. */
    public RekeyReceiver(GroupId group) {
        this.group = Objects.requireNonNull(group);
    }

    /**
     * Accepts rekeys under {@code kek} from now on; after a registration. A KEK that a rekey brings
     * is taken by itself.
     *
     * @param sequence the last rekey sequence number used, as registration told it
     */
    public void install(Kek kek, long sequence) {}

    /** Forgets every KEK: the membership is over. */
    public void clear() {}

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        return Outcome.ignored("").build();
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        return Outcome.ignored("").build();
    }

    @Override
    public Outcome tick(Ticks now) {
        return Outcome.ignored("").build();
    }
}
