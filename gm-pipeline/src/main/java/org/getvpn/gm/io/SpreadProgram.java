// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.util.ArrayList;
import java.util.List;

/**
 * Classic BPF programs (linux/filter.h) that choose which of several packet sockets gets a frame;
 * the kernel takes their answer modulo the number of sockets.
 *
 * <p>Frames of one flow get one answer. For TCP a flow is addresses and ports. For all else it is
 * addresses alone: a later fragment shows no ports, and all of a datagram have to meet one thread's
 * table of fragments. ESP has the addresses of what is inside. A VLAN tag is not looked at, the
 * kernel has taken it out; what is not IP goes to one thread.
 */
final class SpreadProgram {
    private static final int LOAD_IMMEDIATE = 0x00; // BPF_LD | BPF_IMM
    private static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final int LOAD_HALF = 0x28; // BPF_LD | BPF_H | BPF_ABS
    private static final int LOAD_OCTET = 0x30; // BPF_LD | BPF_B | BPF_ABS
    private static final int LOAD_WORD_BEHIND_X = 0x40; // BPF_LD | BPF_W | BPF_IND
    private static final int LOAD_KEPT = 0x60; // BPF_LD | BPF_W | BPF_MEM
    private static final int HEADER_LENGTH_TO_X = 0xb1; // BPF_LDX | BPF_B | BPF_MSH
    private static final int KEEP = 0x02; // BPF_ST
    private static final int SUBTRACT = 0x14; // BPF_ALU | BPF_SUB | BPF_K
    private static final int MULTIPLY = 0x24; // BPF_ALU | BPF_MUL | BPF_K
    private static final int SHIFT_RIGHT = 0x74; // BPF_ALU | BPF_RSH | BPF_K
    private static final int XOR_X = 0xac; // BPF_ALU | BPF_XOR | BPF_X
    private static final int TO_X = 0x07; // BPF_MISC | BPF_TAX
    private static final int JUMP = 0x05; // BPF_JMP | BPF_JA
    private static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int JUMP_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K
    private static final int RETURN_ANSWER = 0x16; // BPF_RET | BPF_A

    private static final int ETHERTYPE = -0x1000; // SKF_AD_OFF + SKF_AD_PROTOCOL
    private static final int QUEUE = -0x1000 + 24; // SKF_AD_OFF + SKF_AD_QUEUE
    private static final int NETWORK = -0x10_0000; // SKF_NET_OFF: where the IP header is
    private static final int TCP = 6;
    private static final int SPREADING = 0x9e37_79b1;
    private static final int IPV6_ADDRESS_WORDS = 8;

    private SpreadProgram() {}

    /**
     * By flow, as above.
     *
     * @return struct sock_filter, one a word: code 16 bits, jump if true 8, jump if false 8,
     *     operand 32
     */
    static long[] byFlow() {
        List<Long> version4 = new ArrayList<>();
        version4.addAll(hash(NETWORK + 12, 2));
        version4.add(code(LOAD_HALF, NETWORK + 6));
        version4.add(code(JUMP_ANY_BIT, 5, 0, 0x3fff)); // of a fragment: to no ports
        version4.add(code(LOAD_OCTET, NETWORK + 9));
        version4.add(code(JUMP_EQUAL, 0, 3, TCP)); // else to no ports
        version4.add(code(HEADER_LENGTH_TO_X, NETWORK));
        version4.add(code(LOAD_WORD_BEHIND_X, NETWORK)); // ports
        version4.add(code(JUMP, 1));
        version4.add(code(LOAD_IMMEDIATE, 0)); // no ports
        List<Long> version6 = new ArrayList<>();
        version6.addAll(hash(NETWORK + 8, IPV6_ADDRESS_WORDS));
        version6.add(code(LOAD_OCTET, NETWORK + 6));
        version6.add(code(JUMP_EQUAL, 0, 2, TCP)); // else to no ports
        version6.add(code(LOAD_WORD, NETWORK + 40)); // ports
        version6.add(code(JUMP, 1));
        version6.add(code(LOAD_IMMEDIATE, 0)); // no ports
        List<Long> end = new ArrayList<>();
        end.add(code(TO_X, 0));
        end.add(code(LOAD_KEPT, 0));
        end.add(code(XOR_X, 0));
        end.add(code(MULTIPLY, SPREADING));
        end.add(code(SHIFT_RIGHT, 16)); // the upper bits depend on all
        end.add(code(RETURN_ANSWER, 0));

        List<Long> all = new ArrayList<>();
        all.add(code(LOAD_WORD, ETHERTYPE));
        all.add(code(JUMP_EQUAL, 2, 0, 0x0800));
        all.add(code(JUMP_EQUAL, version4.size() + 2, 0, 0x86dd));
        all.add(code(RETURN, 0));
        all.addAll(version4);
        all.add(code(JUMP, version6.size()));
        all.addAll(version6);
        all.addAll(end);
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /** By the queue that the network card put the frame into: what came by one goes to one. */
    static long[] byQueue() {
        return new long[] {
            code(LOAD_WORD, QUEUE), // and one; 0 where the card has none
            code(JUMP_EQUAL, 1, 0, 0),
            code(SUBTRACT, 1),
            code(RETURN_ANSWER, 0),
        };
    }

    /** Mixes so many words and keeps the result. */
    private static List<Long> hash(int from, int words) {
        List<Long> steps = new ArrayList<>();
        steps.add(code(LOAD_WORD, from));
        for (int i = 1; i < words; i++) {
            steps.add(code(MULTIPLY, SPREADING));
            steps.add(code(TO_X, 0));
            steps.add(code(LOAD_WORD, from + 4 * i));
            steps.add(code(XOR_X, 0));
        }
        steps.add(code(MULTIPLY, SPREADING));
        steps.add(code(KEEP, 0));
        return steps;
    }

    private static long code(int operation, int operand) {
        return code(operation, 0, 0, operand);
    }

    private static long code(int operation, int ifTrue, int ifFalse, int operand) {
        return operation | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }
}
