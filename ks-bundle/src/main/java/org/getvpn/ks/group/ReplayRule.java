// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Arrays;
import java.util.Optional;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.ks.api.ReplayPolicy;

/**
 * By which clock and window packets under one TEK are judged, from its birth to its end: a captured
 * packet that was too old once must never become fresh again. Another policy, or another line of
 * pseudotime, needs another TEK. Immutable.
 */
final class ReplayRule {
    /** Packets carry no time. */
    static final ReplayRule NONE = new ReplayRule(ReplayPolicy.NONE, new byte[0]);

    private static final int MILLIS_TO_BOTH_SIDES = 2000;

    private final ReplayPolicy policy;
    private final byte[] epoch; // empty unless by pseudotime

    private ReplayRule(ReplayPolicy policy, byte[] epoch) {
        this.policy = policy;
        this.epoch = epoch;
    }

    /**
     * The rule for a TEK that is made now.
     *
     * @param line in this run of the machine; there is one if the policy is by pseudotime
     */
    static ReplayRule of(ReplayPolicy policy, Optional<PseudotimeLine> line) {
        if (!policy.isByTime()) {
            return NONE;
        }
        return new ReplayRule(
                policy, policy.isByPseudotime() ? line.orElseThrow().epoch() : new byte[0]);
    }

    /** Whether members can be told what time it is under this rule. */
    boolean canBeTold(Optional<PseudotimeLine> line) {
        return epoch.length == 0 || line.filter(one -> one.isNamed(epoch)).isPresent();
    }

    /** What members are told at {@code now}; null for nothing. */
    TimeBasedReplay at(Optional<PseudotimeLine> line, MachineTime machine, long now) {
        if (!policy.isByTime()) {
            return null;
        }
        long width = (long) MILLIS_TO_BOTH_SIDES * policy.windowSeconds();
        return policy.isByPseudotime()
                ? TimeBasedReplay.ofPseudotime(
                        width, line.orElseThrow().micros(machine, now), epoch)
                : TimeBasedReplay.ofPosixTime(width);
    }

    void write(RecordWriter writer) {
        writer.number8(policy.windowSeconds()).number8(policy.clock().ordinal()).octets(epoch);
    }

    static ReplayRule read(RecordReader reader) {
        int window = reader.number8();
        int clock = reader.number8();
        byte[] epoch = reader.octets();
        if (window == 0) {
            return NONE;
        }
        if (clock >= ReplayPolicy.Clock.values().length) {
            throw new IllegalArgumentException("clock " + clock);
        }
        return new ReplayRule(
                ReplayPolicy.byTime(ReplayPolicy.Clock.values()[clock], window), epoch);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplayRule
                && policy.equals(((ReplayRule) other).policy)
                && Arrays.equals(epoch, ((ReplayRule) other).epoch);
    }

    @Override
    public int hashCode() {
        return 31 * policy.hashCode() + Arrays.hashCode(epoch);
    }
}
