// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An interface whose wire is two queues. */
public final class InMemoryIo implements PacketIo {
    private static final int SLOTS = 32;
    private static final int ETHERNET_HEADER = 14;

    private final String name;
    private final long macAddress;
    private final int mtu;
    private final FrameBatch received;
    private final BlockingQueue<byte[]> arriving = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();

    /** An interface with nothing on its wire. */
    public InMemoryIo(String name, long macAddress, int mtu) {
        this.name = name;
        this.macAddress = macAddress;
        this.mtu = mtu;
        this.received = new FrameBatch(Arena.ofAuto(), SLOTS, mtu + ETHERNET_HEADER);
    }

    /** Puts a frame on the wire towards this interface. */
    public void arrive(byte[] frame) {
        arriving.add(frame.clone());
    }

    /** Takes the next frame that this interface sent, waiting for it as long as said. */
    public Optional<byte[]> takeSent(long timeoutMillis) throws InterruptedException {
        return Optional.ofNullable(sent.poll(timeoutMillis, TimeUnit.MILLISECONDS));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public FrameBatch receive(int timeoutMillis) {
        received.clear();
        List<byte[]> frames = new ArrayList<>();
        try {
            byte[] first = arriving.poll(timeoutMillis, TimeUnit.MILLISECONDS);
            if (first != null) {
                frames.add(first);
                arriving.drainTo(frames, SLOTS - 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (byte[] frame : frames) {
            int kept = Math.min(frame.length, received.capacity());
            MemorySegment.copy(
                    frame, 0, received.memory(), ValueLayout.JAVA_BYTE, received.next(), kept);
            received.commit(frame.length);
        }
        return received;
    }

    @Override
    public FrameSink newSink() {
        FrameBatch batch = new FrameBatch(Arena.ofAuto(), SLOTS, mtu + ETHERNET_HEADER);
        return new FrameSink() {
            @Override
            public FrameBatch batch() {
                return batch;
            }

            @Override
            public int flush() {
                for (int i = 0; i < batch.count(); i++) {
                    sent.add(
                            batch.memory()
                                    .asSlice(batch.offset(i), batch.length(i))
                                    .toArray(ValueLayout.JAVA_BYTE));
                }
                batch.clear();
                return 0;
            }

            @Override
            public void close() {
                flush();
            }
        };
    }

    @Override
    public long receiveLosses() {
        return 0;
    }

    @Override
    public void close() {
        arriving.clear();
    }
}
