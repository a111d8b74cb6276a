// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;

/**
 * An interface by raw packet sockets (packet(7)): promiscuous, because steered frames carry the
 * gateway's MAC address; blind to what this host sends; a filter leaves frames for the interface's
 * own address to the kernel. Receiving waits in poll(2), never spins; who reads very often sleeps a
 * moment first ({@link Moderation}).
 *
 * <p>Frames come and go with a virtio header, so that hosts behind a veth pair or a bridge may
 * leave segmentation and checksums to us: one system call then moves up to 64 KiB. A VLAN tag,
 * which the kernel takes out of a frame and tells aside, stands in its place again.
 *
 * <p>Several threads read an interface by a socket each, see {@link #share}.
 */
public final class PacketSocket implements PacketIo {
    private static final int SLOTS = 64;
    private static final int SUPER_FRAME = Ethernet.HEADER + Ipv4.MAX_LENGTH;
    // more at once would push each other out of the processor's caches
    private static final int SUPER_FRAMES = 8;
    private static final int MANY_OCTETS = SUPER_FRAMES * SUPER_FRAME / 2;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_AUXDATA = 8;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int PACKET_MR_PROMISC = 1;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final short POLLIN = 1;
    private static final int BUFFER_OCTETS = 8 << 20;

    private final String name;
    private final long macAddress;
    private final int mtu;
    private final int index;
    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc(arena);
    private final int socket;
    private final FrameBatch batch;
    private final MessageVector messages;
    private final MemorySegment pollDescriptor = arena.allocate(8, 8);
    private final Moderation moderation = new Moderation(arena, libc);
    private int wanted = SLOTS;
    private int before; // frames of the read before
    private final PacketLosses losses = new PacketLosses();
    private volatile long untold;

    /**
     * Opens an interface.
     *
     * @throws IOException naming the interface and the remedy: it does not exist, or the right to
     *     open raw sockets (root or CAP_NET_RAW and CAP_NET_ADMIN) is missing
     */
    public PacketSocket(String name) throws IOException {
        this(name, null);
    }

    private PacketSocket(String name, Fanout shared) throws IOException {
        this.name = name;
        try {
            index = InterfaceQuery.index(libc, name);
        } catch (IOException e) {
            arena.close();
            throw new IOException("interface \"" + name + "\" " + e.getMessage(), e);
        }
        try {
            socket =
                    libc.socket(
                            LinkAddress.AF_PACKET,
                            SOCK_RAW_CLOEXEC,
                            0); // receives nothing until bound
        } catch (IOException e) {
            arena.close();
            throw refused(name, e);
        }
        try {
            InterfaceQuery query = new InterfaceQuery(libc, socket, name);
            mtu = query.mtu();
            macAddress = query.macAddress();
        } catch (IOException e) {
            libc.close(socket);
            arena.close();
            throw refused(name, e);
        }
        batch = new FrameBatch(arena, SLOTS, SUPER_FRAME);
        messages = new MessageVector(arena, batch);
        pollDescriptor.set(ValueLayout.JAVA_INT, 0, socket);
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        try {
            prepare(shared);
        } catch (IOException e) {
            close();
            throw refused(name, e);
        }
    }

    /**
     * Opens an interface for several threads, each of which gets a share of its frames: those of
     * one flow are in one share and in their order, and so are all fragments of a datagram. A flow
     * is what has the same addresses, and for TCP the same ports.
     *
     * @param shares 1 to 64
     * @throws IOException as the constructor; or the interface is down, which one socket would bear
     */
    public static List<PacketSocket> share(String name, int shares) throws IOException {
        if (shares == 1) {
            return List.of(new PacketSocket(name));
        }
        List<PacketSocket> sockets = new ArrayList<>();
        try {
            Fanout fanout = new Fanout();
            for (int i = 0; i < shares; i++) {
                sockets.add(new PacketSocket(name, fanout));
            }
            spread(sockets, SpreadProgram.byFlow());
            for (PacketSocket socket : sockets) { // none before all have joined: see prepare
                socket.admit(PacketFilter.incomingNotAddressedTo(socket.macAddress, socket.arena));
            }
        } catch (IOException e) {
            sockets.forEach(PacketSocket::close);
            throw e;
        }
        return sockets;
    }

    /** Has sockets that share frames share them by the network card's queues. */
    static void spreadByQueue(List<PacketSocket> sockets) throws IOException {
        spread(sockets, SpreadProgram.byQueue());
    }

    private static void spread(List<PacketSocket> sockets, long[] program) throws IOException {
        if (sockets.size() > 1) {
            PacketSocket any = sockets.getFirst();
            Fanout.spread(any.libc, any.socket, program);
        }
    }

    private static IOException refused(String name, IOException cause) {
        return new IOException(
                "interface \""
                        + name
                        + "\": "
                        + cause.getMessage()
                        + "; packet sockets need root, or CAP_NET_RAW and CAP_NET_ADMIN",
                cause);
    }

