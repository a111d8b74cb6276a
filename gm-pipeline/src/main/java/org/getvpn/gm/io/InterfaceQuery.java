// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.getvpn.gm.packet.Octets;

/**
 * What the kernel says of an interface by netdevice(7), which answers for the network namespace
 * that we are in: /sys may show another, and java.net.NetworkInterface leaves out interfaces
 * without an IP address.
 */
final class InterfaceQuery {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int GET_CHANNELS = 0x3c; // linux/ethtool.h, ETHTOOL_GCHANNELS
    private static final int CHANNELS = 36;
    private static final int GET_DRIVER = 3; // ETHTOOL_GDRVINFO
    private static final int DRIVER = 196;
    private static final int DRIVER_NAME = 4;
    private static final int RECEIVING = 20;
    private static final int COMBINED = 32;
    private static final int LONGEST_NAME = 15;
    private static final int IFREQ = 40;
    private static final int IFREQ_VALUE = 16;

    private final Libc libc;
    private final int socket;
    private final String name;

    /**
     * @param socket any
     */
    InterfaceQuery(Libc libc, int socket, String name) {
        this.libc = libc;
        this.socket = socket;
        this.name = name;
    }

    /**
     * The kernel's number of an interface.
     *
     * @throws IOException if there is none of that name
     */
    static int index(Libc libc, String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int index =
                    name.length() > LONGEST_NAME
                            ? 0
                            : libc.interfaceIndex(arena.allocateFrom(name));
            if (index == 0) {
                throw new IOException("does not exist: `ip link` shows the names");
            }
            return index;
        }
    }

    /**
     * Longest packet that an interface sends, in octets, for who has no socket to ask by.
     *
     * @throws IOException if there is none of that name
     */
    static int mtu(Libc libc, String name) throws IOException {
        index(libc, name);
        int any = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        try {
            return new InterfaceQuery(libc, any, name).mtu();
        } finally {
            libc.close(any);
        }
    }

    /** Longest packet that it sends, in octets. */
    int mtu() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return answer(arena, SIOCGIFMTU).get(ValueLayout.JAVA_INT, IFREQ_VALUE);
        }
    }

    /** Its own address, in the low 48 bits. */
    long macAddress() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            // struct sockaddr: family 2, then the address
            return Octets.i64(answer(arena, SIOCGIFHWADDR), IFREQ_VALUE + 2) >>> 16;
        }
    }

    /**
     * How many queues it receives by.
     *
     * @return 1 or more; {@link Integer#MAX_VALUE} if the driver does not say
     */
    int queues() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment channels = arena.allocate(CHANNELS, 8);
            askDriver(arena, GET_CHANNELS, channels);
            return Math.max(
                    1,
                    channels.get(ValueLayout.JAVA_INT, RECEIVING)
                            + channels.get(ValueLayout.JAVA_INT, COMBINED));
        } catch (IOException e) {
            return Integer.MAX_VALUE; // the kernel refuses one too many by itself
        }
    }

    /** Whose it is: {@code veth} for instance; empty if the driver does not say. */
    String driver() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment driver = arena.allocate(DRIVER, 8);
            askDriver(arena, GET_DRIVER, driver);
            return driver.getString(DRIVER_NAME);
        } catch (IOException e) {
            return "";
        }
    }

    private void askDriver(Arena arena, int what, MemorySegment answer) throws IOException {
        answer.set(ValueLayout.JAVA_INT, 0, what);
        MemorySegment request = request(arena);
        request.set(ValueLayout.JAVA_LONG, IFREQ_VALUE, answer.address());
        libc.control(socket, SIOCETHTOOL, request.address());
    }

    private MemorySegment answer(Arena arena, long code) throws IOException {
        MemorySegment request = request(arena);
        libc.control(socket, code, request.address());
        return request;
    }

    /** A struct ifreq of the interface. */
    private MemorySegment request(Arena arena) {
        MemorySegment request = arena.allocate(IFREQ, 8);
        request.setString(0, name);
        return request;
    }
}
