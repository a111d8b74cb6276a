// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.VirtioHeader;

/**
 * A TUN interface: IP packets that the kernel of this host routes into it, and packets for that
 * kernel. It must be persistent, so that it and the routes into it outlive this process: what is
 * routed there while nobody reads is dropped by the kernel, not sent in clear.
 *
 * <p>A packet gets an Ethernet header of no meaning in front, so that everything behind sees frames
 * alike. Both ways it has a virtio header: TCP comes and goes as super-frames of up to 64 KiB.
 */
public final class TunInterface implements PacketIo {
    private static final int SLOTS = 64;
    private static final int SUPER_FRAME = Ethernet.HEADER + Ipv4.MAX_LENGTH;
    private static final int SUPER_FRAMES = 8;
    private static final int MANY_OCTETS = SUPER_FRAMES * SUPER_FRAME / 2;
    private static final int READ_WRITE = 2 | 0x800 | 0x80000; // non-blocking, closed on exec
    private static final long TUNSETIFF = 0x4004_54caL;
    private static final long TUNGETIFF = 0x8004_54d2L;
    private static final long TUNSETOFFLOAD = 0x4004_54d0L;
    private static final short TUN_WITH_VIRTIO_HEADER = 0x0001 | 0x1000 | 0x4000;
    private static final int PERSISTENT = 0x0800;
    private static final int CHECKSUM_AND_TCP = 0x01 | 0x02 | 0x04 | 0x08; // IPv4, IPv6, ECN
    private static final int UDP = 0x20 | 0x40; // since Linux 6.2
    private static final int IFREQ = 40;
    private static final int IFREQ_VALUE = 16;
    private static final int IOVEC = 16;
    private static final short POLLIN = 1;
    private static final long THIS_HOST = 0x02_00_00_00_00_01L;
    private static final long EVERYWHERE_ELSE = 0x02_00_00_00_00_02L;

    private final String name;
    private final int mtu;
    private final int device;
    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc(arena);
    private final FrameBatch batch = new FrameBatch(arena, SLOTS, SUPER_FRAME);
    private final MemorySegment vectors = arena.allocate((long) SLOTS * 2 * IOVEC, IOVEC);
    private final MemorySegment pollDescriptor = arena.allocate(8, 8);
    private final Moderation moderation = new Moderation(arena, libc);
    private int wanted = SLOTS;

    /**
     * Takes hold of an interface.
     *
     * @throws IOException naming the interface and the remedy: it is not there, not persistent, in
     *     use, no TUN, or the right (root or CAP_NET_ADMIN) is missing
     */
    public TunInterface(String name) throws IOException {
        this.name = name;
        int opened = -1;
        try {
            mtu = InterfaceQuery.mtu(libc, name);
            opened = libc.open(arena.allocateFrom("/dev/net/tun"), READ_WRITE);
            attach(opened);
        } catch (IOException e) {
            if (opened >= 0) {
                libc.close(opened);
            }
            arena.close();
            throw new IOException(
                    "tunInterface \""
                            + name
                            + "\": "
                            + e.getMessage()
                            + "; make it with `ip tuntap add dev "
                            + name
                            + " mode tun` before the member starts, which needs root or"
                            + " CAP_NET_ADMIN too",
                    e);
        }
        device = opened;
        pollDescriptor.set(ValueLayout.JAVA_INT, 0, device);
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        for (int i = 0; i < SLOTS; i++) {
            place(vectors, 2L * i * IOVEC, batch.memory(), batch.offset(i), batch.capacity());
        }
    }

