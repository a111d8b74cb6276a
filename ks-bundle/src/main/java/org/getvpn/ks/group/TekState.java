// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;

/** A TEK in the key server's hands: key, lifetime and stage. Immutable but for the key's end. */
final class TekState {
    private final Spi spi;
    private final String transform;
    private final SecretBytes key;
    private final long bornMillis;
    private final long lifetimeSeconds;
    private final long activationMillis;
    private final long overlapMillis;
    private final ReplayRule replay;
    private final SaDirection direction;
    private final KeyStage stage;
    private final long changesMillis;

    /**
     * @param transform as in {@link org.getvpn.ks.api.GroupPolicy#transform}
     * @param key cipher key ‖ salt ‖ integrity key, of the lengths that the transform has
     * @param activationMillis from RECEIVABLE to SENDABLE
     * @param overlapMillis from then until no older TEK is received any more
     * @param replay for packets under this key, for its whole life
     * @param direction what members may do with it, for its whole life
     * @param changesMillis group time at which the stage ends at the latest; {@link Long#MAX_VALUE}
     *     for a SENDABLE key
     */
    TekState(
            Spi spi,
            String transform,
            SecretBytes key,
            long bornMillis,
            long lifetimeSeconds,
            long activationMillis,
            long overlapMillis,
            ReplayRule replay,
            SaDirection direction,
            KeyStage stage,
            long changesMillis) {
        this.spi = spi;
        this.transform = transform;
        this.key = key;
        this.bornMillis = bornMillis;
        this.lifetimeSeconds = lifetimeSeconds;
        this.activationMillis = activationMillis;
        this.overlapMillis = overlapMillis;
        this.replay = replay;
        this.direction = direction;
        this.stage = stage;
        this.changesMillis = changesMillis;
    }

    Spi spi() {
        return spi;
    }

    String transform() {
        return transform;
    }

    SecretBytes key() {
        return key;
    }

    long bornMillis() {
        return bornMillis;
    }

    long lifetimeSeconds() {
        return lifetimeSeconds;
    }

    long activationMillis() {
        return activationMillis;
    }

    long overlapMillis() {
        return overlapMillis;
    }

    ReplayRule replay() {
        return replay;
    }

    SaDirection direction() {
        return direction;
    }

    KeyStage stage() {
        return stage;
    }

    long changesMillis() {
        return changesMillis;
    }

    long expiresMillis() {
        return bornMillis + lifetimeSeconds * 1000;
    }

    /** Whole seconds left, rounded down: nobody may use a key beyond its end. */
    long remainingSeconds(long now) {
        return Math.max(0, (expiresMillis() - now) / 1000);
    }

    /** The same key in another stage. */
    TekState at(KeyStage next, long changes) {
        return with(overlapMillis, next, changes);
    }

    /** The same key, after which older ones go sooner. */
    TekState overlapping(long millis) {
        return with(Math.min(overlapMillis, millis), stage, changesMillis);
    }

    private TekState with(long overlap, KeyStage next, long changes) {
        return new TekState(
                spi,
                transform,
                key,
                bornMillis,
                lifetimeSeconds,
                activationMillis,
                overlap,
                replay,
                direction,
                next,
                changes);
    }

    @Override
    public String toString() {
        return "TekState[" + spi + " " + stage + "]";
    }
}
