// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A queue of an interface by AF_XDP sockets, copying: single IP frames for one other station go
 * around the kernel's network stack, through memory shared with it. All else (ARP, frames to many,
 * super-frames, queues without such sockets) comes and goes by the {@link PacketSocket} beside it.
 *
 * <p>One socket receives, another one sends, so that the threads of both directions never wait for
 * each other. They share one memory of equal chunks. Several threads have a queue each: what shares
 * the frames among queues, a network card or the sender at the other end of a veth pair, keeps
 * flows in order.
 */
public final class XdpSocket implements PacketIo {
    private static final int SLOTS = 64;
    private static final int RING = 2048;
    private static final int RECEIVE_CHUNKS = 2 * RING;
    private static final int CHUNKS = RECEIVE_CHUNKS + RING + SLOTS;
    private static final int SMALL_CHUNK = 2048;
    private static final int LARGE_CHUNK = 4096;
    private static final int KERNEL_HEADROOM = 256;
    private static final int ETHERNET = 14;
    private static final int DESCRIPTOR = 16;
    private static final int ADDRESS = 8;
    private static final int PAGE = 4096;
    private static final int PATIENCE = 1000; // calls without progress
    private static final int NAPS = 5; // of a millisecond
    private static final int LOOK_ASIDE = 32;

    private static final int AF_XDP = 44;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SOL_XDP = 283;
    private static final int XDP_MMAP_OFFSETS = 1;
    private static final int XDP_RX_RING = 2;
    private static final int XDP_TX_RING = 3;
    private static final int XDP_UMEM_REG = 4;
    private static final int XDP_UMEM_FILL_RING = 5;
    private static final int XDP_UMEM_COMPLETION_RING = 6;
    private static final int XDP_STATISTICS = 7;
    private static final short BIND_SHARED = 1;
    private static final short BIND_COPY = 2;
    private static final long RX_OFFSETS = 0;
    private static final long TX_OFFSETS = 32;
    private static final long FILL_OFFSETS = 64;
    private static final long COMPLETION_OFFSETS = 96;
    private static final long MAP_RX = 0;
    private static final long MAP_TX = 0x8000_0000L;
    private static final long MAP_FILL = 0x1_0000_0000L;
    private static final long MAP_COMPLETION = 0x1_8000_0000L;
    private static final int READ_AND_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int MSG_DONTWAIT = 0x40;
    private static final short POLLIN = 1;
    private static final int SEND_BUFFER = 8 << 20;

    private final PacketSocket beside;
    private final int queue;
    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc(arena);
    private final int chunk;
    private final int socket;
    private final MemorySegment memory;
    private final MemorySegment offsets = arena.allocate(128, 8);
    private final MemorySegment pollDescriptors = arena.allocate(16, 8);
    private final MemorySegment statistics = arena.allocate(56, 8);
    private final FrameBatch received;
    private final Moderation moderation = new Moderation(arena, libc);
    private XdpRing rx;
    private XdpRing fill;
    private XdpRing completion;
    private XdpProgram program; // with the first queue's
    private InterruptDeferral deferral; // of all queues, or null
    private String mode = ""; // with the first queue's
    private int taken;
    private int turns;
    private Sink sink;
    private boolean sinkIsTaken;
    private long losses;

    /**
     * Attaches to an interface, to as many of its queues as there are packet sockets.
     *
     * @param besides the same interface; each is closed with the AF_XDP socket beside it. The first
     *     one of these is to be closed first
     * @throws IOException if the kernel, the rights or the interface do not allow it; {@code
     *     besides} stay open
     */
    public static List<XdpSocket> open(List<PacketSocket> besides) throws IOException {
        PacketSocket any = besides.getFirst();
        int queues = any.queues();
        if (queues < besides.size()) {
            throw new IOException(
                    "it receives by "
                            + (queues == 1 ? "one queue" : queues + " queues")
                            + " and not by "
                            + besides.size()
                            + ", one for each worker: `ethtool -L` sets them");
        }
        List<XdpSocket> sockets = new ArrayList<>();
        try {
            for (PacketSocket beside : besides) {
                sockets.add(new XdpSocket(beside, sockets.size()));
            }
            XdpSocket first = sockets.getFirst();
            first.program =
                    new XdpProgram(
                            first.libc,
                            any.index(),
                            best(any, queues),
                            sockets.stream().mapToInt(each -> each.socket).toArray(),
                            any.macAddress(),
                            ETHERNET + any.mtu());
            first.deferInterrupts(sockets);
            PacketSocket.spreadByQueue(besides); // so that a flow has one thread whatever it sends
        } catch (IOException e) {
            sockets.forEach(XdpSocket::release);
            throw e;
        }
        return sockets;
    }

