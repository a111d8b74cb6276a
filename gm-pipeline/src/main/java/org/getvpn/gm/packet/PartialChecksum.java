// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/** A checksum that the sender left to its interface: the field holds the pseudo-header's sum. */
public final class PartialChecksum {
    private PartialChecksum() {}

    /**
     * Completes the checksum that the {@link VirtioHeader} asks for, and takes back the request.
     *
     * @param frame begins with an Ethernet header, then an IP packet that {@link Ip#check} accepted
     * @return false if the header points outside the packet's payload
     */
    public static boolean complete(MemorySegment memory, long frame) {
        long ip = frame + Ethernet.HEADER;
        int end = Ethernet.HEADER + Ip.totalLength(memory, ip);
        int start = VirtioHeader.checksumStart(memory, frame);
        int field = start + VirtioHeader.checksumOffset(memory, frame);
        if (start < Ethernet.HEADER + Ip.headerLength(memory, ip) || field + 2 > end) {
            return false;
        }
        int checksum = InternetChecksum.of(memory, frame + start, end - start);
        // UDP sends ones for a sum of zero, which would mean none; to others it is the same
        Octets.put16(memory, frame + field, checksum == 0 ? 0xffff : checksum);
        VirtioHeader.clear(memory, frame);
        return true;
    }
}
