// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

/** A live key of a group, without the key. */
public final class SaStatus {
    private final String group;
    private final String kind;
    private final String spi;
    private final KeyStage stage;
    private final String transform;
    private final long lifetimeSeconds;
    private final long remainingSeconds;
    private final SaDirection direction;

    /** Carries what the accessors of the same names tell. */
    public SaStatus(
            String group,
            String kind,
            String spi,
            KeyStage stage,
            String transform,
            long lifetimeSeconds,
            long remainingSeconds,
            SaDirection direction) {
        this.group = group;
        this.kind = kind;
        this.spi = spi;
        this.stage = stage;
        this.transform = transform;
        this.lifetimeSeconds = lifetimeSeconds;
        this.remainingSeconds = remainingSeconds;
        this.direction = direction;
    }

    /** The group's name. */
    public String group() {
        return group;
    }

    /** TEK or KEK. */
    public String kind() {
        return kind;
    }

    /** 0x and hexadecimal digits: 8 of a TEK, 32 of a KEK. */
    public String spi() {
        return spi;
    }

    /** Where in its life it is. */
    public KeyStage stage() {
        return stage;
    }

    /** Cipher and key length. */
    public String transform() {
        return transform;
    }

    /** Lifetime at birth. */
    public long lifetimeSeconds() {
        return lifetimeSeconds;
    }

    /** Lifetime left. */
    public long remainingSeconds() {
        return remainingSeconds;
    }

    /** What members may do with it; of a KEK, {@link SaDirection#BOTH}. */
    public SaDirection direction() {
        return direction;
    }
}
