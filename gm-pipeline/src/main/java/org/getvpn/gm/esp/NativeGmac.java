// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * AES-GMAC by Intel's library: AES-GCM over no text, with the packet as associated data (RFC 4543).
 */
final class NativeGmac implements AeadCipher {
    private final NativeGcm gcm;

    /**
     * @param keyAndSalt 16 or 32 octets of key, then 4 of salt
     */
    NativeGmac(SecretBytes keyAndSalt) {
        gcm = new NativeGcm(keyAndSalt, EspFormat.HEADER, ICV);
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
        long end = outOffset + length;
        gcm.seal(out, end, 0, iv, out, aadOffset, end - aadOffset, end);
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
        long end = inOffset + length;
        if (!gcm.open(in, aadOffset, end - aadOffset, end, 0, iv, out, outOffset)) {
            return false;
        }
        MemorySegment.copy(in, inOffset, out, outOffset, length);
        return true;
    }

    @Override
    public void destroy() {
        gcm.destroy();
    }
}
