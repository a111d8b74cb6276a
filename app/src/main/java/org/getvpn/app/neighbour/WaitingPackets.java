// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.onlab.packet.IpAddress;

/**
 * Packets whose host is being asked for, as a router keeps them (RFC 1122, section 2.3.2.2).
 * Bounded: {@value #PER_ADDRESS} an address, {@value #ADDRESSES} addresses, {@link #PATIENCE_NANOS}
 * each; what does not fit is dropped, oldest first. Times are monotonic nanoseconds.
 */
final class WaitingPackets {
    static final int PER_ADDRESS = 3;
    static final int ADDRESSES = 64;
    static final long PATIENCE_NANOS = 2_000_000_000L;

    private final Map<IpAddress, Deque<Frame>> waiting = new HashMap<>();

    /** One frame, as it came. */
    private static final class Frame {
        private final byte[] octets;
        private final long at;

        Frame(byte[] octets, long at) {
            this.octets = octets;
            this.at = at;
        }
    }

    /** Keeps a frame for {@code address}. */
    synchronized void keep(IpAddress address, byte[] frame, long now) {
        expire(now);
        Deque<Frame> queue = waiting.get(address);
        if (queue == null) {
            if (waiting.size() >= ADDRESSES) {
                return;
            }
            queue = new ArrayDeque<>();
            waiting.put(address, queue);
        }
        if (queue.size() >= PER_ADDRESS) {
            queue.removeFirst();
        }
        queue.addLast(new Frame(frame, now));
    }

    /** Hands out, once, what waits for {@code address}, oldest first. */
    synchronized List<byte[]> release(IpAddress address, long now) {
        expire(now);
        List<byte[]> frames = new ArrayList<>();
        Deque<Frame> queue = waiting.remove(address);
        if (queue != null) {
            queue.forEach(frame -> frames.add(frame.octets));
        }
        return frames;
    }

    private void expire(long now) {
        for (Iterator<Deque<Frame>> queues = waiting.values().iterator(); queues.hasNext(); ) {
            Deque<Frame> queue = queues.next();
            queue.removeIf(frame -> now - frame.at > PATIENCE_NANOS);
            if (queue.isEmpty()) {
                queues.remove();
            }
        }
    }
}
