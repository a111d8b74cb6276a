// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * Octets that must not be seen: never printed, compared in constant time, zeroed by {@link
 * #destroy()}. Erasure in Java is best effort: the collector may have copied the array before.
 */
public final class SecretBytes implements Destroyable {
    private final byte[] octets;
    private volatile boolean destroyed;

    private SecretBytes(byte[] octets) {
        this.octets = octets;
    }

    /** Copies {@code octets}; the caller keeps the duty to zero its own array. */
    public static SecretBytes copyOf(byte[] octets) {
        return new SecretBytes(octets.clone());
    }

    /** Takes {@code octets} over without a copy; the caller must not use the array again. */
    public static SecretBytes wrap(byte[] octets) {
        return new SecretBytes(octets);
    }

    /** The number of octets; stays known after {@link #destroy()}. */
    public int length() {
        return octets.length;
    }

    /**
     * A copy that the caller zeroes when done.
     *
     * @throws IllegalStateException if destroyed
     */
    public byte[] expose() {
        if (destroyed) {
            throw new IllegalStateException("secret was destroyed");
        }
        return octets.clone();
    }

    /** Constant-time comparison of the contents. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SecretBytes
                && MessageDigest.isEqual(octets, ((SecretBytes) other).octets);
    }

    /** The length only: a hash of the contents would tell about them. */
    @Override
    public int hashCode() {
        return octets.length;
    }

    @Override
    public void destroy() {
        Arrays.fill(octets, (byte) 0);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** Length and state, never a byte of the contents. */
    @Override
    public String toString() {
        return "SecretBytes[" + octets.length + (destroyed ? " destroyed]" : "]");
    }
}