    /**
     * A veth pair takes the queue that the sender chose, who may choose another for each packet of
     * a flow; generic mode takes its frames as of one queue.
     */
    private static XdpMode best(PacketSocket any, int queues) {
        return queues > 1 && any.driver().equals("veth") ? XdpMode.GENERIC : XdpMode.NATIVE;
    }

    /** In native mode; in generic mode the driver has looked at its queue before we are asked. */
    private void deferInterrupts(List<XdpSocket> all) {
        mode = program.mode().label();
        if (program.mode() == XdpMode.NATIVE) {
            try {
                InterruptDeferral begun = InterruptDeferral.begin(libc, beside, beside.index());
                all.forEach(each -> each.deferral = begun);
            } catch (IOException e) {
                mode += ", an interrupt for each frame (" + e.getMessage() + ")";
            }
        }
    }

    /** Native or generic, and what else is to be known of the first queue's, as the status says. */
    public String mode() {
        return mode;
    }

    private XdpSocket(PacketSocket beside, int queue) throws IOException {
        this.beside = beside;
        this.queue = queue;
        if (!"amd64".equals(System.getProperty("os.arch"))) {
            arena.close();
            throw new IOException("AF_XDP is used on x86-64 alone"); // numbers of system calls
        }
        int frame = ETHERNET + beside.mtu();
        chunk =
                KERNEL_HEADROOM + frame + FrameBatch.TAIL <= SMALL_CHUNK
                        ? SMALL_CHUNK
                        : LARGE_CHUNK;
        int capacity = chunk - KERNEL_HEADROOM - FrameBatch.TAIL;
        if (frame > capacity) {
            arena.close();
            throw new IOException("an MTU of " + beside.mtu() + " octets is too long for AF_XDP");
        }
        memory = arena.allocate((long) CHUNKS * chunk, PAGE);
        received = new FrameBatch(memory, SLOTS, capacity);
        try {
            socket = libc.socket(AF_XDP, SOCK_RAW_CLOEXEC, 0);
        } catch (IOException e) {
            arena.close();
            throw e;
        }
        try {
            open();
        } catch (IOException e) {
            release();
            throw e;
        }
    }

    private void open() throws IOException {
        // struct xdp_umem_reg: address, length, octets of a chunk, headroom
        MemorySegment area = arena.allocate(24, 8);
        area.set(ValueLayout.JAVA_LONG, 0, memory.address());
        area.set(ValueLayout.JAVA_LONG, 8, memory.byteSize());
        area.set(ValueLayout.JAVA_INT, 16, chunk);
        libc.setOption(socket, SOL_XDP, XDP_UMEM_REG, area);
        set(socket, SOL_XDP, XDP_UMEM_FILL_RING, RECEIVE_CHUNKS);
        set(socket, SOL_XDP, XDP_UMEM_COMPLETION_RING, RING);
        set(socket, SOL_XDP, XDP_RX_RING, RECEIVE_CHUNKS);
        libc.getOption(socket, SOL_XDP, XDP_MMAP_OFFSETS, offsets, arena.allocate(4, 4));
        rx = ring(socket, MAP_RX, RX_OFFSETS, RECEIVE_CHUNKS, DESCRIPTOR);
        fill = ring(socket, MAP_FILL, FILL_OFFSETS, RECEIVE_CHUNKS, ADDRESS);
        completion = ring(socket, MAP_COMPLETION, COMPLETION_OFFSETS, RING, ADDRESS);
        for (int i = 0; i < RECEIVE_CHUNKS; i++) {
            fill.put(i, (long) i * chunk);
        }
        fill.produce(RECEIVE_CHUNKS);
        libc.bind(socket, address(BIND_COPY, 0));
        pollDescriptors.set(ValueLayout.JAVA_INT, 0, socket);
        pollDescriptors.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        pollDescriptors.set(ValueLayout.JAVA_INT, 8, beside.descriptor());
        pollDescriptors.set(ValueLayout.JAVA_SHORT, 12, POLLIN);
        sink = new Sink();
    }

