// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the kernel says of an interface by netdevice(7), which answers for the network namespace
 * that we are in.
 */
final class InterfaceQuery {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final long SIOCGIFMTU = 0x8921;
    private static final int LONGEST_NAME = 15;
    private static final int IFREQ = 40;
    private static final int IFREQ_VALUE = 16;

    private InterfaceQuery() {}

    /**
     * Its number.
     *
     * @throws IOException if there is none of that name
     */
    static int index(String name, Libc libc, Arena arena) throws IOException {
        int index =
                name.length() > LONGEST_NAME ? 0 : libc.interfaceIndex(arena.allocateFrom(name));
        if (index == 0) {
            throw new IOException("does not exist (`ip link` shows the names)");
        }
        return index;
    }

    /**
     * Longest packet that it sends, in octets.
     *
     * @throws IOException if there is none of that name
     */
    static int mtu(String name, Libc libc, Arena arena) throws IOException {
        index(name, libc, arena);
        int socket = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        try {
            MemorySegment request = arena.allocate(IFREQ, 8);
            request.copyFrom(arena.allocateFrom(name));
            libc.control(socket, SIOCGIFMTU, request.address());
            return request.get(ValueLayout.JAVA_INT, IFREQ_VALUE);
        } finally {
            libc.close(socket);
        }
    }
}
