// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.lang.foreign.Arena;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;

/** An interface in memory that always has the same batch to read, and forgets what it sends. */
final class EndlessWire implements PacketIo {
    private static final int SLOTS = 64;
    private static final int MTU = 1500;
    private static final long GATEWAY = 0x02_00_00_00_00_feL;
    private static final long HOST = 0x02_00_00_00_00_01L;
    private static final long OWN = 0x02_00_00_00_00_99L;
    private static final int UDP = 17;

    private final FrameBatch batch = new FrameBatch(Arena.ofAuto(), SLOTS, Ethernet.HEADER + MTU);

    /**
     * Full of UDP packets.
     *
     * @param octets of each packet
     * @param addresses source and destination
     */
    EndlessWire(int octets, long addresses) {
        while (!batch.isFull()) {
            long at = batch.next();
            Ethernet.write(batch.memory(), at, GATEWAY, HOST, Ethernet.TYPE_IPV4);
            Ipv4.write(batch.memory(), at + Ethernet.HEADER, 0, octets, 1, 0, 64, UDP, addresses);
            batch.commit(Ethernet.HEADER + octets);
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long macAddress() {
        return OWN;
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
        FrameBatch out = new FrameBatch(Arena.ofAuto(), SLOTS, Ethernet.HEADER + MTU);
        return new FrameSink() {
            @Override
            public FrameBatch batch() {
                return out;
            }

            @Override
            public int flush() {
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
    public FrameSink newSuperFrameSink() {
        return newSink();
    }

    @Override
    public long receiveLosses() {
        return 0;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
