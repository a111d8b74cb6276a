// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Packet sockets that share the frames of an interface, each frame to one of them (packet(7),
 * PACKET_FANOUT): which one, a {@link SpreadProgram} says.
 */
final class Fanout {
    private static final int SOL_PACKET = 263;
    private static final int PACKET_FANOUT = 18;
    private static final int PACKET_FANOUT_DATA = 22;
    private static final int BY_PROGRAM = 6; // PACKET_FANOUT_CBPF
    private static final int NEW_GROUP = 0x2000; // PACKET_FANOUT_FLAG_UNIQUEID
    // PACKET_FANOUT_FLAG_IGNORE_OUTGOING, which kernels before 5.16 take and do not know
    private static final int IGNORE_OUTGOING = 0x4000;

    private int group; // as the kernel names it; 0 before the first has joined

    /** For the sockets of one interface. */
    Fanout() {}

    /**
     * Has a socket share frames with those that joined before.
     *
     * @param socket bound to the interface, which is up
     * @throws IOException if the kernel refuses: the interface is down
     */
    void join(Libc libc, int socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(4, 4);
            if (group == 0) {
                group = (BY_PROGRAM | NEW_GROUP | IGNORE_OUTGOING) << 16;
            }
            value.set(ValueLayout.JAVA_INT, 0, group);
            libc.setOption(socket, SOL_PACKET, PACKET_FANOUT, value);
            libc.getOption(socket, SOL_PACKET, PACKET_FANOUT, value, arena.allocate(4, 4));
            group = value.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * Says how frames are shared from now on; before, the first socket gets all.
     *
     * @param socket any that has joined
     * @param program of {@link SpreadProgram}
     */
    static void spread(Libc libc, int socket, long[] program) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            libc.setOption(
                    socket, SOL_PACKET, PACKET_FANOUT_DATA, PacketFilter.program(arena, program));
        }
    }
}
