// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Frames on their way to a controller: a bounded ring from the packet thread to one other thread,
 * without a lock.
 */
public final class PuntRing {
    private static final int SLOTS = 64;
    private static final int LONGEST = 2048;

    private final byte[][] frames = new byte[SLOTS][LONGEST];
    private final int[] lengths = new int[SLOTS];
    private final int[] ports = new int[SLOTS];
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private volatile Thread waiting;

    /** Takes the frames. */
    public interface Taker {
        /** A frame that came in by this port. */
        void packetIn(int port, byte[] frame);
    }

    /** Copies a frame in; false if it is too long or there is no room. */
    boolean offer(MemorySegment memory, long offset, int length, int port) {
        long next = written.getPlain();
        if (length > LONGEST || next - read.getAcquire() == SLOTS) {
            return false;
        }
        int slot = (int) (next % SLOTS);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, frames[slot], 0, length);
        lengths[slot] = length;
        ports[slot] = port;
        written.setRelease(next + 1);
        LockSupport.unpark(waiting); // of no thread, or of one that does not wait, it does nothing
        return true;
    }

    /**
     * Waits for frames, by the thread that drains; may end early.
     *
     * @param nanoseconds how long
     */
    public void await(long nanoseconds) {
        waiting = Thread.currentThread();
        if (written.get() == read.getPlain()) {
            LockSupport.parkNanos(this, nanoseconds);
        }
    }

    /**
     * Gives the taker everything that is there.
     *
     * @return how many frames
     */
    public int drain(Taker taker) {
        long from = read.getPlain();
        long to = written.getAcquire();
        for (long next = from; next < to; next++) {
            int slot = (int) (next % SLOTS);
            byte[] frame = new byte[lengths[slot]];
            System.arraycopy(frames[slot], 0, frame, 0, frame.length);
            int port = ports[slot];
            read.setRelease(next + 1);
            taker.packetIn(port, frame);
        }
        return (int) (to - from);
    }
}
