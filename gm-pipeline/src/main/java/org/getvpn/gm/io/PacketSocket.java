// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.getvpn.gm.packet.Frame;

/**
 * A raw packet socket on one interface, promiscuous, without the frames that the host itself sends.
 * Frames are received and sent in batches. Needs CAP_NET_RAW.
 *
 * <p>Frames to the interface's own address belong to the kernel (GDOI, ARP); {@link
 * org.getvpn.gm.pipeline} leaves them alone.
 */
public final class PacketSocket implements PacketIo {
    /** Frames per system call. */
    public static final int BATCH = 64;

    private static final int ETH_P_ALL = 3;
    private static final int MESSAGE = 64; // struct mmsghdr on 64-bit Linux
    private static final int MESSAGE_IOV = 16;
    private static final int MESSAGE_IOVLEN = 24;
    private static final int MESSAGE_RECEIVED = 56;
    private static final int IOVEC = 16;
    private static final int SOCKET_BUFFER = 4 << 20;
    private static final short POLLIN = 1;
    private static final int IFREQ = 40; // struct ifreq on 64-bit Linux
    private static final int IFREQ_NAME = 16;
    private static final int IFREQ_MTU = 16;
    private static final int IFREQ_HWADDR = 18;
    private static final int MAC_OCTETS = 6;

    /** What the socket is for. */
    public enum Use {
        /** receive and send, on one thread */
        BOTH,
        /** send only: nothing is queued for reception */
        SEND
    }

    private final Arena arena = Arena.ofShared();
    private final LibC libc = new LibC(arena);
    private final String name;
    private final Use use;
    private final int fd;
    private final long mac;
    private final int mtu;
    private final MemorySegment messages = arena.allocate((long) MESSAGE * BATCH, 8);
    private final MemorySegment vectors = arena.allocate((long) IOVEC * BATCH, 8);
    private final MemorySegment poll = arena.allocate(8, 8);

    /**
     * Opens the socket.
     *
     * @throws IOException naming interface, step and remedy
     */
    public PacketSocket(String name, Use use) throws IOException {
        this.name = name;
        this.use = use;
        this.fd = libc.socket(LibC.AF_PACKET, LibC.SOCK_RAW, 0);
        if (fd < 0) {
            arena.close();
            throw new IOException(
                    "packet socket on "
                            + name
                            + " refused (errno "
                            + libc.errno()
                            + "): run as root or with CAP_NET_RAW");
        }
        try {
            mac = macAddress(ask(LibC.SIOCGIFHWADDR));
            mtu = ask(LibC.SIOCGIFMTU).get(JAVA_INT, IFREQ_MTU);
            configure();
        } catch (IOException e) {
            close();
            throw e;
        }
        for (int i = 0; i < BATCH; i++) {
            MemorySegment vector = vectors.asSlice((long) i * IOVEC, IOVEC);
            messages.set(JAVA_LONG, (long) i * MESSAGE + MESSAGE_IOV, vector.address());
            messages.set(JAVA_LONG, (long) i * MESSAGE + MESSAGE_IOVLEN, 1);
        }
        poll.set(JAVA_INT, 0, fd);
        poll.set(JAVA_SHORT, 4, POLLIN);
    }

    /**
     * A "struct ifreq" (netdevice(7)) for this interface, filled by the kernel. The socket's own
     * network namespace answers; /sys may show another one's interfaces.
     */
    private MemorySegment ask(long request) throws IOException {
        MemorySegment answer = arena.allocate(IFREQ, 8);
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(
                octets, 0, answer, JAVA_BYTE, 0, Math.min(octets.length, IFREQ_NAME - 1));
        if (octets.length >= IFREQ_NAME || libc.ioctl(fd, request, answer) < 0) {
            throw new IOException(
                    "interface " + name + " does not exist here: see 'ip link' for the names");
        }
        return answer;
    }

