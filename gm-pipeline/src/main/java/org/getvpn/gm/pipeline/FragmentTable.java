// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.PacketKey;

/**
 * Remembers the ports that first fragments showed, so that later fragments meet the same policy.
 * Bounded: a new entry replaces whatever has its place. Used by one thread.
 */
final class FragmentTable {
    private static final int ENTRIES = 1024;
    private static final long LIFETIME = TimeUnit.SECONDS.toNanos(30); // RFC 791: reassembly time

    private final long[] addresses = new long[ENTRIES];
    private final int[] identity = new int[ENTRIES];
    private final int[] ports = new int[ENTRIES];
    private final long[] seenAt = new long[ENTRIES];
    private final boolean[] used = new boolean[ENTRIES];

    /** Learns from a first fragment, and completes {@code key} for a later one if it can. */
    void apply(MemorySegment packet, long offset, PacketKey key, long now) {
        int flags = Ipv4.flagsAndOffset(packet, offset);
        if ((flags & (Ipv4.MF | Ipv4.OFFSET)) == 0 || key.sourcePort() == PacketKey.NO_PORT) {
            return;
        }
        long between = Ipv4.addresses(packet, offset);
        int id = Ipv4.identification(packet, offset) << 8 | Ipv4.protocol(packet, offset);
        int at = place(between, id);
        if ((flags & Ipv4.OFFSET) == 0) {
            if (key.sourcePort() != PacketKey.UNKNOWN_PORT) {
                used[at] = true;
                addresses[at] = between;
                identity[at] = id;
                ports[at] = key.sourcePort() << 16 | key.destinationPort();
                seenAt[at] = now;
            }
        } else if (used[at]
                && addresses[at] == between
                && identity[at] == id
                && now - seenAt[at] < LIFETIME) {
            key.ports(ports[at] >>> 16, ports[at] & 0xffff);
        }
    }

    private static int place(long between, int id) {
        long mixed = (between ^ id * 0x9e37_79b9_7f4a_7c15L) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed >>> 54);
    }
}
