// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Classic BPF programs for packet sockets (linux/filter.h). */
final class PacketFilter {
    private static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final int LOAD_HALF = 0x28; // BPF_LD | BPF_H | BPF_ABS
    private static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K
    private static final int WHOLE_FRAME = 0x40000;
    private static final int INSTRUCTION = 8;

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
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) 6);
        program.set(ValueLayout.JAVA_LONG, 8, code.address());
        return program;
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
