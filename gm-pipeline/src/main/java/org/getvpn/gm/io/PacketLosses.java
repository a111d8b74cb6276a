// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Frames that the kernel dropped because a packet socket was not read in time. Used under a lock of
 * its owner's, which closes the socket.
 */
final class PacketLosses {
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;

    private long count;

    /** Those since the socket was opened; what was known before if the interface is gone. */
    long read(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            // struct tpacket_stats: packets, drops; reading resets both
            MemorySegment counts = arena.allocate(8, 4);
            new Libc(arena)
                    .getOption(socket, SOL_PACKET, PACKET_STATISTICS, counts, arena.allocate(4, 4));
            count += Integer.toUnsignedLong(counts.get(ValueLayout.JAVA_INT, 4));
        } catch (IOException e) {
            return count;
        }
        return count;
    }

    /** Those of the last time that they were read. */
    long known() {
        return count;
    }
}
