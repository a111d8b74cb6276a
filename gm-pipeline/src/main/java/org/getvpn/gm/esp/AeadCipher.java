// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gm.packet.Frame;

/**
 * Authenticated encryption of one ESP packet in place. Holds key and salt; not thread-safe: one
 * path owns it.
 *
 * <p>Offsets count from the frame's start. The associated data is the 8 octets of the ESP header,
 * the nonce is salt ‖ the 8 octets of IV behind it (RFC 4106, sections 4 and 5).
 */
public interface AeadCipher extends AutoCloseable {
    /**
     * Encrypts {@code length} octets at {@code text} and writes the ICV behind them.
     *
     * @param header offset of the ESP header
     * @param text offset of the plaintext, which begins behind the IV
     */
    void seal(Frame frame, int header, int text, int length);

    /**
     * Verifies and decrypts {@code length} octets at {@code text}; the ICV stands behind them.
     *
     * @return whether the ICV verified; if not, the contents of the frame are undefined
     */
    boolean open(Frame frame, int header, int text, int length);

    /** Forgets the key, as far as the implementation can. */
    @Override
    void close();
}
