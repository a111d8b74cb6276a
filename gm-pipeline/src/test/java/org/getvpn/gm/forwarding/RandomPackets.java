// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Frames of few values, most of them well-formed, some cut, altered or of other kinds. */
final class RandomPackets {
    /** Of the ports that entries and groups name; some have one more than there are. */
    static final int GREATEST_PORT = 6;

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int[] OTHER_TYPES = {0x0806, 0x8100, 0x88cc};
    private static final int[] ETHER_TYPES_OF_LINES = {0x0806, 0x0806, 0x88cc, 0x88cc, IPV6};
    private static final int[] PROTOCOLS = {1, 6, 17, 17, 50, 50, 47};
    private static final int[] NEXT_HEADERS = {58, 58, 6, 17, 17, 50, 50, 47, 1};
    private static final int[] SELDOM_NEXT_HEADERS = {
        0, 43, 44, 51, 59, 60, 135, 139, 140, 253, 254, 255
    };
    private static final int[] PROTOCOLS_OF_LINES = {1, 6, 17, 17, 50, 50, 47, 58, 255};
    private static final int[] PORTS = {848, 80, 0};
    private static final int[] ICMP_TYPES = {3, 8, 2};
    private static final int[] ICMPV6_TYPES = {2, 128, 132, 133, 135, 136, 137, 138};

    private final Random random;

    RandomPackets(Random random) {
        this.random = random;
    }

    /** A value of a field of this name. */
    static BigInteger field(Random random, String name) {
        return switch (name) {
            case "ipv6_src", "ipv6_dst" -> new BigInteger(1, ipv6(random));
            default -> BigInteger.valueOf(value(random, name));
        };
    }

    /** A value of a field or parameter of this name that is no IPv6 address. */
    static long value(Random random, String name) {
        return switch (name) {
            case "site" -> random.nextInt(5) == 0 ? 2 : 1;
            case "role" -> 1 + random.nextInt(random.nextInt(8) == 0 ? 4 : 3);
            case "only_to" -> random.nextInt(4) == 0 ? random.nextInt(8) : 1 + random.nextInt(3);
            case "ether_type" -> one(random, ETHER_TYPES_OF_LINES);
            case "nd" -> random.nextInt(5) == 0 ? 0 : 1; // else no IPv6 would come further
            case "esp", "gdoi" -> random.nextInt(2);
            case "colour" -> random.nextInt(4) == 0 ? random.nextInt(4) : 0;
            case "ipv4_src", "ipv4_dst" -> address(random);
            case "protocol" -> one(random, PROTOCOLS_OF_LINES);
            case "src_port", "dst_port" -> one(random, PORTS);
            case "icmp_type" -> one(random, ICMP_TYPES);
            case "spi" -> 0xffff_fff0L + random.nextInt(5);
            case "port", "member_port" ->
                    random.nextInt(8) == 0
                            ? 510 + random.nextInt(2)
                            : random.nextInt(GREATEST_PORT + 1);
            case "group" -> random.nextInt(4);
            case "src", "dst" -> 0x0200_0000_0000L | random.nextInt(1 << 30);
            default -> throw new AssertionError(name);
        };
    }

    private static int one(Random random, int[] of) {
        return of[random.nextInt(of.length)];
    }

    /** Of a site most of the time, else of a group. */
    private static long address(Random random) {
        if (random.nextInt(6) == 0) {
            return 0xef01_0200L | random.nextInt(3);
        }
        return 0x0a00_0000L | (long) random.nextInt(3) << 16 | random.nextInt(3);
    }

    /** Of a site most of the time, else of the link or for many. */
    private static byte[] ipv6(Random random) {
        long network =
                switch (random.nextInt(12)) {
                    case 0 -> 0xfe80_0000_0000_0000L;
                    case 1 -> 0xff02_0000_0000_0000L;
                    case 2 -> 0xff15_0000_0000_0000L;
                    default -> 0x2001_0db8_0000_0000L | (long) random.nextInt(3) << 16;
                };
        return ByteBuffer.allocate(16).putLong(network).putLong(random.nextInt(3)).array();
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
        boolean isIpv6 = random.nextBoolean();
        int type = random.nextInt(8) == 0 ? one(random, OTHER_TYPES) : isIpv6 ? IPV6 : IPV4;
        ByteBuffer out = ByteBuffer.allocate((isIpv6 ? 54 : 34) + random.nextInt(4, 40));
        out.putLong(random.nextLong()).putInt(random.nextInt()).putShort((short) type);
        payload(out, isIpv6 ? ipv6Header(out) : ipv4Header(out));
        while (out.hasRemaining()) {
            out.put((byte) random.nextInt(256));
        }
        if (!isIpv6) {
            putChecksum(out);
        }
        return out.array();
    }

    /** Seldom 0, or ffff, which says the same and is not what anybody would write. */
    private void putChecksum(ByteBuffer out) {
        int checksum = checksum(out);
        if (random.nextInt(40) == 0) {
            int identification = (out.getShort(18) & 0xffff) + checksum;
            out.putShort(18, (short) (identification + (identification >> 16)));
            checksum = random.nextBoolean() ? 0 : 0xffff;
        }
        out.putShort(24, (short) checksum);
    }

    private int ipv4Header(ByteBuffer out) {
        int headerWords = random.nextInt(12) == 0 ? random.nextInt(16) : 5;
        int protocol = one(random, PROTOCOLS);
        int fragment = random.nextInt(10) == 0 ? random.nextInt(0x10000) : random.nextInt(2) << 14;
        out.put((byte) (0x40 | headerWords)).put((byte) random.nextInt(256));
        out.putShort((short) (out.capacity() - 14)).putShort((short) random.nextInt());
        out.putShort((short) fragment);
        out.put((byte) hops()).put((byte) protocol).putShort((short) 0);
        out.putInt((int) address(random)).putInt((int) address(random));
        return protocol;
    }

    private int ipv6Header(ByteBuffer out) {
        int next = one(random, random.nextInt(5) == 0 ? SELDOM_NEXT_HEADERS : NEXT_HEADERS);
        out.putInt(0x6000_0000 | random.nextInt(1 << 28));
        out.putShort((short) (out.capacity() - 54)).put((byte) next);
        out.put((byte) (random.nextInt(next == 58 ? 2 : 12) == 0 ? 255 : hops()));
        out.put(ipv6(random)).put(ipv6(random));
        return next;
    }

    private int hops() {
        return random.nextInt(12) == 0 ? random.nextInt(3) : 64;
    }

    /** What follows the header; behind extension headers too, where nothing must look for it. */
    private void payload(ByteBuffer out, int protocol) {
        switch (protocol) {
            case 1 -> out.put((byte) one(random, ICMP_TYPES));
            case 58 -> out.put((byte) one(random, ICMPV6_TYPES));
            case 50 -> {
                if (out.remaining() >= 4) {
                    out.putInt((int) value(random, "spi"));
                }
            }
            default ->
                    out.putShort((short) value(random, "src_port"))
                            .putShort((short) value(random, "dst_port"));
        }
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
