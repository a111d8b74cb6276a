// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.OWN_MAC;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.packet.Ipv4;

/** An interface whose every receive is the same batch, and which only counts what it sends. */
public class ScriptedIo implements PacketIo {
    private static final int MTU = 1500;
    private final FrameBatch batch;
    private MemorySegment kept;
    private long sent;

    /** For packets of an Ethernet. */
    public ScriptedIo() {
        this(MTU);
    }

    /** With room for longer packets in what is received. */
    public ScriptedIo(int longest) {
        batch = new FrameBatch(Arena.ofAuto(), 64, longest + 14);
    }

    /** What the next receive yields. */
    public FrameBatch batch() {
        return batch;
    }

    /** From here on each receive yields the frames as they are now, whatever was made of them. */
    public void keep() {
        kept = Arena.ofAuto().allocate(batch.memory().byteSize()).copyFrom(batch.memory());
    }

    /** Frames sent so far. */
    public long sent() {
        return sent;
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public long macAddress() {
        return OWN_MAC;
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public FrameBatch receive(int timeoutMillis) {
        if (kept != null) {
            batch.memory().copyFrom(kept);
        }
        return batch;
    }

    @Override
    public FrameSink newSink() {
        return sink(MTU);
    }

    @Override
    public FrameSink newSuperFrameSink() {
        return sink(Ipv4.MAX_LENGTH);
    }

    private FrameSink sink(int longest) {
        FrameBatch out = new FrameBatch(Arena.ofAuto(), 64, longest + 14);
        return new FrameSink() {
            @Override
            public FrameBatch batch() {
                return out;
            }

            @Override
            public int flush() {
                sent += out.count();
                out.clear();
                return 0;
            }

            @Override
            public void close() {
                out.clear();
            }
        };
    }

    @Override
    public long receiveLosses() {
        return 0;
    }

    @Override
    public void close() {
        batch.clear();
    }
}
