// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/** The Internet checksum (RFC 1071). */
public final class InternetChecksum {
    private InternetChecksum() {}

    /**
     * The checksum of {@code length} octets: what to write where the field is zero, or 0 if the
     * field is in place and right.
     */
    public static int of(MemorySegment in, long offset, int length) {
        long sum = 0;
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            sum += Octets.i32(in, offset + at) & 0xffff_ffffL;
        }
        if (at + 2 <= length) {
            sum += Octets.u16(in, offset + at);
            at += 2;
        }
        if (at < length) {
            sum += Octets.u8(in, offset + at) << 8;
        }
        sum = (sum & 0xffff_ffffL) + (sum >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16 & 0xffff) + (sum >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (int) ~sum & 0xffff;
    }
}
