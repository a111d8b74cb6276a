// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.packet.DropReason;

/** Where one packet thread puts frames that are to leave by one interface. */
final class Exit {
    private final FrameSink sink;
    private final FrameBatch batch;
    private final Counters counters;

    Exit(FrameSink sink, Counters counters) {
        this.sink = sink;
        this.batch = sink.batch();
        this.counters = counters;
    }

    /** The memory to write into. */
    MemorySegment memory() {
        return batch.memory();
    }

    /** Where the next frame goes; sends what waits if there is no room. */
    long next() {
        if (batch.isFull()) {
            flush();
        }
        return batch.next();
    }

    /** Whether a frame of {@code octets} fits. */
    boolean fits(int octets) {
        return octets <= batch.capacity();
    }

    /** The frame at {@link #next()} is complete. */
    void commit(int octets) {
        batch.commit(octets);
    }

    /** Sends what waits. */
    void flush() {
        if (batch.count() > 0) {
            int refused = sink.flush();
            if (refused > 0) {
                counters.drop(DropReason.SEND_FAILED, refused);
            }
        }
    }

    void close() {
        sink.close();
    }
}
