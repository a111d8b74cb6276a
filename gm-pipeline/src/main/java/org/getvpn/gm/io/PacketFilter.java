// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static org.getvpn.gm.io.BpfInstruction.HEADER_LENGTH_TO_X;
import static org.getvpn.gm.io.BpfInstruction.JUMP_EQUAL;
import static org.getvpn.gm.io.BpfInstruction.LOAD_HALF;
import static org.getvpn.gm.io.BpfInstruction.LOAD_HALF_BEHIND_X;
import static org.getvpn.gm.io.BpfInstruction.LOAD_OCTET;
import static org.getvpn.gm.io.BpfInstruction.LOAD_WORD;
import static org.getvpn.gm.io.BpfInstruction.RETURN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;

/** Classic BPF programs for packet sockets (linux/filter.h). */
final class PacketFilter {
    private static final int WHOLE_FRAME = 0x40000;

    private static final int PACKET_TYPE = BpfInstruction.BESIDE_FRAME + 4; // SKF_AD_PKTTYPE
    private static final int VLAN_TAG_PRESENT =
            BpfInstruction.BESIDE_FRAME + 48; // SKF_AD_VLAN_TAG_PRESENT
    private static final int OTHER_HOST = 3;
    private static final int OUTGOING = 4;

    private PacketFilter() {}

    /**
     * Accepts every frame but those with this destination MAC address.
     *
     * @return a struct sock_fprog of 16 octets: instruction count, address of the instructions
     */
    static MemorySegment notAddressedTo(long mac, Arena arena) {
        return program(arena, notAddressedTo(mac));
    }

    /**
     * Accepts every frame from outside but those with this destination MAC address; for sockets
     * that share frames.
     */
    static MemorySegment incomingNotAddressedTo(long mac, Arena arena) {
        long[] unaddressed = notAddressedTo(mac);
        long[] incoming = new long[2 + unaddressed.length];
        incoming[0] = BpfInstruction.of(LOAD_WORD, PACKET_TYPE);
        incoming[1] = ifEqual(1, OUTGOING, incoming.length - 2, 2); // where nothing is accepted
        System.arraycopy(unaddressed, 0, incoming, 2, unaddressed.length);
        return program(arena, incoming);
    }

    private static long[] notAddressedTo(long mac) {
        return new long[] {
            BpfInstruction.of(LOAD_WORD, 0), // destination, first 4 octets
            ifEqual(1, (int) (mac >>> 16), 2, 5),
            BpfInstruction.of(LOAD_HALF, 4), // destination, last 2 octets
            ifEqual(3, (int) mac & 0xffff, 4, 5),
            BpfInstruction.of(RETURN, 0), // not ours
            BpfInstruction.of(RETURN, WHOLE_FRAME),
        };
    }

    /**
     * Accepts ESP, ICMP "fragmentation needed" and ICMPv6 "packet too big", untagged, that are for
     * this host or for many.
     */
    static MemorySegment espForThisHost(Arena arena) {
        int no = 19;
        int yes = 20;
        return program(
                arena,
                BpfInstruction.of(LOAD_WORD, PACKET_TYPE),
                ifEqual(1, OTHER_HOST, no, 2),
                ifEqual(2, OUTGOING, no, 3),
                BpfInstruction.of(LOAD_WORD, VLAN_TAG_PRESENT),
                ifEqual(4, 0, 5, no),
                BpfInstruction.of(LOAD_HALF, 12), // EtherType
                ifEqual(6, Ethernet.TYPE_IPV4, 8, 7),
                ifEqual(7, Ethernet.TYPE_IPV6, 14, no),
                BpfInstruction.of(LOAD_OCTET, 23), // protocol
                ifEqual(9, Ipv4.ESP, yes, 10),
                ifEqual(10, Ipv4.ICMP, 11, no),
                BpfInstruction.of(HEADER_LENGTH_TO_X, 14),
                BpfInstruction.of(LOAD_HALF_BEHIND_X, 14), // type and code
                ifEqual(13, 0x0304, yes, no),
                BpfInstruction.of(LOAD_OCTET, 20), // next header
                ifEqual(15, Ipv4.ESP, yes, 16),
                ifEqual(16, Ipv6.ICMP, 17, no),
                BpfInstruction.of(LOAD_OCTET, 54), // type
                ifEqual(18, 2, yes, no),
                BpfInstruction.of(RETURN, 0),
                BpfInstruction.of(RETURN, WHOLE_FRAME));
    }

    /** Accepts nothing. */
    static MemorySegment nothing(Arena arena) {
        return program(arena, BpfInstruction.of(RETURN, 0));
    }

    /** A struct sock_fprog for instructions, each a {@link BpfInstruction}. */
    static MemorySegment program(Arena arena, long... instructions) {
        MemorySegment code = arena.allocateFrom(ValueLayout.JAVA_LONG, instructions);
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.length);
        program.set(ValueLayout.JAVA_LONG, 8, code.address());
        return program;
    }

    /** A jump from a line to one of two further on. */
    private static long ifEqual(int line, int value, int then, int other) {
        return BpfInstruction.of(JUMP_EQUAL, then - line - 1, other - line - 1, value);
    }
}