    private static long macAddress(MemorySegment ifreq) {
        long mac = 0;
        for (int i = 0; i < MAC_OCTETS; i++) {
            mac = mac << 8 | ifreq.get(JAVA_BYTE, IFREQ_HWADDR + i) & 0xff;
        }
        return mac;
    }

    private void configure() throws IOException {
        int index = libc.interfaceIndex(arena.allocateFrom(name));
        MemorySegment one = arena.allocateFrom(JAVA_INT, 1);
        MemorySegment size = arena.allocateFrom(JAVA_INT, SOCKET_BUFFER);
        check(libc.setsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_IGNORE_OUTGOING, one, 4), "options");
        check(libc.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUFFORCE, size, 4), "receive buffer");
        check(libc.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_SNDBUFFORCE, size, 4), "send buffer");
        MemorySegment membership = arena.allocate(16, 8); // struct packet_mreq
        membership.set(JAVA_INT, 0, index);
        membership.set(JAVA_SHORT, 4, (short) LibC.PACKET_MR_PROMISC);
        check(
                libc.setsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_ADD_MEMBERSHIP, membership, 16),
                "promiscuous mode");
        MemorySegment address = arena.allocate(20, 8); // struct sockaddr_ll
        address.set(JAVA_SHORT, 0, (short) LibC.AF_PACKET);
        address.set(JAVA_SHORT, 2, Short.reverseBytes((short) (use == Use.SEND ? 0 : ETH_P_ALL)));
        address.set(JAVA_INT, 4, index);
        check(libc.bind(fd, address, 20), "bind");
    }

    private void check(int result, String step) throws IOException {
        if (result < 0) {
            throw new IOException(
                    "packet socket on "
                            + name
                            + ": "
                            + step
                            + " refused (errno "
                            + libc.errno()
                            + ")");
        }
    }

    @Override
    public int receive(Frame[] frames, int timeoutMillis) {
        int count = Math.min(frames.length, BATCH);
        for (int i = 0; i < count; i++) {
            Frame frame = frames[i];
            vectors.set(JAVA_LONG, (long) i * IOVEC, frame.memory().address() + Frame.HEADROOM);
            vectors.set(JAVA_LONG, (long) i * IOVEC + 8, frame.capacity());
        }
        int received = libc.recvmmsg(fd, messages, count);
        if (received <= 0 && timeoutMillis > 0 && libc.poll(poll, 1, timeoutMillis) > 0) {
            received = libc.recvmmsg(fd, messages, count);
        }
        for (int i = 0; i < received; i++) {
            frames[i].received(messages.get(JAVA_INT, (long) i * MESSAGE + MESSAGE_RECEIVED));
        }
        return Math.max(received, 0);
    }

    @Override
    public int send(Frame[] frames, int count) {
        int sent = 0;
        while (sent < count) {
            int batch = Math.min(count - sent, BATCH);
            for (int i = 0; i < batch; i++) {
                Frame frame = frames[sent + i];
                vectors.set(JAVA_LONG, (long) i * IOVEC, frame.memory().address() + frame.start());
                vectors.set(JAVA_LONG, (long) i * IOVEC + 8, frame.length());
            }
            int taken = libc.sendmmsg(fd, messages, batch);
            if (taken <= 0) {
                if (libc.errno() == LibC.EINTR) {
                    continue;
                }
                return sent; // queue full or interface down: the caller counts the rest
            }
            sent += taken;
        }
        return sent;
    }

    @Override
    public long macAddress() {
        return mac;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    /** Native memory for {@code count} frames of at most {@code octets} octets each. */
    public static Frame[] allocateFrames(Arena arena, int count, int octets) {
        Frame[] frames = new Frame[count];
        long size = Frame.HEADROOM + (long) octets + Frame.TAILROOM;
        MemorySegment block = arena.allocate(size * count, 64);
        for (int i = 0; i < count; i++) {
            frames[i] = new Frame(block.asSlice(i * size, size));
        }
        return frames;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            libc.close(fd);
        }
        arena.close();
    }
}
