// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static org.getvpn.gm.io.BpfInstruction.HEADER_LENGTH_TO_X;
import static org.getvpn.gm.io.BpfInstruction.JUMP;
import static org.getvpn.gm.io.BpfInstruction.JUMP_ANY_BIT;
import static org.getvpn.gm.io.BpfInstruction.JUMP_EQUAL;
import static org.getvpn.gm.io.BpfInstruction.KEEP;
import static org.getvpn.gm.io.BpfInstruction.LOAD_HALF;
import static org.getvpn.gm.io.BpfInstruction.LOAD_IMMEDIATE;
import static org.getvpn.gm.io.BpfInstruction.LOAD_KEPT;
import static org.getvpn.gm.io.BpfInstruction.LOAD_OCTET;
import static org.getvpn.gm.io.BpfInstruction.LOAD_WORD;
import static org.getvpn.gm.io.BpfInstruction.LOAD_WORD_BEHIND_X;
import static org.getvpn.gm.io.BpfInstruction.MULTIPLY;
import static org.getvpn.gm.io.BpfInstruction.RETURN;
import static org.getvpn.gm.io.BpfInstruction.RETURN_ANSWER;
import static org.getvpn.gm.io.BpfInstruction.SHIFT_RIGHT;
import static org.getvpn.gm.io.BpfInstruction.SUBTRACT;
import static org.getvpn.gm.io.BpfInstruction.TO_X;
import static org.getvpn.gm.io.BpfInstruction.XOR_X;

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
    private static final int ETHERTYPE = BpfInstruction.BESIDE_FRAME; // SKF_AD_PROTOCOL
    private static final int QUEUE = BpfInstruction.BESIDE_FRAME + 24; // SKF_AD_QUEUE
    private static final int NETWORK = -0x10_0000; // SKF_NET_OFF: where the IP header is
    private static final int TCP = 6;
    private static final int SPREADING = 0x9e37_79b1;
    private static final int IPV6_ADDRESS_WORDS = 8;

    private SpreadProgram() {}

    /**
     * By flow, as above.
     *
     * @return each a {@link BpfInstruction}
     */
    static long[] byFlow() {
        List<Long> version4 = new ArrayList<>();
        version4.addAll(hash(NETWORK + 12, 2));
        version4.add(BpfInstruction.of(LOAD_HALF, NETWORK + 6));
        version4.add(BpfInstruction.of(JUMP_ANY_BIT, 5, 0, 0x3fff)); // of a fragment: to no ports
        version4.add(BpfInstruction.of(LOAD_OCTET, NETWORK + 9));
        version4.add(BpfInstruction.of(JUMP_EQUAL, 0, 3, TCP)); // else to no ports
        version4.add(BpfInstruction.of(HEADER_LENGTH_TO_X, NETWORK));
        version4.add(BpfInstruction.of(LOAD_WORD_BEHIND_X, NETWORK)); // ports
        version4.add(BpfInstruction.of(JUMP, 1));
        version4.add(BpfInstruction.of(LOAD_IMMEDIATE, 0)); // no ports
        List<Long> version6 = new ArrayList<>();
        version6.addAll(hash(NETWORK + 8, IPV6_ADDRESS_WORDS));
        version6.add(BpfInstruction.of(LOAD_OCTET, NETWORK + 6));
        version6.add(BpfInstruction.of(JUMP_EQUAL, 0, 2, TCP)); // else to no ports
        version6.add(BpfInstruction.of(LOAD_WORD, NETWORK + 40)); // ports
        version6.add(BpfInstruction.of(JUMP, 1));
        version6.add(BpfInstruction.of(LOAD_IMMEDIATE, 0)); // no ports
        List<Long> end = new ArrayList<>();
        end.add(BpfInstruction.of(TO_X, 0));
        end.add(BpfInstruction.of(LOAD_KEPT, 0));
        end.add(BpfInstruction.of(XOR_X, 0));
        end.add(BpfInstruction.of(MULTIPLY, SPREADING));
        end.add(BpfInstruction.of(SHIFT_RIGHT, 16)); // the upper bits depend on all
        end.add(BpfInstruction.of(RETURN_ANSWER, 0));

        List<Long> all = new ArrayList<>();
        all.add(BpfInstruction.of(LOAD_WORD, ETHERTYPE));
        all.add(BpfInstruction.of(JUMP_EQUAL, 2, 0, 0x0800));
        all.add(BpfInstruction.of(JUMP_EQUAL, version4.size() + 2, 0, 0x86dd));
        all.add(BpfInstruction.of(RETURN, 0));
        all.addAll(version4);
        all.add(BpfInstruction.of(JUMP, version6.size()));
        all.addAll(version6);
        all.addAll(end);
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /** By the queue that the network card put the frame into: what came by one goes to one. */
    static long[] byQueue() {
        return new long[] {
            BpfInstruction.of(LOAD_WORD, QUEUE), // and one; 0 where the card has none
            BpfInstruction.of(JUMP_EQUAL, 1, 0, 0),
            BpfInstruction.of(SUBTRACT, 1),
            BpfInstruction.of(RETURN_ANSWER, 0),
        };
    }

    /** Mixes so many words and keeps the result. */
    private static List<Long> hash(int from, int words) {
        List<Long> steps = new ArrayList<>();
        steps.add(BpfInstruction.of(LOAD_WORD, from));
        for (int i = 1; i < words; i++) {
            steps.add(BpfInstruction.of(MULTIPLY, SPREADING));
            steps.add(BpfInstruction.of(TO_X, 0));
            steps.add(BpfInstruction.of(LOAD_WORD, from + 4 * i));
            steps.add(BpfInstruction.of(XOR_X, 0));
        }
        steps.add(BpfInstruction.of(MULTIPLY, SPREADING));
        steps.add(BpfInstruction.of(KEEP, 0));
        return steps;
    }
}
