// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.packet.Frame;

/** Frames for what a packet turns into beside itself: fragments. Given back all at once. */
final class SpareFrames {
    private final Frame[] frames;
    private int used;

    SpareFrames(Frame[] frames) {
        this.frames = frames;
    }

    int left() {
        return frames.length - used;
    }

    Frame take() {
        return frames[used++];
    }

    void reset() {
        used = 0;
    }
}
