// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.Arrays;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.ks.api.KeyStage;

/** A KEK in the key server's hands, with the last sequence number reserved under it. */
final class KekState {
    private final byte[] spi;
    private final SecretBytes ivAndKey;
    private final long bornMillis;
    private final long lifetimeSeconds;
    private final KeyStage stage;
    private final long changesMillis;
    private final long sequence;
    private final int signatureHash;
    private final int acknowledgement;
    private final int generation;
    private final RekeyAddress rekeyAddress; // null without one

    /**
     * @param spi 16 octets
     * @param ivAndKey 16 octets IV ‖ key
     * @param changesMillis group time at which the stage ends; {@link Long#MAX_VALUE} for SENDABLE
     * @param sequence 0 if no rekey message was sent under it
     * @param signatureHash SIG_HASH_ALGORITHM; a key keeps it for life, because members heard it
     *     with the key
     * @param acknowledgement KEK_ACK_REQUESTED (RFC 8263), 0 for none; a key keeps it for life,
     *     because members heard it with the key
     * @param generation of the key tree that it is the root of, 0 if it is of none
     * @param rekeyAddress multicast group of messages under it, null for none; a key keeps it for
     *     life, because members heard it with the key
     */
    KekState(
            byte[] spi,
            SecretBytes ivAndKey,
            long bornMillis,
            long lifetimeSeconds,
            KeyStage stage,
            long changesMillis,
            long sequence,
            int signatureHash,
            int acknowledgement,
            int generation,
            RekeyAddress rekeyAddress) {
        this.spi = spi.clone();
        this.ivAndKey = ivAndKey;
        this.bornMillis = bornMillis;
        this.lifetimeSeconds = lifetimeSeconds;
        this.stage = stage;
        this.changesMillis = changesMillis;
        this.sequence = sequence;
        this.signatureHash = signatureHash;
        this.acknowledgement = acknowledgement;
        this.generation = generation;
        this.rekeyAddress = rekeyAddress;
    }

    byte[] spi() {
        return spi.clone();
    }

    SecretBytes ivAndKey() {
        return ivAndKey;
    }

    long bornMillis() {
        return bornMillis;
    }

    long lifetimeSeconds() {
        return lifetimeSeconds;
    }

    KeyStage stage() {
        return stage;
    }

    long changesMillis() {
        return changesMillis;
    }

    long sequence() {
        return sequence;
    }

    int signatureHash() {
        return signatureHash;
    }

    int acknowledgement() {
        return acknowledgement;
    }

    int generation() {
        return generation;
    }

    /** Multicast group of the messages under it; empty if each member gets a copy. */
    Optional<RekeyAddress> rekeyAddress() {
        return Optional.ofNullable(rekeyAddress);
    }

    long expiresMillis() {
        return bornMillis + lifetimeSeconds * 1000;
    }

    long remainingSeconds(long now) {
        return Math.max(0, (expiresMillis() - now) / 1000);
    }

    boolean isSameKey(KekState other) {
        return Arrays.equals(spi, other.spi);
    }

    /** The same key in another stage. */
    KekState at(KeyStage next, long changes) {
        return new KekState(
                spi,
                ivAndKey,
                bornMillis,
                lifetimeSeconds,
                next,
                changes,
                sequence,
                signatureHash,
                acknowledgement,
                generation,
                rekeyAddress);
    }

    /** The same key with the next sequence number reserved. */
    KekState reserved() {
        return continuing(Math.addExact(sequence, 1));
    }

    /** The same key as if {@code last} were the number of its last rekey message. */
    KekState continuing(long last) {
        return new KekState(
                spi,
                ivAndKey,
                bornMillis,
                lifetimeSeconds,
                stage,
                changesMillis,
                last,
                signatureHash,
                acknowledgement,
                generation,
                rekeyAddress);
    }

    /** {@code 0x} and 32 hexadecimal digits. */
    String spiText() {
        StringBuilder text = new StringBuilder("0x");
        for (byte octet : spi) {
            text.append(Character.forDigit(octet >> 4 & 15, 16));
            text.append(Character.forDigit(octet & 15, 16));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "KekState[" + spiText() + " " + stage + " sequence " + sequence + "]";
    }
}
