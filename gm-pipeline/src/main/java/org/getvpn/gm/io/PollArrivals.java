// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Waits at many packet sockets by one poll(2). */
public final class PollArrivals implements Arrivals {
    private static final int POLLFD = 8; // struct pollfd: descriptor 4, events 2, what came 2
    private static final short POLLIN = 1;

    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc(arena);
    private final Moderation moderation = new Moderation(arena, libc);
    private final MemorySegment descriptors;

    /** For these, which stay open as long as this is used. */
    public PollArrivals(List<PacketSocket> sockets) {
        descriptors = arena.allocate((long) POLLFD * sockets.size(), POLLFD);
        for (int i = 0; i < sockets.size(); i++) {
            long at = (long) i * POLLFD;
            descriptors.set(ValueLayout.JAVA_INT, at, sockets.get(i).descriptor());
            descriptors.set(ValueLayout.JAVA_SHORT, at + 4, POLLIN);
        }
    }

    @Override
    public void await(int timeoutMillis) {
        if (libc.poll(descriptors, 0) == 0
                && timeoutMillis > 0
                && libc.poll(descriptors, timeoutMillis) > 0) {
            moderation.beforeReading(1);
        }
    }

    @Override
    public boolean at(int index) {
        // an error shows here too, and is cleared by reading
        return descriptors.get(ValueLayout.JAVA_SHORT, (long) index * POLLFD + 6) != 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