    private XdpRing ring(int of, long place, long where, int size, int entryOctets)
            throws IOException {
        MemorySegment own = offsets.asSlice(where, 32);
        long octets = own.get(ValueLayout.JAVA_LONG, 16) + (long) size * entryOctets;
        MemorySegment mapped = libc.map(of, place, octets, READ_AND_WRITE, MAP_SHARED_POPULATE);
        return new XdpRing(mapped, own, size, entryOctets);
    }

    /** A struct sockaddr_xdp: family, flags, interface, queue, socket to share memory with. */
    private MemorySegment address(short flags, int shared) {
        MemorySegment address = arena.allocate(16, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_XDP);
        address.set(ValueLayout.JAVA_SHORT, 2, flags);
        address.set(ValueLayout.JAVA_INT, 4, beside.index());
        address.set(ValueLayout.JAVA_INT, 8, queue);
        address.set(ValueLayout.JAVA_INT, 12, shared);
        return address;
    }

    private void set(int of, int level, int option, int value) throws IOException {
        MemorySegment octets = arena.allocate(4, 4);
        octets.set(ValueLayout.JAVA_INT, 0, value);
        libc.setOption(of, level, option, octets);
    }

    @Override
    public String name() {
        return beside.name();
    }

    @Override
    public long macAddress() {
        return beside.macAddress();
    }

    @Override
    public int mtu() {
        return beside.mtu();
    }

    @Override
    public FrameBatch receive(int timeoutMillis) {
        giveBack();
        if (++turns % LOOK_ASIDE == 0) { // so that a full ring does not silence ARP
            FrameBatch others = beside.receive(0);
            if (others.count() > 0) {
                return others;
            }
        }
        if (timeoutMillis == 0) {
            return take() > 0 ? received : beside.receive(0);
        }
        int ready = rx.filled();
        boolean isThere = ready > 0 || libc.poll(pollDescriptors, timeoutMillis) > 0;
        if (isThere && deferral == null) { // else the kernel has waited already
            moderation.beforeReading(ready);
        }
        if (take() > 0 || pollDescriptors.get(ValueLayout.JAVA_SHORT, 14) == 0) {
            return received;
        }
        return beside.receive(0);
    }

    private int take() {
        received.clear();
        int count = Math.min(rx.filled(), SLOTS);
        for (int i = 0; i < count; i++) {
            received.place(i, rx.address(i));
            received.commitWithHeader(rx.length(i)); // nothing writes before it: zeros
        }
        taken = count;
        return count;
    }

    /** The chunks of the last batch may be filled again. */
    private void giveBack() {
        if (taken > 0) {
            for (int i = 0; i < taken; i++) {
                fill.put(i, received.offset(i) & -chunk);
            }
            fill.produce(taken);
            rx.consume(taken);
            taken = 0;
        }
    }

    /** The first sink sends by AF_XDP; the ring of sent chunks has one reader. */
    @Override
    public FrameSink newSink() {
        if (sinkIsTaken) {
            return beside.newSink();
        }
        sinkIsTaken = true;
        return sink;
    }

    @Override
    public FrameSink newSuperFrameSink() {
        return beside.newSuperFrameSink();
    }

