// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

/** One end's ephemeral Diffie-Hellman key. Used for one exchange, then dropped. */
public interface DiffieHellmanKey {
    /** The body of our Key Exchange payload: {@link DiffieHellmanGroup#publicOctets()} octets. */
    byte[] publicValue();

    /**
     * The shared secret g^xy: zero-padded on the left to the length of the prime (MODP), or the x
     * coordinate alone (ECP; RFC 5903, section 7).
     *
     * @param peerValue the body of the peer's Key Exchange payload
     * @throws InvalidPublicValue if it has another length, is 0, 1 or p-1, or is no point of the
     *     curve
     */
    SecretBytes agree(byte[] peerValue) throws InvalidPublicValue;
}
