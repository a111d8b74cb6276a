// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Frames of few values, most of them well-formed, some cut, altered or of other kinds. */
final class RandomPackets {
    private static final int[] PROTOCOLS = {1, 6, 17, 17, 50, 50, 47};
    private static final int[] PORTS = {848, 80, 0};

    private final Random random;

    RandomPackets(Random random) {
        this.random = random;
    }

    /** A value of a field or parameter of this name. */
    static long value(Random random, String name) {
        return switch (name) {
            case "site" -> random.nextInt(5) == 0 ? 2 : 1;
            case "role", "only_to" -> 1 + random.nextInt(random.nextInt(8) == 0 ? 4 : 3);
            case "ether_type" -> random.nextBoolean() ? 0x0806 : 0x86dd;
            case "ipv4_src", "ipv4_dst" -> address(random);
            case "protocol" -> PROTOCOLS[random.nextInt(PROTOCOLS.length)];
            case "src_port", "dst_port" -> PORTS[random.nextInt(PORTS.length)];
            case "icmp_type" -> random.nextBoolean() ? 3 : 8;
            case "spi" -> 0xffff_fff0L + random.nextInt(5);
            case "esp", "gdoi" -> random.nextInt(2);
            case "port", "member_port" ->
                    random.nextInt(8) == 0 ? 510 + random.nextInt(2) : random.nextInt(6);
            case "group" -> random.nextInt(4);
            case "src", "dst" -> 0x0200_0000_0000L | random.nextInt(1 << 30);
            default -> throw new AssertionError(name);
        };
    }

    private static long address(Random random) {
        return 0x0a00_0000L | (long) random.nextInt(3) << 16 | random.nextInt(3);
    }

    byte[] next() {
        byte[] frame = packet();
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            case 1 -> {
                int bit = random.nextInt(frame.length * 8);
                frame[bit / 8] ^= (byte) (1 << bit % 8);
                yield frame;
            }
            default -> frame;
        };
    }

    private byte[] packet() {
        ByteBuffer out = ByteBuffer.allocate(34 + random.nextInt(4, 40));
        out.putLong(random.nextLong()).putInt(random.nextInt());
        int[] types = {0x0806, 0x86dd, 0x8100, 0x88cc};
        out.putShort((short) (random.nextInt(8) == 0 ? types[random.nextInt(4)] : 0x0800));
        int headerWords = random.nextInt(12) == 0 ? random.nextInt(16) : 5;
        int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        int fragment = random.nextInt(10) == 0 ? random.nextInt(0x10000) : random.nextInt(2) << 14;
        out.put((byte) (0x40 | headerWords)).put((byte) random.nextInt(256));
        out.putShort((short) (out.capacity() - 14)).putShort((short) random.nextInt());
        out.putShort((short) fragment);
        out.put((byte) (random.nextInt(12) == 0 ? random.nextInt(3) : 64)).put((byte) protocol);
        out.putShort((short) 0);
        out.putInt((int) address(random)).putInt((int) address(random));
        switch (protocol) {
            case 1 -> out.put((byte) value(random, "icmp_type"));
            case 6, 17 ->
                    out.putShort((short) value(random, "src_port"))
                            .putShort((short) value(random, "dst_port"));
            case 50 -> {
                if (out.remaining() >= 4) {
                    out.putInt((int) value(random, "spi"));
                }
            }
            default -> {}
        }
        while (out.hasRemaining()) {
            out.put((byte) random.nextInt(256));
        }
        out.putShort(24, (short) checksum(out));
        return out.array();
    }

    private static int checksum(ByteBuffer frame) {
        int sum = 0;
        for (int at = 14; at < 34; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return ~sum & 0xffff;
    }
}