    private void prepare(Fanout shared) throws IOException {
        libc.setOption(socket, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_OCTETS);
        libc.setOption(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        libc.setOption(socket, SOL_PACKET, PACKET_VNET_HDR, 1);
        libc.setOption(socket, SOL_PACKET, PACKET_AUXDATA, 1);
        messages.hearAside();
        // a socket that is bound and has not joined yet gets every frame, which another gets too
        admit(
                shared == null
                        ? PacketFilter.notAddressedTo(macAddress, arena)
                        : PacketFilter.nothing(arena));
        // struct packet_mreq: index, type, address length, address
        MemorySegment membership = arena.allocate(16, 8);
        membership.set(ValueLayout.JAVA_INT, 0, index);
        membership.set(ValueLayout.JAVA_SHORT, 4, (short) PACKET_MR_PROMISC);
        libc.setOption(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
        libc.bind(
                socket,
                LinkAddress.of(
                        arena, index, LinkAddress.ALL_PROTOCOLS)); // from here on frames arrive
        if (shared != null) {
            join(shared);
        }
    }

    private void join(Fanout shared) throws IOException {
        try {
            shared.join(libc, socket);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage()
                            + "; several threads share an interface that is up: `ip link set "
                            + name
                            + " up`",
                    e);
        }
    }

    private void admit(MemorySegment filter) throws IOException {
        libc.setOption(socket, SOL_SOCKET, SO_ATTACH_FILTER, filter);
    }

    /** The kernel's number of the interface. */
    int index() {
        return index;
    }

    /** How many queues the interface receives by; as many as you like if it does not say. */
    int queues() {
        return new InterfaceQuery(libc, socket, name).queues();
    }

    /** Whose interface it is, for instance veth; empty if the driver does not say. */
    String driver() {
        return new InterfaceQuery(libc, socket, name).driver();
    }

    /** What poll(2) waits for. */
    int descriptor() {
        return socket;
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
        if (timeoutMillis > 0 && before > 0 && messages.octets() <= MANY_OCTETS) {
            moderation.beforeReading(before);
        }
        int count = receiveNow();
        if (count <= 0 && timeoutMillis > 0 && libc.poll(pollDescriptor, timeoutMillis) > 0) {
            moderation.beforeReading(1);
            count = receiveNow();
        }
        before = count;
        messages.received(Math.max(0, count));
        wanted = messages.octets() > MANY_OCTETS ? SUPER_FRAMES : SLOTS;
        return batch;
    }

    private int receiveNow() {
        // with MSG_TRUNC the length is the frame's own, so that a frame cut off shows
        int count =
                libc.receiveMessages(socket, messages.headers(), wanted, MSG_DONTWAIT | MSG_TRUNC);
        if (count < 0 && libc.errno() == Libc.EINVAL) {
            untold++;
        }
        return count;
    }

    @Override
    public FrameSink newSink() {
        return sink(mtu + Ethernet.HEADER);
    }

    @Override
    public FrameSink newSuperFrameSink() {
        return sink(SUPER_FRAME);
    }

    private FrameSink sink(int frameOctets) {
        try {
            return new Sink(frameOctets);
        } catch (IOException e) {
            throw new UncheckedIOException("interface \"" + name + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized long receiveLosses() {
        return (arena.scope().isAlive() ? losses.read(socket) : losses.known()) + untold;
    }

    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            libc.close(socket);
            arena.close();
        }
    }

    /** Sends on a socket of its own, past the queueing discipline. */
    private final class Sink implements FrameSink {
        private final Arena own = Arena.ofShared();
        private final Libc calls = new Libc(own);
        private final FrameBatch frames;
        private final MessageVector vector;
        private final int out;

        Sink(int frameOctets) throws IOException {
            frames = new FrameBatch(own, SLOTS, frameOctets);
            vector = new MessageVector(own, frames);
            out = calls.socket(LinkAddress.AF_PACKET, SOCK_RAW_CLOEXEC, 0);
            try {
                calls.setOption(out, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_OCTETS);
                calls.setOption(out, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
                calls.setOption(out, SOL_PACKET, PACKET_VNET_HDR, 1);
                calls.bind(out, LinkAddress.of(own, index, LinkAddress.NO_PROTOCOL));
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        @Override
        public FrameBatch batch() {
            return frames;
        }

        @Override
        public int flush() {
            int count = frames.count();
            int refused = 0;
            vector.toSend();
            for (int sent = 0; sent < count; ) {
                int done = calls.sendMessages(out, vector.header(sent), count - sent);
                if (done > 0) {
                    sent += done;
                } else if (calls.errno() != Libc.EINTR) {
                    sent++; // this one is refused; the next may pass
                    refused++;
                }
            }
            frames.clear();
            return refused;
        }

        @Override
        public void close() {
            calls.close(out);
            own.close();
        }
    }
}
