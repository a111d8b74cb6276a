// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;

/** The key server's UDP endpoint: Phase 1 and GROUPKEY-PULL of any number of members. */
public final class KeyServerEndpoint implements Exchange {
    private final List<PhaseOneProposal> proposals;
    private final PreSharedKeys preSharedKeys;
    private final RegistrationAuthority authority;
    private final SecureRandom randomness;
    private final EndpointCounters counters = new EndpointCounters();

    /**
     * @param proposals accepted suites in order of preference, at least one
     */
    public KeyServerEndpoint(
            List<PhaseOneProposal> proposals,
            PreSharedKeys preSharedKeys,
            RegistrationAuthority authority,
            SecureRandom randomness) {
        this.proposals = List.copyOf(proposals);
        this.preSharedKeys = Objects.requireNonNull(preSharedKeys);
        this.authority = Objects.requireNonNull(authority);
        this.randomness = Objects.requireNonNull(randomness);
    }

    /** What was dropped and what is held. */
    public EndpointCounters counters() {
        return counters;
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
