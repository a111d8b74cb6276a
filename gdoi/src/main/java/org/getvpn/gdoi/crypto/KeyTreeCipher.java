// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.util.Arrays;
import org.getvpn.gdoi.policy.KeyTreeNode;

/**
 * How a key of a logical key hierarchy is encrypted under another one (RFC 6407, section 5.6.3.2).
 *
 * <p>The RFC does not say which mode: it is that of the KEK, AES-CBC, with the IV that accompanies
 * the encrypting key, over IV ‖ key without padding. That fits whole blocks with keys of 128 and
 * 256 bits; 192 bits are refused.
 */
public final class KeyTreeCipher {
    private static final int AES = 7;
    private static final int BLOCK = 16;

    private KeyTreeCipher() {}

    /** Whether a tree may have keys of so many octets with their IV. */
    public static boolean fits(int ivAndKeyOctets) {
        return ivAndKeyOctets == BLOCK + 16 || ivAndKeyOctets == BLOCK + 32;
    }

    /**
     * {@code key} as only a holder of {@code under} reads it.
     *
     * @throws IllegalArgumentException if either has a length that does not {@link #fits}
     */
    public static byte[] wrap(SecretBytes under, KeyTreeNode key) {
        byte[] plain = key.ivAndKey().expose();
        try {
            return crypt(under, plain, IsakmpCipher::encrypt);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * The key that {@link #wrap} hid; nonsense under another key.
     *
     * @throws IllegalArgumentException if either has a length that does not {@link #fits}
     */
    public static SecretBytes unwrap(SecretBytes under, byte[] wrapped) {
        return SecretBytes.wrap(crypt(under, wrapped, IsakmpCipher::decrypt));
    }

    private interface Operation {
        byte[] apply(IsakmpCipher cipher, byte[] iv, byte[] octets);
    }

    private static byte[] crypt(SecretBytes under, byte[] octets, Operation operation) {
        if (!fits(under.length()) || !fits(octets.length)) {
            throw new IllegalArgumentException(
                    "key tree with keys of 128 and 256 bits only: "
                            + (octets.length - BLOCK) * 8
                            + " under "
                            + (under.length() - BLOCK) * 8);
        }
        byte[] exposed = under.expose();
        byte[] key = Arrays.copyOfRange(exposed, BLOCK, exposed.length);
        try {
            IsakmpCipher cipher =
                    new IsakmpCipher(
                            IsakmpCipher.Algorithm.of(AES, key.length * 8).orElseThrow(), key);
            return operation.apply(cipher, Arrays.copyOf(exposed, BLOCK), octets);
        } finally {
            Arrays.fill(exposed, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }
}
