// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * An Ethernet II header: destination 6, source 6, type 2. Addresses are the low 48 bits of a long.
 */
public final class Ethernet {
    /** Length of the header in octets. */
    public static final int HEADER = 14;

    /** IPv4. */
    public static final int TYPE_IPV4 = 0x0800;

    /** ARP. */
    public static final int TYPE_ARP = 0x0806;

    /** IPv6. */
    public static final int TYPE_IPV6 = 0x86dd;

    /** EtherType of a frame with a {@link VlanTag}. */
    public static final int TYPE_VLAN = 0x8100;

    /** To every station of the segment. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private Ethernet() {}

    /** Whom the frame is for. */
    public static long destination(MemorySegment frame, long offset) {
        return Octets.i64(frame, offset) >>> 16;
    }

    /** Who sent the frame on this segment. */
    public static long source(MemorySegment frame, long offset) {
        return Octets.i64(frame, offset + 4) & 0xffff_ffff_ffffL;
    }

    /** The EtherType. */
    public static int type(MemorySegment frame, long offset) {
        return Octets.u16(frame, offset + 12);
    }

    /** Writes who sends the frame and whom it is for, and leaves the type. */
    public static void writeAddresses(
            MemorySegment frame, long offset, long destination, long source) {
        Octets.put64(frame, offset, destination << 16 | source >>> 32);
        Octets.put32(frame, offset + 8, (int) source);
    }

    /** Writes a whole header. */
    public static void write(
            MemorySegment frame, long offset, long destination, long source, int type) {
        writeAddresses(frame, offset, destination, source);
        Octets.put16(frame, offset + 12, type);
    }
}
