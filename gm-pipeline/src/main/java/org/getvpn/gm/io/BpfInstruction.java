// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

/**
 * An instruction of classic BPF (linux/filter.h, struct sock_filter) as one word: code 16 bits,
 * jump if true 8, jump if false 8, operand 32.
 */
final class BpfInstruction {
    static final int LOAD_IMMEDIATE = 0x00; // BPF_LD | BPF_IMM
    static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    static final int LOAD_HALF = 0x28; // BPF_LD | BPF_H | BPF_ABS
    static final int LOAD_OCTET = 0x30; // BPF_LD | BPF_B | BPF_ABS
    static final int LOAD_WORD_BEHIND_X = 0x40; // BPF_LD | BPF_W | BPF_IND
    static final int LOAD_HALF_BEHIND_X = 0x48; // BPF_LD | BPF_H | BPF_IND
    static final int LOAD_KEPT = 0x60; // BPF_LD | BPF_W | BPF_MEM
    static final int HEADER_LENGTH_TO_X = 0xb1; // BPF_LDX | BPF_B | BPF_MSH
    static final int KEEP = 0x02; // BPF_ST
    static final int SUBTRACT = 0x14; // BPF_ALU | BPF_SUB | BPF_K
    static final int MULTIPLY = 0x24; // BPF_ALU | BPF_MUL | BPF_K
    static final int SHIFT_RIGHT = 0x74; // BPF_ALU | BPF_RSH | BPF_K
    static final int XOR_X = 0xac; // BPF_ALU | BPF_XOR | BPF_X
    static final int TO_X = 0x07; // BPF_MISC | BPF_TAX
    static final int JUMP = 0x05; // BPF_JMP | BPF_JA
    static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    static final int JUMP_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    static final int RETURN = 0x06; // BPF_RET | BPF_K
    static final int RETURN_ANSWER = 0x16; // BPF_RET | BPF_A

    /** Where loads find what the kernel knows beside the frame (SKF_AD_OFF). */
    static final int BESIDE_FRAME = -0x1000;

    private BpfInstruction() {}

    static long of(int code, int operand) {
        return of(code, 0, 0, operand);
    }

    /**
     * @param ifTrue instructions that a jump skips if its condition holds
     * @param ifFalse the same if it does not
     */
    static long of(int code, int ifTrue, int ifFalse, int operand) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }
}
