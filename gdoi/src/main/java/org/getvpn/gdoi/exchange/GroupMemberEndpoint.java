// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.Objects;

/** The member's side of one attempt at one key server: Phase 1, then GROUPKEY-PULL. */
public final class GroupMemberEndpoint implements Exchange {
    private final RegistrationSettings settings;
    private final SecureRandom randomness;

    /** One instance is one attempt. */
    public GroupMemberEndpoint(RegistrationSettings settings, SecureRandom randomness) {
        this.settings = Objects.requireNonNull(settings);
        this.randomness = Objects.requireNonNull(randomness);
    }

    /** Begins; called once. */
    public Outcome start(Ticks now) {
        return Outcome.ignored("").build();
    }

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
