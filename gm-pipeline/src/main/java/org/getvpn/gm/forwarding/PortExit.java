// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.packet.VirtioHeader;

/** Where one thread puts frames that are to leave by one port. */
final class PortExit {
    private final FrameSink sink;
    private final FrameBatch batch;
    private final SwitchCounters counters;

    PortExit(FrameSink sink, SwitchCounters counters) {
        this.sink = sink;
        this.batch = sink.batch();
        this.counters = counters;
    }

    /** Copies a frame with what its header leaves to be done. */
    void copy(MemorySegment memory, long offset, int length) {
        if (length > batch.capacity()) {
            counters.drop(SwitchDrop.OVERSIZED_FRAME);
            return;
        }
        if (batch.isFull()) {
            flush();
        }
        int head = VirtioHeader.LENGTH;
        MemorySegment.copy(
                memory, offset - head, batch.memory(), batch.next() - head, head + (long) length);
        batch.commitWithHeader(length);
        counters.sent();
    }

    void flush() {
        if (batch.count() > 0) {
            int refused = sink.flush();
            for (int i = 0; i < refused; i++) {
                counters.drop(SwitchDrop.SEND_FAILED);
            }
        }
    }

    void close() {
        sink.close();
    }
}
