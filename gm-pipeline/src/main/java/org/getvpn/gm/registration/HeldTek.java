// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.TimeRule;

/** A TEK with the instants at which it changes. */
final class HeldTek {
    private final Tek tek;
    private final Duration lifetime;
    private final Ticks sendableAt;
    private final TimeRule timeRule;
    private Ticks goneAt;

    /**
     * @param timeRule of its packets; null if they carry no time
     */
    HeldTek(Tek tek, Ticks received, Ticks sendableAt, TimeRule timeRule) {
        this.timeRule = timeRule;
        this.tek = tek;
        this.lifetime = Duration.ofSeconds(tek.remainingSeconds());
        this.sendableAt = sendableAt;
        this.goneAt = received.plus(lifetime);
    }

    Tek tek() {
        return tek;
    }

    /** Null if its packets carry no time. */
    TimeRule timeRule() {
        return timeRule;
    }

    /** What was left when it was received. */
    Duration lifetime() {
        return lifetime;
    }

    Ticks sendableAt() {
        return sendableAt;
    }

    Ticks goneAt() {
        return goneAt;
    }

    boolean isGone(Ticks now) {
        return !now.isBefore(goneAt);
    }

    boolean mayBeSentWith(Ticks now, MemberMode mode) {
        return !now.isBefore(sendableAt)
                && (tek.direction() != Tek.Direction.RECEIVER_ONLY || mode == MemberMode.PASSIVE);
    }

    /** Shortens its life; never lengthens it. */
    void endBy(Ticks instant) {
        if (instant.isBefore(goneAt)) {
            goneAt = instant;
        }
    }

    boolean isSameKey(Tek other) {
        return tek.spi().equals(other.spi())
                && tek.transform().equals(other.transform())
                && tek.cipherKey().equals(other.cipherKey())
                && tek.integrityKey().equals(other.integrityKey());
    }

    void destroy() {
        tek.cipherKey().destroy();
        tek.integrityKey().destroy();
    }
}
