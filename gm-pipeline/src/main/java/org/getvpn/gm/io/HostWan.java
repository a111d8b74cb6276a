// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.getvpn.gm.packet.Ethernet;

/**
 * The WAN of a host that encrypts for itself. It receives by a packet socket that hears ESP for
 * this host and ICMP "too big" alone, and sends by raw IP sockets ({@link RawIpSink}), so that the
 * kernel's routes and neighbours are used.
 *
 * <p>The kernel sees the same packets. It must not take clear text from the WAN for what came by
 * ESP: the routes of the group's addresses lead into the TUN interface, so that its reverse path
 * filter (RFC 3704) drops what comes from them by this interface; a host without it is refused.
 * Sockets that hear nothing own ESP, or the kernel would tell senders by ICMP that nobody does.
 */
public final class HostWan implements PacketIo {
    private static final int SLOTS = 64;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int ESP = 50;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final short POLLIN = 1;
    private static final int BUFFER_OCTETS = 8 << 20;
    private static final long NOBODY = -1; // no frame is left to the kernel: it has had them all

    private final String name;
    private final int mtu;
    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc(arena);
    private final int[] sockets = {-1, -1, -1}; // to receive by, and two that own ESP
    private final FrameBatch batch;
    private final MessageVector messages;
    private final MemorySegment pollDescriptor = arena.allocate(8, 8);
    private final Moderation moderation = new Moderation(arena, libc);
    private final PacketLosses losses = new PacketLosses();
    private int before; // frames of the read before

    /**
     * Opens an interface.
     *
     * @throws IOException naming the interface and the remedy: it does not exist, the reverse path
     *     filter is off, or a right (root or CAP_NET_RAW and CAP_NET_ADMIN) is missing
     */
    public HostWan(String name) throws IOException {
        this.name = name;
        try {
            int index = InterfaceQuery.index(libc, name);
            requireReversePathFilter(Path.of("/proc/sys/net/ipv4/conf"), name);
            sockets[0] =
                    libc.socket(LinkAddress.AF_PACKET, SOCK_RAW_CLOEXEC, 0); // deaf until bound
            mtu = new InterfaceQuery(libc, sockets[0], name).mtu();
            batch = new FrameBatch(arena, SLOTS, mtu + Ethernet.HEADER);
            messages = new MessageVector(arena, batch);
            libc.setOption(sockets[0], SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_OCTETS);
            libc.setOption(sockets[0], SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
            libc.setOption(sockets[0], SOL_PACKET, PACKET_VNET_HDR, 1);
            filter(sockets[0], PacketFilter.espForThisHost(arena));
            own(1, AF_INET);
            own(2, AF_INET6);
            libc.bind(sockets[0], LinkAddress.of(arena, index, LinkAddress.ALL_PROTOCOLS));
        } catch (IOException e) {
            close();
            throw new IOException("wanInterface \"" + name + "\": " + e.getMessage(), e);
        }
        pollDescriptor.set(ValueLayout.JAVA_INT, 0, sockets[0]);
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    }

    private void own(int place, int family) throws IOException {
        sockets[place] = libc.socket(family, SOCK_RAW_CLOEXEC, ESP);
        filter(sockets[place], PacketFilter.nothing(arena));
    }

    private void filter(int socket, MemorySegment program) throws IOException {
        libc.setOption(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
    }

    /**
     * @param settings the folder with one for each interface, and one for all; the larger counts
     */
    static void requireReversePathFilter(Path settings, String name) throws IOException {
        int mode = 0;
        for (String which : new String[] {"all", name}) {
            String text = Files.readString(settings.resolve(which).resolve("rp_filter")).strip();
            mode = Math.max(mode, Integer.parseInt(text));
        }
        if (mode != 1) {
            throw new IOException(
                    "its reverse path filter is "
                            + mode
                            + ", so that this host would take clear text from the group's"
                            + " addresses: set net.ipv4.conf.all.rp_filter to 0 or 1 and net.ipv4.conf."
                            + name
                            + ".rp_filter to 1 by sysctl");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long macAddress() {
        return NOBODY;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public FrameBatch receive(int timeoutMillis) {
        if (timeoutMillis > 0 && before > 0) {
            moderation.beforeReading(before);
        }
        int count = receiveNow();
        if (count <= 0 && timeoutMillis > 0 && libc.poll(pollDescriptor, timeoutMillis) > 0) {
            moderation.beforeReading(1);
            count = receiveNow();
        }
        before = count;
        messages.received(Math.max(0, count));
        return batch;
    }

    private int receiveNow() {
        return libc.receiveMessages(
                sockets[0], messages.headers(), SLOTS, MSG_DONTWAIT | MSG_TRUNC);
    }

    @Override
    public FrameSink newSink() {
        try {
            return new RawIpSink(name, mtu);
        } catch (IOException e) {
            throw new UncheckedIOException("wanInterface \"" + name + "\": " + e.getMessage(), e);
        }
    }

    /**
     * @throws UnsupportedOperationException always: nobody cuts what leaves by IP
     */
    @Override
    public FrameSink newSuperFrameSink() {
        throw new UnsupportedOperationException("ESP leaves packet by packet");
    }

    @Override
    public synchronized long receiveLosses() {
        return arena.scope().isAlive() ? losses.read(sockets[0]) : losses.known();
    }

    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            for (int socket : sockets) {
                if (socket >= 0) {
                    libc.close(socket);
                }
            }
            arena.close();
        }
    }
}
