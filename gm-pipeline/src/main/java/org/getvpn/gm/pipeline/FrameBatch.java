// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.packet.Frame;

/** Frames on their way to one interface, sent together. */
final class FrameBatch {
    private final Frame[] frames;
    private int count;

    FrameBatch(int capacity) {
        frames = new Frame[capacity];
    }

    void add(Frame frame) {
        frames[count++] = frame;
    }

    int count() {
        return count;
    }

    Frame get(int index) {
        return frames[index];
    }

    /** Sends what is there; what the interface does not take is counted. */
    void flush(PacketIo io, PathCounters counters) {
        if (count > 0) {
            int sent = io.send(frames, count);
            if (sent < count) {
                counters.dropped(DropReason.SEND_FAILED, count - sent);
            }
            count = 0;
        }
    }
}
