// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * Cuts an IPv4 packet into fragments (RFC 791, section 3.2), one at a time into a buffer of the
 * caller. A fragment can be cut again. Reused from packet to packet, by one thread.
 */
public final class Fragmenter {
    private static final int MAX_HEADER = 60;

    private MemorySegment packet;
    private long offset;
    private int headerLength;
    private int payload;
    private int done;
    private int mtu;

    /**
     * Begins with a packet that {@link Ipv4#check} accepted.
     *
     * @param mtu longest fragment, in octets: 68 or more, so that every header leaves room for 8
     *     octets (RFC 791, section 3.2)
     */
    public void begin(MemorySegment from, long at, int mtu) {
        this.packet = from;
        this.offset = at;
        this.mtu = mtu;
        this.headerLength = Ipv4.headerLength(from, at);
        this.payload = Ipv4.totalLength(from, at) - headerLength;
        this.done = 0;
    }

    /** Whether octets are left. */
    public boolean hasNext() {
        return done < payload;
    }

    /**
     * Writes the next fragment.
     *
     * @param out room for {@code mtu} octets at {@code outOffset}
     * @return length of the fragment in octets
     */
    public int next(MemorySegment out, long outOffset) {
        int header = done == 0 ? headerLength : laterHeader(out, outOffset);
        if (done == 0) {
            MemorySegment.copy(packet, offset, out, outOffset, headerLength);
        }
        int room = mtu - header & ~7;
        int left = payload - done;
        int part = left <= mtu - header ? left : room;
        MemorySegment.copy(packet, offset + headerLength + done, out, outOffset + header, part);
        int original = Ipv4.flagsAndOffset(packet, offset);
        int more = part < left ? Ipv4.MF : original & Ipv4.MF;
        Octets.put8(out, outOffset, 0x40 | header / 4);
        Octets.put16(out, outOffset + 2, header + part);
        Octets.put16(out, outOffset + 6, more | (original & Ipv4.OFFSET) + done / 8);
        Ipv4.updateChecksum(out, outOffset);
        done += part;
        return header + part;
    }

    /** Copies the fixed header and those options that every fragment carries. */
    private int laterHeader(MemorySegment out, long outOffset) {
        MemorySegment.copy(packet, offset, out, outOffset, Ipv4.HEADER);
        int written = Ipv4.HEADER;
        int at = Ipv4.HEADER;
        while (at < headerLength) {
            int option = Octets.u8(packet, offset + at);
            if (option == 0) {
                break;
            }
            int length = 1;
            if (option != 1) {
                length = at + 1 < headerLength ? Octets.u8(packet, offset + at + 1) : 0;
            }
            if (length < 1 || option != 1 && length < 2 || at + length > headerLength) {
                break; // malformed options are not carried further
            }
            if ((option & 0x80) != 0) {
                MemorySegment.copy(packet, offset + at, out, outOffset + written, length);
                written += length;
            }
            at += length;
        }
        while (written % 4 != 0 && written < MAX_HEADER) {
            Octets.put8(out, outOffset + written++, 0);
        }
        return written;
    }
}
