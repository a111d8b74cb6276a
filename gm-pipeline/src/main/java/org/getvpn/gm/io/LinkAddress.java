// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Where a packet socket is bound to (packet(7)). */
final class LinkAddress {
    /** The family of packet sockets. */
    static final int AF_PACKET = 17;

    /** Every protocol. */
    static final int ALL_PROTOCOLS = 3;

    /** No protocol: a socket that only sends. */
    static final int NO_PROTOCOL = 0;

    private LinkAddress() {}

    /**
     * A struct sockaddr_ll of 20 octets: family, protocol in network order, index.
     *
     * @param index the kernel's number of the interface
     */
    static MemorySegment of(Arena arena, int index, int protocol) {
        MemorySegment address = arena.allocate(20, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
        address.set(ValueLayout.JAVA_SHORT, 2, Short.reverseBytes((short) protocol));
        address.set(ValueLayout.JAVA_INT, 4, index);
        return address;
    }
}