    @Override
    public synchronized long receiveLosses() {
        if (arena.scope().isAlive()) {
            try (Arena temporary = Arena.ofConfined()) {
                // struct xdp_statistics of 48 octets: dropped first, ring full fourth
                MemorySegment counts = statistics.asSlice(0, 48);
                new Libc(temporary)
                        .getOption(
                                socket, SOL_XDP, XDP_STATISTICS, counts, statistics.asSlice(48, 4));
                losses =
                        counts.get(ValueLayout.JAVA_LONG, 0)
                                + counts.get(ValueLayout.JAVA_LONG, 24);
            } catch (IOException e) {
                // the interface is gone: what was known stays
                return losses + beside.receiveLosses();
            }
        }
        return losses + beside.receiveLosses();
    }

    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            receiveLosses();
            release();
        }
        beside.close();
    }

    private void release() {
        if (deferral != null) {
            deferral.close();
        }
        if (program != null) {
            program.close();
        }
        if (sink != null && !sinkIsTaken) {
            sink.close();
        }
        libc.close(socket);
        for (XdpRing ring : new XdpRing[] {rx, fill, completion}) {
            if (ring != null) {
                libc.unmap(ring.memory());
            }
        }
        arena.close();
    }

    /** Sends from chunks of its own. */
    private final class Sink implements FrameSink {
        private final Arena own = Arena.ofShared();
        private final Libc calls = new Libc(own);
        private final FrameBatch batch;
        private final long[] unused = new long[RING];
        private final XdpRing tx;
        private final int out;
        private int count;
        private boolean isSpare;

        Sink() throws IOException {
            batch = new FrameBatch(memory, SLOTS, chunk - FrameBatch.HEAD - FrameBatch.TAIL);
            out = calls.socket(AF_XDP, SOCK_RAW_CLOEXEC, 0);
            try {
                set(out, SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER);
                set(out, SOL_XDP, XDP_TX_RING, RING);
                tx = ring(out, MAP_TX, TX_OFFSETS, RING, DESCRIPTOR);
                calls.bind(out, address(BIND_SHARED, socket));
            } catch (IOException e) {
                calls.close(out);
                own.close();
                throw e;
            }
            for (int i = 0; i < RING; i++) {
                unused[count++] = (long) (RECEIVE_CHUNKS + i) * chunk + FrameBatch.HEAD;
            }
            refill();
        }

        @Override
        public FrameBatch batch() {
            return batch;
        }

        /**
         * Takes chunks for the next batch. A chunk comes back when its frame was read at the other
         * end of a veth pair, or left by a wire: wait for it a little, as a packet socket would.
         * Frames in spare chunks are refused.
         */
        private void refill() {
            batch.clear();
            takeBack();
            for (int nap = 0; count < SLOTS && nap < NAPS; nap++) {
                calls.poll(MemorySegment.NULL, 1);
                takeBack();
            }
            isSpare = count < SLOTS;
            for (int i = 0; i < SLOTS; i++) {
                batch.place(
                        i,
                        isSpare
                                ? (long) (CHUNKS - SLOTS + i) * chunk + FrameBatch.HEAD
                                : unused[--count]);
            }
        }

        @Override
        public int flush() {
            int frames = batch.count();
            int refused = frames;
            if (!isSpare) {
                for (int i = 0; i < frames; i++) {
                    tx.put(i, batch.offset(i), batch.length(i));
                }
                tx.produce(frames);
                for (int i = frames; i < SLOTS; i++) {
                    unused[count++] = place(batch.offset(i));
                }
                refused = send();
            }
            refill();
            return refused;
        }

        private int send() {
            int refused = 0;
            int before = tx.pending();
            for (int tries = 0; before > 0 && tries < PATIENCE; tries++) {
                long result = calls.kick(out, MSG_DONTWAIT);
                if (result < 0 && calls.errno() == Libc.EBUSY) {
                    refused++; // one frame was taken and thrown away
                } else if (result < 0 && calls.errno() == Libc.ENETDOWN) {
                    break;
                }
                int now = tx.pending();
                if (now < before) {
                    tries = 0;
                }
                before = now;
            }
            for (int i = 0; i < before; i++) {
                tx.withdraw(1);
                unused[count++] = place(tx.address(0));
            }
            return refused + before;
        }

        /** Where a frame without a tag begins in the chunk of that address. */
        private long place(long address) {
            return (address & -chunk) + FrameBatch.HEAD;
        }

        private void takeBack() {
            int done = completion.filled();
            for (int i = 0; i < done; i++) {
                unused[count++] = place(completion.address(i));
            }
            if (done > 0) {
                completion.consume(done);
            }
        }

        @Override
        public void close() {
            calls.close(out);
            calls.unmap(tx.memory());
            own.close();
        }
    }
}
