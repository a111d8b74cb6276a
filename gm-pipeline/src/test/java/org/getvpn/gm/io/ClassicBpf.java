// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Octets;

/** Runs classic BPF programs as the kernel does (linux/filter.h), as far as ours go. */
public final class ClassicBpf {
    private static final int PROTOCOL = -0x1000;
    private static final int QUEUE = -0x1000 + 24;
    private static final int NETWORK = -0x10_0000;
    private static final int ETHERNET = 14;

    private final MemorySegment frame;
    private final int queue;
    private final int[] kept = new int[16];

    private ClassicBpf(byte[] frame, int queue) {
        this.frame = MemorySegment.ofArray(frame);
        this.queue = queue;
    }

    /** Which of {@code shares} sockets that share by flow gets a frame without a VLAN tag. */
    public static int share(byte[] frame, int shares) {
        return Integer.remainderUnsigned(
                new ClassicBpf(frame, 0).run(SpreadProgram.byFlow()), shares);
    }

    /** What a program answers. */
    static int run(long[] program, byte[] frame, int queue) {
        return new ClassicBpf(frame, queue).run(program);
    }

    private int run(long[] program) {
        int a = 0;
        int x = 0;
        for (int at = 0; at < program.length; at++) {
            int code = (int) program[at] & 0xffff;
            int ifTrue = (int) (program[at] >>> 16) & 0xff;
            int ifFalse = (int) (program[at] >>> 24) & 0xff;
            int k = (int) (program[at] >>> 32);
            try {
                switch (code) {
                    case 0x00 -> a = k;
                    case 0x02 -> kept[k] = a;
                    case 0x05 -> at += k;
                    case 0x06 -> {
                        return k;
                    }
                    case 0x07 -> x = a;
                    case 0x14 -> a -= k;
                    case 0x15 -> at += a == k ? ifTrue : ifFalse;
                    case 0x16 -> {
                        return a;
                    }
                    case 0x20 -> a = load(k, 4);
                    case 0x24 -> a *= k;
                    case 0x28 -> a = load(k, 2);
                    case 0x30 -> a = load(k, 1);
                    case 0x40 -> a = load(x + k, 4);
                    case 0x45 -> at += (a & k) != 0 ? ifTrue : ifFalse;
                    case 0x60 -> a = kept[k];
                    case 0x74 -> a >>>= k;
                    case 0xac -> a ^= x;
                    case 0xb1 -> x = 4 * (load(k, 1) & 0xf);
                    default -> throw new IllegalStateException("code " + code + " at " + at);
                }
            } catch (IndexOutOfBoundsException e) {
                return 0; // a load behind the end ends the program
            }
        }
        throw new IllegalStateException("a program that does not end is refused by the kernel");
    }

    private int load(int k, int octets) {
        if (k == PROTOCOL) {
            return Octets.u16(frame, 12);
        }
        if (k == QUEUE) {
            return queue;
        }
        if (k >= 0) {
            throw new IllegalStateException("an offset from where the kernel may change its mind");
        }
        long at = k - NETWORK + ETHERNET;
        return switch (octets) {
            case 1 -> Octets.u8(frame, at);
            case 2 -> Octets.u16(frame, at);
            default -> Octets.i32(frame, at);
        };
    }
}
