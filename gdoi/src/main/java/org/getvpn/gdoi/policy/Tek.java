// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

import java.util.List;
import java.util.Objects;
import org.getvpn.gdoi.crypto.SecretBytes;

/** A Traffic Encryption Key with its SA policy (RFC 6407, sections 5.5 and 5.6.1). */
public final class Tek {
    /** Who may use the SA for what (SA_DIRECTION, RFC 6407, section 5.5.1.1.2). */
    public enum Direction {
        /** senders only */
        SENDER_ONLY,
        /** receivers only: the migration from clear text */
        RECEIVER_ONLY,
        /** both; the default */
        SYMMETRIC
    }

    private final Spi spi;
    private final EspTransform transform;
    private final SecretBytes cipherKey;
    private final SecretBytes integrityKey;
    private final long remainingSeconds;
    private final Direction direction;
    private final AddressPreservation addressPreservation;
    private final List<TrafficSelector> selectors;

    /**
     * With both addresses preserved.
     *
     * @param cipherKey key ‖ salt
     * @param integrityKey of length 0 for a combined-mode cipher
     * @param remainingSeconds lifetime left at the instant of the message, above 0
     * @param selectors one per SA TEK payload; all share SPI and key
     */
    public Tek(
            Spi spi,
            EspTransform transform,
            SecretBytes cipherKey,
            SecretBytes integrityKey,
            long remainingSeconds,
            Direction direction,
            List<TrafficSelector> selectors) {
        this(
                spi,
                transform,
                cipherKey,
                integrityKey,
                remainingSeconds,
                direction,
                AddressPreservation.BOTH,
                selectors);
    }

    /**
     * @param cipherKey key ‖ salt; of length 0 for NULL
     * @param integrityKey of length 0 for a combined-mode cipher
     * @param remainingSeconds lifetime left at the instant of the message, above 0
     * @param selectors one per SA TEK payload; all share SPI and key
     */
    public Tek(
            Spi spi,
            EspTransform transform,
            SecretBytes cipherKey,
            SecretBytes integrityKey,
            long remainingSeconds,
            Direction direction,
            AddressPreservation addressPreservation,
            List<TrafficSelector> selectors) {
        this.spi = Objects.requireNonNull(spi);
        this.transform = Objects.requireNonNull(transform);
        this.cipherKey = Objects.requireNonNull(cipherKey);
        this.integrityKey = Objects.requireNonNull(integrityKey);
        this.remainingSeconds = remainingSeconds;
        this.direction = Objects.requireNonNull(direction);
        this.addressPreservation = Objects.requireNonNull(addressPreservation);
        this.selectors = List.copyOf(selectors);
    }

    /** Identity of the SA on the wire. */
    public Spi spi() {
        return spi;
    }

    /** Cipher and sizes. */
    public EspTransform transform() {
        return transform;
    }

    /** Key ‖ salt. */
    public SecretBytes cipherKey() {
        return cipherKey;
    }

    /** Of length 0 for a combined-mode cipher. */
    public SecretBytes integrityKey() {
        return integrityKey;
    }

    /** Lifetime left, in seconds, when the message was made. */
    public long remainingSeconds() {
        return remainingSeconds;
    }

    /** Sender, receiver or both. */
    public Direction direction() {
        return direction;
    }

    /** Which inner addresses the outer header shows. */
    public AddressPreservation addressPreservation() {
        return addressPreservation;
    }

    /** What the SA protects. */
    public List<TrafficSelector> selectors() {
        return selectors;
    }

    /** Without any key. */
    @Override
    public String toString() {
        return "Tek[" + spi + " " + transform + " " + remainingSeconds + "s " + selectors + "]";
    }
}