    private void attach(int opened) throws IOException {
        MemorySegment request = arena.allocate(IFREQ, 8);
        request.copyFrom(arena.allocateFrom(name));
        request.set(ValueLayout.JAVA_SHORT, IFREQ_VALUE, TUN_WITH_VIRTIO_HEADER);
        libc.control(opened, TUNSETIFF, request.address());
        libc.control(opened, TUNGETIFF, request.address());
        if ((request.get(ValueLayout.JAVA_SHORT, IFREQ_VALUE) & PERSISTENT) == 0) {
            throw new IOException("is not persistent, so that it would go with this process");
        }
        try {
            libc.control(opened, TUNSETOFFLOAD, CHECKSUM_AND_TCP | UDP);
        } catch (IOException e) { // an older kernel
            libc.control(opened, TUNSETOFFLOAD, CHECKSUM_AND_TCP);
        }
    }

    /** Two of struct iovec: the virtio header, and the packet behind the Ethernet header. */
    private static void place(
            MemorySegment vectors, long at, MemorySegment memory, long frame, int frameOctets) {
        long address = memory.address() + frame;
        vectors.set(ValueLayout.JAVA_LONG, at, address - VirtioHeader.LENGTH);
        vectors.set(ValueLayout.JAVA_LONG, at + 8, VirtioHeader.LENGTH);
        vectors.set(ValueLayout.JAVA_LONG, at + IOVEC, address + Ethernet.HEADER);
        vectors.set(ValueLayout.JAVA_LONG, at + IOVEC + 8, frameOctets - Ethernet.HEADER);
    }

    @Override
    public String name() {
        return name;
    }

    /** An address that no frame goes to: everything from here is for somewhere else. */
    @Override
    public long macAddress() {
        return THIS_HOST;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public FrameBatch receive(int timeoutMillis) {
        batch.clear();
        int octets = readWhatIsThere();
        if (octets == 0 && timeoutMillis > 0 && libc.poll(pollDescriptor, timeoutMillis) > 0) {
            moderation.beforeReading(1);
            octets = readWhatIsThere();
        }
        wanted = octets > MANY_OCTETS ? SUPER_FRAMES : SLOTS;
        return batch;
    }

    private int readWhatIsThere() {
        int octets = 0;
        while (batch.count() < wanted) {
            long read = libc.readVector(device, vectors, 2L * batch.count() * IOVEC, 2);
            if (read <= VirtioHeader.LENGTH) {
                break;
            }
            int length = (int) read - VirtioHeader.LENGTH;
            MemorySegment memory = batch.memory();
            long frame = batch.next();
            int type =
                    Ipv6.is(memory, frame + Ethernet.HEADER)
                            ? Ethernet.TYPE_IPV6
                            : Ethernet.TYPE_IPV4;
            Ethernet.write(memory, frame, EVERYWHERE_ELSE, THIS_HOST, type);
            VirtioHeader.moved(memory, frame, Ethernet.HEADER);
            batch.commitWithHeader(length + Ethernet.HEADER);
            octets += length;
        }
        return octets;
    }

    @Override
    public FrameSink newSink() {
        return new Sink(mtu + Ethernet.HEADER);
    }

    @Override
    public FrameSink newSuperFrameSink() {
        return new Sink(SUPER_FRAME);
    }

    /** None: what the kernel drops here it counts at the interface, and the sender hears of it. */
    @Override
    public long receiveLosses() {
        return 0;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            libc.close(device);
            arena.close();
        }
    }

    private final class Sink implements FrameSink {
        private final Arena own = Arena.ofShared();
        private final Libc calls = new Libc(own);
        private final FrameBatch frames;
        private final MemorySegment vector = own.allocate(2 * IOVEC, IOVEC);

        Sink(int frameOctets) {
            frames = new FrameBatch(own, SLOTS, frameOctets);
        }

        @Override
        public FrameBatch batch() {
            return frames;
        }

        @Override
        public int flush() {
            int refused = 0;
            for (int i = 0; i < frames.count(); i++) {
                long frame = frames.offset(i);
                VirtioHeader.moved(frames.memory(), frame, -Ethernet.HEADER);
                place(vector, 0, frames.memory(), frame, frames.length(i));
                if (calls.writeVector(device, vector, 2) < 0) {
                    refused++;
                }
            }
            frames.clear();
            return refused;
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
