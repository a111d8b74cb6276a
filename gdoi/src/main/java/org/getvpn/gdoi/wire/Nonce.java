// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/** Checks of nonces (RFC 2409, section 5; RFC 6407, section 5.8). The body is the nonce. */
public final class Nonce {
    /** Fewest octets anywhere. */
    public static final int MIN = 8;

    /** Most octets in Phase 1. */
    public static final int MAX_PHASE_ONE = 256;

    /** Most octets in GROUPKEY-PULL. */
    public static final int MAX_PULL = 128;

    private Nonce() {}

    /**
     * Checks the length of a nonce.
     *
     * @param most {@link #MAX_PHASE_ONE} or {@link #MAX_PULL}
     */
    public static byte[] read(Payload payload, int most) throws MalformedPayload {
        byte[] nonce = payload.body();
        if (nonce.length < MIN || nonce.length > most) {
            throw new MalformedPayload(
                    "nonce of " + nonce.length + " octets, " + MIN + " to " + most + " allowed");
        }
        return nonce;
    }
}
