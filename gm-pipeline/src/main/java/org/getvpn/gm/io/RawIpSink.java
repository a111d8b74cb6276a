// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv6;

/**
 * Sends complete IP packets, whose frames' Ethernet headers are left away, by raw sockets (raw(7)).
 * The sockets are bound to an interface: routes through others, into a TUN interface above all, are
 * not looked at. A full queue makes it wait, and with it whoever sends on this host.
 */
final class RawIpSink implements FrameSink {
    private static final int SLOTS = 64;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int IPPROTO_RAW = 255; // the header comes with the packet
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int MMSGHDR = 64;
    private static final int MSG_NAMELEN = 8;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int IOVEC = 16;
    private static final int IPV4_NAME = 16; // struct sockaddr_in
    private static final int IPV6_NAME = 28; // struct sockaddr_in6
    private static final int NAME = 32;

    private final Arena arena = Arena.ofShared();
    private final Libc libc = new Libc(arena);
    private final FrameBatch frames;
    private final MemorySegment headers = arena.allocate((long) SLOTS * MMSGHDR, 64);
    private final MemorySegment vectors = arena.allocate((long) SLOTS * IOVEC, 64);
    private final MemorySegment names = arena.allocate((long) SLOTS * NAME, 64);
    private int ipv4 = -1;
    private int ipv6 = -1;

    RawIpSink(String interfaceName, int mtu) throws IOException {
        frames = new FrameBatch(arena, SLOTS, mtu + Ethernet.HEADER);
        try {
            MemorySegment name = arena.allocateFrom(interfaceName);
            ipv4 = libc.socket(AF_INET, SOCK_RAW_CLOEXEC, IPPROTO_RAW);
            libc.setOption(ipv4, SOL_SOCKET, SO_BINDTODEVICE, name);
            ipv6 = libc.socket(AF_INET6, SOCK_RAW_CLOEXEC, IPPROTO_RAW);
            libc.setOption(ipv6, SOL_SOCKET, SO_BINDTODEVICE, name);
        } catch (IOException e) {
            close();
            throw e;
        }
        for (int i = 0; i < SLOTS; i++) {
            long header = (long) i * MMSGHDR;
            headers.set(ValueLayout.JAVA_LONG, header, names.address() + (long) i * NAME);
            headers.set(
                    ValueLayout.JAVA_LONG, header + MSG_IOV, vectors.address() + (long) i * IOVEC);
            headers.set(ValueLayout.JAVA_LONG, header + MSG_IOVLEN, 1);
        }
    }

    @Override
    public FrameBatch batch() {
        return frames;
    }

    @Override
    public int flush() {
        int count = frames.count();
        for (int i = 0; i < count; i++) {
            address(i);
        }
        int refused = 0;
        for (int sent = 0; sent < count; ) {
            boolean six = isIpv6(sent);
            int end = sent + 1;
            while (end < count && isIpv6(end) == six) {
                end++;
            }
            long first = headers.address() + (long) sent * MMSGHDR;
            int done = libc.sendMessages(six ? ipv6 : ipv4, first, end - sent);
            if (done > 0) {
                sent += done;
            } else if (libc.errno() != Libc.EINTR) {
                sent++; // this one is refused; the next may pass
                refused++;
            }
        }
        frames.clear();
        return refused;
    }

    private boolean isIpv6(int index) {
        return Ipv6.is(frames.memory(), frames.offset(index) + Ethernet.HEADER);
    }

    /** Where the packet lies, and where it goes: to the destination in its header. */
    private void address(int index) {
        MemorySegment memory = frames.memory();
        long packet = frames.offset(index) + Ethernet.HEADER;
        long vector = (long) index * IOVEC;
        vectors.set(ValueLayout.JAVA_LONG, vector, memory.address() + packet);
        vectors.set(ValueLayout.JAVA_LONG, vector + 8, frames.length(index) - Ethernet.HEADER);
        long name = (long) index * NAME;
        long header = (long) index * MMSGHDR;
        if (isIpv6(index)) {
            names.set(ValueLayout.JAVA_SHORT, name, (short) AF_INET6);
            names.set(ValueLayout.JAVA_INT, name + 4, 0); // no flow label here
            MemorySegment.copy(memory, packet + 24, names, name + 8, 16);
            headers.set(ValueLayout.JAVA_INT, header + MSG_NAMELEN, IPV6_NAME);
        } else {
            names.set(ValueLayout.JAVA_SHORT, name, (short) AF_INET);
            MemorySegment.copy(memory, packet + 16, names, name + 4, 4);
            headers.set(ValueLayout.JAVA_INT, header + MSG_NAMELEN, IPV4_NAME);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            for (int socket : new int[] {ipv4, ipv6}) {
                if (socket >= 0) {
                    libc.close(socket);
                }
            }
            arena.close();
        }
    }
}
