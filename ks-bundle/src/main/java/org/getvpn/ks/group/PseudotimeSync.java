// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Optional;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.ReplayPolicy;

/**
 * When members are told the pseudotime although no key changes. Two members' clocks, each wrong by
 * the delay D of the message that set it, drift apart by 2ρ a second; a packet is under way for
 * another D. With a window of ±N seconds that is well for
 *
 * <pre>T = (N - 2D) / 2ρ
 * </pre>
 *
 * <p>seconds. D is taken as 0.5 s and ρ as 50 ppm. Half of T is used, so that one lost message does
 * no harm, and never more than two hours.
 */
final class PseudotimeSync {
    private static final long LONGEST_MILLIS = 7_200_000;
    private static final long MILLIS_PER_SECOND_OF_WINDOW = 5_000_000; // 1 s / (2 * 50 ppm) / 2
    private static final long RETRY_MILLIS = 1000;

    private long dueMillis = Long.MIN_VALUE;

    static long interval(ReplayPolicy policy) {
        return Math.min(LONGEST_MILLIS, (policy.windowSeconds() - 1) * MILLIS_PER_SECOND_OF_WINDOW);
    }

    /** A rekey message told it at {@code now}. */
    void told(ReplayPolicy policy, long now) {
        dueMillis = now + interval(policy);
    }

    /** The TEK that is told again so that the time is, if that is due. */
    Optional<TekState> due(Turn turn) {
        ReplayPolicy policy = turn.policy().replay();
        if (!policy.isByPseudotime()) {
            dueMillis = Long.MIN_VALUE;
            return Optional.empty();
        }
        if (dueMillis == Long.MIN_VALUE || turn.members().isEmpty()) {
            told(policy, turn.now()); // who registers from now on hears it then
            return Optional.empty();
        }
        if (turn.now() < dueMillis) {
            return Optional.empty();
        }
        dueMillis = turn.now() + RETRY_MILLIS;
        return turn.state().tek(KeyStage.SENDABLE).filter(turn::canBeTold);
    }

    /** When {@link #due} wants to be asked next; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return dueMillis == Long.MIN_VALUE ? Long.MAX_VALUE : dueMillis;
    }
}
