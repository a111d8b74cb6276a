// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;

/**
 * NULL encryption (RFC 2410) and an HMAC over all from the SPI to the end of the text: packets that
 * everybody can read and nobody can alter.
 */
final class NullHmac implements AeadCipher {
    private final TruncatedHmac hmac;

    NullHmac(TruncatedHmac hmac) {
        this.hmac = hmac;
    }

    @Override
    public void seal(
            MemorySegment in,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long aadOffset,
            long outOffset) {
        MemorySegment.copy(in, inOffset, out, outOffset, length);
        hmac.append(out, aadOffset, (int) (outOffset - aadOffset) + length);
    }

    @Override
    public boolean open(
            MemorySegment in,
            long aadOffset,
            long inOffset,
            int length,
            long iv,
            MemorySegment out,
            long outOffset) {
        if (!hmac.verify(in, aadOffset, (int) (inOffset - aadOffset) + length)) {
            return false;
        }
        MemorySegment.copy(in, inOffset, out, outOffset, length);
        return true;
    }

    @Override
    public void destroy() {
        hmac.destroy();
    }
}
