// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.OWN_MAC;

import java.lang.foreign.Arena;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.io.PacketIo;

/** An interface whose every receive is the same batch, and which only counts what it sends. */
class ScriptedIo implements PacketIo {
    private static final int MTU = 1500;
    private final FrameBatch batch = new FrameBatch(Arena.ofAuto(), 64, MTU + 14);
    private long sent;

    /** What the next receive yields. */
    FrameBatch batch() {
        return batch;
    }

    long sent() {
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
        return batch;
    }

    @Override
    public FrameSink newSink() {
        FrameBatch out = new FrameBatch(Arena.ofAuto(), 64, MTU + 14);
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
