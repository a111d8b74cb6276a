// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The program that an interface runs for each frame received (bpf(2); RFC 9669 has the
 * instructions): IP frames for one other station go to the AF_XDP socket of the queue that they
 * came by, all others to the kernel as ever. It ends with {@link #close}, or with the process.
 */
final class XdpProgram implements AutoCloseable {
    private static final int MAP_CREATE = 0;
    private static final int MAP_UPDATE = 2;
    private static final int PROGRAM_LOAD = 5;
    private static final int LINK_CREATE = 28;
    private static final int MAP_TYPE_XSKMAP = 17;
    private static final int PROGRAM_TYPE_XDP = 6;
    private static final int ATTACH_TYPE_XDP = 37;
    private static final int XDP_PASS = 2;
    private static final int REDIRECT_MAP = 51; // number of the helper
    private static final int FRAME_MINIMUM = 34; // Ethernet and IPv4 headers

    private static final int LOAD_8 = 0x71;
    private static final int LOAD_16 = 0x69;
    private static final int LOAD_32 = 0x61;
    private static final int LOAD_IMMEDIATE_64 = 0x18;
    private static final int MOVE = 0xbf;
    private static final int MOVE_IMMEDIATE = 0xb7;
    private static final int ADD_IMMEDIATE = 0x07;
    private static final int AND_IMMEDIATE = 0x57;
    private static final int JUMP_GREATER = 0x2d;
    private static final int JUMP_NOT_EQUAL = 0x55;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_NOT_EQUAL_32 = 0x56;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int MAP_BY_DESCRIPTOR = 1; // in the source register's place
    private static final int INSTRUCTION = 8;

    private final Libc libc;
    private final int map;
    private final int program;
    private final int link;
    private final XdpMode mode;

    /**
     * Loads the program and attaches it.
     *
     * @param best if the driver can, else generic mode
     * @param sockets get the frames: the first those of queue 0, and so on; of further queues the
     *     kernel
     * @param mac the interface's own address
     * @param longest frames that fit, in octets
     * @throws IOException if the kernel or the rights do not allow it, or the interface has such a
     *     program already
     */
    XdpProgram(Libc libc, int interfaceIndex, XdpMode best, int[] sockets, long mac, int longest)
            throws IOException {
        this.libc = libc;
        int[] opened = {-1, -1};
        try (Arena arena = Arena.ofConfined()) {
            map = createMap(arena, sockets.length);
            opened[0] = map;
            for (int queue = 0; queue < sockets.length; queue++) {
                update(arena, queue, sockets[queue]);
            }
            program = load(arena, mac, longest);
            opened[1] = program;
            Attachment attachment = attach(arena, interfaceIndex, best);
            link = attachment.link;
            mode = attachment.mode;
        } catch (IOException e) {
            for (int descriptor : opened) {
                if (descriptor >= 0) {
                    libc.close(descriptor);
                }
            }
            throw e;
        }
    }

    private record Attachment(int link, XdpMode mode) {}

    private int createMap(Arena arena, int queues) throws IOException {
        MemorySegment attributes = arena.allocate(72, 8);
        attributes.set(ValueLayout.JAVA_INT, 0, MAP_TYPE_XSKMAP);
        attributes.set(ValueLayout.JAVA_INT, 4, 4); // octets of a key: the queue
        attributes.set(ValueLayout.JAVA_INT, 8, 4); // octets of a value: the socket
        attributes.set(ValueLayout.JAVA_INT, 12, queues);
        return libc.bpf(MAP_CREATE, attributes);
    }

    private void update(Arena arena, int queue, int socket) throws IOException {
        MemorySegment key = arena.allocate(4, 4);
        key.set(ValueLayout.JAVA_INT, 0, queue);
        MemorySegment value = arena.allocate(4, 4);
        value.set(ValueLayout.JAVA_INT, 0, socket);
        MemorySegment attributes = arena.allocate(32, 8);
        attributes.set(ValueLayout.JAVA_INT, 0, map);
        attributes.set(ValueLayout.JAVA_LONG, 8, key.address());
        attributes.set(ValueLayout.JAVA_LONG, 16, value.address());
        libc.bpf(MAP_UPDATE, attributes);
    }

    private int load(Arena arena, long mac, int longest) throws IOException {
        long[] code = code(mac, longest);
        MemorySegment instructions = arena.allocate((long) code.length * INSTRUCTION, 8);
        for (int i = 0; i < code.length; i++) {
            instructions.setAtIndex(ValueLayout.JAVA_LONG, i, code[i]);
        }
        MemorySegment attributes = arena.allocate(144, 8);
        attributes.set(ValueLayout.JAVA_INT, 0, PROGRAM_TYPE_XDP);
        attributes.set(ValueLayout.JAVA_INT, 4, code.length);
        attributes.set(ValueLayout.JAVA_LONG, 8, instructions.address());
        attributes.set(ValueLayout.JAVA_LONG, 16, arena.allocateFrom("Apache-2.0").address());
        return libc.bpf(PROGRAM_LOAD, attributes);
    }

    private Attachment attach(Arena arena, int interfaceIndex, XdpMode best) throws IOException {
        try {
            return attachAs(arena, interfaceIndex, best);
        } catch (IOException e) {
            if (best == XdpMode.GENERIC) {
                throw e;
            }
            return attachAs(arena, interfaceIndex, XdpMode.GENERIC);
        }
    }

    private Attachment attachAs(Arena arena, int interfaceIndex, XdpMode how) throws IOException {
        MemorySegment attributes = arena.allocate(64, 8);
        attributes.set(ValueLayout.JAVA_INT, 0, program);
        attributes.set(ValueLayout.JAVA_INT, 4, interfaceIndex);
        attributes.set(ValueLayout.JAVA_INT, 8, ATTACH_TYPE_XDP);
        attributes.set(ValueLayout.JAVA_INT, 12, how.flag());
        return new Attachment(libc.bpf(LINK_CREATE, attributes), how);
    }

    /** Where the kernel runs it. */
    XdpMode mode() {
        return mode;
    }

    /** Registers: 1 is the context, 2 the frame, 3 its end. */
    private long[] code(long mac, int longest) {
        int firstFour = Integer.reverseBytes((int) (mac >>> 16));
        int lastTwo = Short.reverseBytes((short) mac) & 0xffff;
        return new long[] {
            instruction(LOAD_32, 2, 1, 0, 0),
            instruction(LOAD_32, 3, 1, 4, 0),
            instruction(MOVE, 4, 2, 0, 0),
            instruction(ADD_IMMEDIATE, 4, 0, 0, FRAME_MINIMUM),
            instruction(JUMP_GREATER, 4, 3, 19, 0), // too short: to the kernel
            instruction(MOVE, 4, 2, 0, 0),
            instruction(ADD_IMMEDIATE, 4, 0, 0, longest),
            instruction(JUMP_GREATER, 3, 4, 16, 0), // a super-frame
            instruction(LOAD_16, 5, 2, 12, 0),
            instruction(JUMP_EQUAL, 5, 0, 1, 0x0008), // IPv4: over the next
            instruction(JUMP_NOT_EQUAL, 5, 0, 13, 0xdd86), // not IPv6 either
            instruction(LOAD_8, 5, 2, 0, 0),
            instruction(AND_IMMEDIATE, 5, 0, 0, 1),
            instruction(JUMP_NOT_EQUAL, 5, 0, 10, 0), // for many
            instruction(LOAD_32, 5, 2, 0, 0),
            instruction(JUMP_NOT_EQUAL_32, 5, 0, 2, firstFour), // over the next two
            instruction(LOAD_16, 5, 2, 4, 0),
            instruction(JUMP_EQUAL, 5, 0, 6, lastTwo), // for us
            instruction(LOAD_32, 2, 1, 16, 0), // the queue
            instruction(LOAD_IMMEDIATE_64, 1, MAP_BY_DESCRIPTOR, 0, map),
            0,
            instruction(MOVE_IMMEDIATE, 3, 0, 0, XDP_PASS), // where the map has no such queue
            instruction(CALL, 0, 0, 0, REDIRECT_MAP),
            instruction(EXIT, 0, 0, 0, 0),
            instruction(MOVE_IMMEDIATE, 0, 0, 0, XDP_PASS),
            instruction(EXIT, 0, 0, 0, 0),
        };
    }

    /** A struct bpf_insn: code 8 bits, destination 4, source 4, offset 16, immediate 32. */
    private static long instruction(int code, int to, int from, int offset, int immediate) {
        return code
                | (long) (to | from << 4) << 8
                | (offset & 0xffffL) << 16
                | (immediate & 0xffff_ffffL) << 32;
    }

    @Override
    public void close() {
        libc.close(link);
        libc.close(program);
        libc.close(map);
    }
}
