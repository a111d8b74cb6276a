// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.time.Instant;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.SaDirection;

/**
 * When a key's successor begins, in milliseconds of group time.
 *
 * <p>One formula: a successor is announced before the end of its predecessor by
 *
 * <pre>margin = min(lifetime / 2, max(lifetime / 20, floor) + preparation + deactivation delay)
 * </pre>
 *
 * Members that heard of no successor register again on their own shortly before the end (60 to 72
 * seconds in the field). Within {@code max(5 %, floor)} after the rollover they still have time for
 * it; the floor is 90 s for a TEK and 200 s for a KEK, as deployed key servers have it. Preparation
 * is the time switches get to accept the new SPI, and the deactivation delay is the longest time
 * until the old key is out of use. A lifetime of seconds leaves half of itself.
 */
final class RekeySchedule {
    private static final long TEK_FLOOR = 90_000;
    private static final long KEK_FLOOR = 200_000;
    private static final long LEAST_SPACING = 250;

    /**
     * Between the first who sends with a new TEK and the last who sends with the old: delays are
     * whole seconds on the wire, so that members may differ by one, and packets are under way.
     */
    static final long LEAST_OVERLAP_MILLIS = 2000;

    /** Window in which members register again after their KEK was deleted. */
    static final long REREGISTRATION_MILLIS = 30_000;

    /** Copies of a rekey message per second. */
    static final int COPIES_PER_SECOND = 4000;

    private final GroupPolicy policy;

    RekeySchedule(GroupPolicy policy) {
        this.policy = policy;
    }

    /**
     * When the successor of that TEK is announced: with the end of receive-only, if that is before.
     */
    long rekeyPoint(TekState tek) {
        long point = tek.expiresMillis() - margin(tek.lifetimeSeconds() * 1000, TEK_FLOOR);
        return tek.direction() == SaDirection.RECEIVE_ONLY
                ? Math.min(point, policy.receiveOnlyUntil().map(Instant::toEpochMilli).orElse(0L))
                : point;
    }

    /** What members may do with a TEK that is made at the group time {@code now}. */
    static SaDirection direction(GroupPolicy policy, long now) {
        return policy.receiveOnlyUntil().filter(end -> now < end.toEpochMilli()).isPresent()
                ? SaDirection.RECEIVE_ONLY
                : SaDirection.BOTH;
    }

    /** When the successor of that KEK is sent. */
    long rekeyPoint(KekState kek) {
        return kek.expiresMillis() - margin(kek.lifetimeSeconds() * 1000, KEK_FLOOR);
    }

    private long margin(long lifetime, long floor) {
        long wanted = Math.max(lifetime / 20, floor) + preparation() + deactivation();
        return Math.min(lifetime / 2, wanted);
    }

    /** How long switches may take to accept an SPI whose predecessor ends at {@code end}. */
    long preparation(long now, long end) {
        return Math.max(0, Math.min(preparation(), end - now - deactivation()));
    }

    private static long preparation() {
        return KeyServer.PREPARE_DEADLINE.toMillis();
    }

    /** From the rekey message until members send with the new TEK. */
    long activation() {
        return policy.activationDelaySeconds() * 1000L;
    }

    /** From the rekey message until the old TEK is gone. */
    long deactivation() {
        return activation() + overlap();
    }

    /** From the time when members send with a new TEK until the old one is gone. */
    long overlap() {
        return Math.max(
                policy.deactivationDelaySeconds() * 1000L - activation(), LEAST_OVERLAP_MILLIS);
    }

    /** How long the copies of one round take. */
    static long roundMillis(int copies) {
        return copies * 1000L / COPIES_PER_SECOND;
    }

    /** Rounds in which one rekey is sent. */
    int rounds() {
        return activation() == 0 ? 1 : policy.rekeyTransport().repeats();
    }

    /** Between the starts of two rounds. */
    long roundSpacing(int copies) {
        return Math.max(LEAST_SPACING, activation() / policy.rekeyTransport().repeats())
                + roundMillis(copies);
    }
}
