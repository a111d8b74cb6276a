// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;

/** Classic BPF programs for packet sockets (linux/filter.h). */
final class PacketFilter {
    private static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final int LOAD_HALF = 0x28; // BPF_LD | BPF_H | BPF_ABS
    private static final int LOAD_BYTE = 0x30; // BPF_LD | BPF_B | BPF_ABS
    private static final int LOAD_HALF_INDEXED = 0x48; // BPF_LD | BPF_H | BPF_IND
    private static final int INDEX_HEADER_LENGTH = 0xb1; // BPF_LDX | BPF_B | BPF_MSH
    private static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K
    private static final int WHOLE_FRAME = 0x40000;
    private static final int INSTRUCTION = 8;

    // what the kernel knows beside the frame (SKF_AD_OFF)
    private static final int PACKET_TYPE = -0x1000 + 4;
    private static final int VLAN_TAG_PRESENT = -0x1000 + 48;
    private static final int OTHER_HOST = 3;
    private static final int OUTGOING = 4;

    private PacketFilter() {}

    /**
     * Accepts every frame but those with this destination MAC address.
     *
     * @return a struct sock_fprog of 16 octets: instruction count, address of the instructions
     */
    static MemorySegment notAddressedTo(long mac, Arena arena) {
        MemorySegment code = arena.allocate(6 * INSTRUCTION, 8);
        put(code, 0, LOAD_WORD, 0, 0, 0); // destination, first 4 octets
        put(code, 1, JUMP_EQUAL, 0, 3, (int) (mac >>> 16)); // differs: to 5
        put(code, 2, LOAD_HALF, 0, 0, 4); // destination, last 2 octets
        put(code, 3, JUMP_EQUAL, 0, 1, (int) mac & 0xffff); // differs: to 5
        put(code, 4, RETURN, 0, 0, 0); // not ours
        put(code, 5, RETURN, 0, 0, WHOLE_FRAME);
        return program(code, arena);
    }

    /**
     * Accepts ESP, ICMP "fragmentation needed" and ICMPv6 "packet too big", untagged, that are for
     * this host or for many.
     */
    static MemorySegment espForThisHost(Arena arena) {
        int no = 19;
        int yes = 20;
        MemorySegment code = arena.allocate(21 * INSTRUCTION, 8);
        put(code, 0, LOAD_WORD, 0, 0, PACKET_TYPE);
        ifEqual(code, 1, OTHER_HOST, no, 2);
        ifEqual(code, 2, OUTGOING, no, 3);
        put(code, 3, LOAD_WORD, 0, 0, VLAN_TAG_PRESENT);
        ifEqual(code, 4, 0, 5, no);
        put(code, 5, LOAD_HALF, 0, 0, 12); // EtherType
        ifEqual(code, 6, Ethernet.TYPE_IPV4, 8, 7);
        ifEqual(code, 7, Ethernet.TYPE_IPV6, 14, no);
        put(code, 8, LOAD_BYTE, 0, 0, 23); // protocol
        ifEqual(code, 9, Ipv4.ESP, yes, 10);
        ifEqual(code, 10, Ipv4.ICMP, 11, no);
        put(code, 11, INDEX_HEADER_LENGTH, 0, 0, 14);
        put(code, 12, LOAD_HALF_INDEXED, 0, 0, 14); // type and code
        ifEqual(code, 13, 0x0304, yes, no);
        put(code, 14, LOAD_BYTE, 0, 0, 20); // next header
        ifEqual(code, 15, Ipv4.ESP, yes, 16);
        ifEqual(code, 16, Ipv6.ICMP, 17, no);
        put(code, 17, LOAD_BYTE, 0, 0, 54); // type
        ifEqual(code, 18, 2, yes, no);
        put(code, no, RETURN, 0, 0, 0);
        put(code, yes, RETURN, 0, 0, WHOLE_FRAME);
        return program(code, arena);
    }

    /**
     * Accepts every frame from outside but those with this destination MAC address; for sockets
     * that share frames.
     */
    static MemorySegment incomingNotAddressedTo(long mac, Arena arena) {
        MemorySegment code = arena.allocate(8 * INSTRUCTION, 8);
        put(code, 0, LOAD_WORD, 0, 0, PACKET_TYPE);
        put(code, 1, JUMP_EQUAL, 4, 0, OUTGOING); // to 6
        put(code, 2, LOAD_WORD, 0, 0, 0);
        put(code, 3, JUMP_EQUAL, 0, 3, (int) (mac >>> 16)); // differs: to 7
        put(code, 4, LOAD_HALF, 0, 0, 4);
        put(code, 5, JUMP_EQUAL, 0, 1, (int) mac & 0xffff); // differs: to 7
        put(code, 6, RETURN, 0, 0, 0);
        put(code, 7, RETURN, 0, 0, WHOLE_FRAME);
        return program(code, arena);
    }

    /** Accepts nothing. */
    static MemorySegment nothing(Arena arena) {
        MemorySegment code = arena.allocate(INSTRUCTION, 8);
        put(code, 0, RETURN, 0, 0, 0);
        return program(code, arena);
    }

    /** A struct sock_fprog for instructions, one a word. */
    static MemorySegment program(Arena arena, long... instructions) {
        MemorySegment code = arena.allocate((long) instructions.length * INSTRUCTION, 8);
        for (int i = 0; i < instructions.length; i++) {
            code.setAtIndex(ValueLayout.JAVA_LONG, i, instructions[i]);
        }
        return program(code, arena);
    }

    private static MemorySegment program(MemorySegment code, Arena arena) {
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) (code.byteSize() / INSTRUCTION));
        program.set(ValueLayout.JAVA_LONG, 8, code.address());
        return program;
    }

    /** A jump to one of two lines further on. */
    private static void ifEqual(MemorySegment program, int line, int value, int then, int other) {
        put(program, line, JUMP_EQUAL, then - line - 1, other - line - 1, value);
    }

    /** A struct sock_filter: code, jump if true, jump if false, operand. */
    private static void put(
            MemorySegment program, int line, int code, int ifTrue, int ifFalse, int operand) {
        long at = (long) line * INSTRUCTION;
        program.set(ValueLayout.JAVA_SHORT, at, (short) code);
        program.set(ValueLayout.JAVA_BYTE, at + 2, (byte) ifTrue);
        program.set(ValueLayout.JAVA_BYTE, at + 3, (byte) ifFalse);
        program.set(ValueLayout.JAVA_INT, at + 4, operand);
    }
}
