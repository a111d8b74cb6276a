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
    private final TcpCoalescer coalescer; // null where the sink takes single frames alone

    private int tag;

    private Exit(FrameSink sink, Counters counters, TcpCoalescer coalescer) {
        this.sink = sink;
        this.batch = sink.batch();
        this.counters = counters;
        this.coalescer = coalescer;
    }

    /** By a sink for complete frames. */
    static Exit single(FrameSink sink, Counters counters) {
        return new Exit(sink, counters, null);
    }

    /** By a sink for super-frames: segments of one flow leave together. */
    static Exit coalescing(FrameSink sink, Counters counters) {
        return new Exit(sink, counters, new TcpCoalescer(sink.batch()));
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

    /** Every frame from now on has this tag; 0 for none. */
    void tag(int next) {
        tag = next;
    }

    private void tagLast() {
        if (tag != 0) {
            batch.tag(batch.count() - 1, tag);
        }
    }

    /** The frame at {@link #next()} is complete. */
    void commit(int octets) {
        batch.commit(octets);
        tagLast();
    }

    /** The frame at {@link #next()} holds one IP packet and is complete. */
    void commitPacket(int octets) {
        if (tag == 0 && coalescer != null && coalescer.join(octets)) {
            counters.count(TrafficCounter.COALESCED_PACKETS);
        } else {
            commit(octets);
        }
    }

    /** Whether frames may leave with work left to the interface. */
    boolean takesSuperFrames() {
        return coalescer != null;
    }

    /** The frame at {@link #next()} is complete, and so is the virtio header before it. */
    void commitWithHeader(int octets) {
        batch.commitWithHeader(octets);
        tagLast();
    }

    /** Sends what waits. */
    void flush() {
        if (batch.count() > 0) {
            if (coalescer != null) {
                coalescer.finish();
            }
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
