// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;

/**
 * Encrypts and authenticates the packets of one SA: associated data (SPI ‖ sequence number), the
 * IV, the text, the ICV behind it. With AES-GCM (RFC 4106) the nonce is salt ‖ IV; other transforms
 * keep to the same order, see {@link EspCiphers}.
 *
 * <p>Used by one thread at a time. No method throws for what a packet contains.
 */
public interface AeadCipher {
    /** Length of a whole ICV of AES-GCM and AES-GMAC, in octets. */
    int ICV = 16;

    /**
     * Encrypts {@code length} octets from {@code in} to {@code out} and appends the ICV. The two
     * areas are the same or do not overlap.
     *
     * @param iv the 8 octets of the IV, big-endian; never twice under one key. A cipher with an IV
     *     of another length makes it from these and writes it before {@code outOffset}
     * @param aadOffset where in {@code out} the associated data stand
     */
    void seal(
            MemorySegment in,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long aadOffset,
            long outOffset);

    /**
     * Verifies the ICV that stands behind the text and decrypts.
     *
     * @param aadOffset where in {@code in} the associated data stand
     * @param length of the text without ICV, in octets
     * @return false if the ICV is wrong; what {@code out} then holds must not be used
     */
    boolean open(
            MemorySegment in,
            long aadOffset,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long outOffset);

    /** Zeroes the key. No thread may be inside a method, and none may come later. */
    void destroy();
}
