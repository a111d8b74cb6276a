// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.packet.VlanTag;

/** An interface whose wire is two queues. */
public final class InMemoryIo implements PacketIo {
    private static final int SLOTS = 32;

    private final String name;
    private final long macAddress;
    private final int mtu;
    private final FrameBatch received;
    private final BlockingQueue<byte[]> arriving = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();

    /** An interface with nothing on its wire, and no room for super-frames. */
    public InMemoryIo(String name, long macAddress, int mtu) {
        this(name, macAddress, mtu, mtu);
    }

    /**
     * An interface with nothing on its wire.
     *
     * @param longest longest IP packet that is received whole, in octets
     */
    public InMemoryIo(String name, long macAddress, int mtu, int longest) {
        this.name = name;
        this.macAddress = macAddress;
        this.mtu = mtu;
        this.received =
                new FrameBatch(Arena.ofAuto(), SLOTS, Ethernet.HEADER + VlanTag.LENGTH + longest);
    }

    /** Puts a complete frame on the wire towards this interface. */
    public void arrive(byte[] frame) {
        byte[] withHeader = new byte[VirtioHeader.LENGTH + frame.length];
        System.arraycopy(frame, 0, withHeader, VirtioHeader.LENGTH, frame.length);
        arriving.add(withHeader);
    }

    /** Puts a frame with the {@link VirtioHeader} before it on the wire towards this interface. */
    public void arriveWithHeader(byte[] headerAndFrame) {
        arriving.add(headerAndFrame.clone());
    }

    /** Takes the next frame that this interface sent, waiting for it as long as said. */
    public Optional<byte[]> takeSent(long timeoutMillis) throws InterruptedException {
        return takeSentWithHeader(timeoutMillis)
                .map(frame -> Arrays.copyOfRange(frame, VirtioHeader.LENGTH, frame.length));
    }

    /** The same with the {@link VirtioHeader} before the frame. */
    public Optional<byte[]> takeSentWithHeader(long timeoutMillis) throws InterruptedException {
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
            int length = frame.length - VirtioHeader.LENGTH;
            int kept = VirtioHeader.LENGTH + Math.min(length, received.capacity());
            MemorySegment.copy(
                    frame,
                    0,
                    received.memory(),
                    ValueLayout.JAVA_BYTE,
                    received.next() - VirtioHeader.LENGTH,
                    kept);
            received.commitWithHeader(length);
        }
        return received;
    }

    @Override
    public FrameSink newSink() {
        return new Sink(new FrameBatch(Arena.ofAuto(), SLOTS, Ethernet.HEADER + mtu));
    }

    @Override
    public FrameSink newSuperFrameSink() {
        return new Sink(new FrameBatch(Arena.ofAuto(), SLOTS, Ethernet.HEADER + Ipv4.MAX_LENGTH));
    }

    private final class Sink implements FrameSink {
        private final FrameBatch batch;

        Sink(FrameBatch batch) {
            this.batch = batch;
        }

        @Override
        public FrameBatch batch() {
            return batch;
        }

        @Override
        public int flush() {
            for (int i = 0; i < batch.count(); i++) {
                sent.add(
                        batch.memory()
                                .asSlice(
                                        batch.offset(i) - VirtioHeader.LENGTH,
                                        VirtioHeader.LENGTH + batch.length(i))
                                .toArray(ValueLayout.JAVA_BYTE));
            }
            batch.clear();
            return 0;
        }

        @Override
        public void close() {
            flush();
        }
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
