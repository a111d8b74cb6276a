// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.BiConsumer;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.IpLiteral;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.InternetChecksum;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.SequenceWatch;

/** Keys, policies and packets that the tests share: site 1 is 10.1/16, site 2 is 10.2/16. */
public final class Fixture {
    /** An SPI of the group. */
    public static final Spi SPI = Spi.of(0x11223344);

    /** A later SPI of the group. */
    public static final Spi NEXT_SPI = Spi.of(0x11223345);

    /** This member, the first time. */
    public static final SenderId SENDER = new SenderId(7, 24);

    /** A host of site 1. */
    public static final int HOST_1 = 0x0a010101;

    /** A host of site 2. */
    public static final int HOST_2 = 0x0a020202;

    /** An IPv6 host of site 1. */
    public static final String HOST6_1 = "fd00:1::1";

    /** An IPv6 host of site 2. */
    public static final String HOST6_2 = "fd00:2::2";

    /** The virtual MAC address of the gateway that a switch answers for. */
    public static final long GATEWAY_MAC = 0x02_00_00_00_00_feL;

    /** A host's MAC address. */
    public static final long HOST_MAC = 0x02_00_00_00_00_01L;

    /** The pipeline's own MAC address. */
    public static final long OWN_MAC = 0x02_00_00_00_00_99L;

    private Fixture() {}

    /** 10/8 to 10/8. */
    public static TrafficSelector tenToTen() {
        return selector("10.0.0.0/8", "10.0.0.0/8", 0, 0, 0);
    }

    /** A selector from text. */
    public static TrafficSelector selector(
            String from, String to, int protocol, int sourcePort, int destinationPort) {
        return new TrafficSelector(prefix(from), prefix(to), protocol, sourcePort, destinationPort);
    }

    /** fd00::/16 to fd00::/16. */
    public static TrafficSelector sixToSix() {
        return selector("fd00::/16", "fd00::/16", 0, 0, 0);
    }

    /** The sites' prefixes of both versions. */
    public static List<TrafficSelector> bothVersions() {
        return List.of(tenToTen(), sixToSix());
    }

    private static IpPrefix prefix(String text) {
        String[] parts = text.split("/");
        return IpPrefix.of(address(parts[0]), Integer.parseInt(parts[1]));
    }

    /** The octets of an address in text. */
    public static byte[] address(String text) {
        return IpLiteral.parse(text).orElseThrow().getAddress();
    }

    /** An IPv6 packet around a payload, or extension headers and a payload. */
    public static byte[] ipv6(String source, String destination, int nextHeader, byte[] payload) {
        byte[] packet = new byte[Ipv6.HEADER + payload.length];
        System.arraycopy(address(source), 0, packet, 8, 16);
        System.arraycopy(address(destination), 0, packet, 24, 16);
        System.arraycopy(payload, 0, packet, Ipv6.HEADER, payload.length);
        MemorySegment header = MemorySegment.ofArray(packet);
        Octets.put32(header, 0, 0x6b8a_bcde); // traffic class b8, flow label abcde
        Ipv6.putTotalLength(header, 0, packet.length);
        Octets.put16(header, 6, nextHeader << 8 | 63);
        return packet;
    }

    /** A UDP packet from site 1 to site 2 with that many octets in all, 48 or more. */
    public static byte[] udp6(int octets) {
        return ipv6(HOST6_1, HOST6_2, 17, datagram(octets - Ipv6.HEADER, 1111, 2222));
    }

    /** A UDP datagram; its checksum is not used. */
    public static byte[] datagram(int octets, int sourcePort, int destinationPort) {
        byte[] datagram = new byte[octets];
        for (int i = 8; i < octets; i++) {
            datagram[i] = (byte) i;
        }
        MemorySegment udp = MemorySegment.ofArray(datagram);
        Octets.put16(udp, 0, sourcePort);
        Octets.put16(udp, 2, destinationPort);
        Octets.put16(udp, 4, octets);
        return datagram;
    }

    /** A fragment header (RFC 8200, section 4.5) and what it carries. */
    public static byte[] fragment6(int nextHeader, int offset, boolean more, byte[] data) {
        byte[] octets = new byte[8 + data.length];
        MemorySegment header = MemorySegment.ofArray(octets);
        Octets.put8(header, 0, nextHeader);
        Octets.put16(header, 2, offset << 3 | (more ? 1 : 0));
        Octets.put32(header, 4, 0x01020304);
        System.arraycopy(data, 0, octets, 8, data.length);
        return octets;
    }

    /** A frame with an IPv6 packet from a host to its gateway. */
    public static byte[] frame6(byte[] packet) {
        return frame(GATEWAY_MAC, HOST_MAC, Ethernet.TYPE_IPV6, packet);
    }

    /** A line of a policy. */
    public static TrafficRule rule(TrafficRule.Action action, TrafficSelector selector) {
        return new TrafficRule(action, selector);
    }

    /** A TEK for 10/8 to 10/8 whose key is made of {@code seed}. */
    public static Tek tek(Spi spi, int seed) {
        return tek(spi, seed, List.of(tenToTen()));
    }

    /** A TEK whose key is made of {@code seed}. */
    public static Tek tek(Spi spi, int seed, List<TrafficSelector> selectors) {
        return tek(spi, keyAndSalt(36, seed), EspTransform.AES_GCM_16_256, selectors);
    }

    /** A TEK with that key. */
    public static Tek tek(
            Spi spi, byte[] key, EspTransform transform, List<TrafficSelector> selectors) {
        return new Tek(
                spi,
                transform,
                SecretBytes.copyOf(key),
                SecretBytes.copyOf(new byte[0]),
                3600,
                Tek.Direction.SYMMETRIC,
                selectors);
    }

    /** A key as if drawn. */
    public static byte[] keyAndSalt(int octets, int seed) {
        byte[] key = new byte[octets];
        for (int i = 0; i < octets; i++) {
            key[i] = (byte) (seed * 31 + i * 7 + 1);
        }
        return key;
    }

    /** An IPv4 packet without options around a payload. */
    public static byte[] ipv4(int source, int destination, int protocol, byte[] payload) {
        return ipv4(source, destination, protocol, payload, 0, 0);
    }

    /** The same with DSCP, ECN, and flags and offset. */
    public static byte[] ipv4(
            int source,
            int destination,
            int protocol,
            byte[] payload,
            int trafficClass,
            int flagsAndOffset) {
        byte[] packet = new byte[Ipv4.HEADER + payload.length];
        System.arraycopy(payload, 0, packet, Ipv4.HEADER, payload.length);
        MemorySegment header = MemorySegment.ofArray(packet);
        Ipv4.write(
                header,
                0,
                trafficClass,
                packet.length,
                0x1234,
                flagsAndOffset,
                63,
                protocol,
                (long) source << 32 | destination & 0xffff_ffffL);
        return packet;
    }

    /** A UDP packet from site 1 to site 2 with that many octets in all, 28 or more. */
    public static byte[] udp(int octets) {
        return udp(HOST_1, HOST_2, 1111, 2222, octets, 0);
    }

    /** A UDP packet with that many octets in all, 28 or more; its checksum is not used. */
    public static byte[] udp(
            int source,
            int destination,
            int sourcePort,
            int destinationPort,
            int octets,
            int flagsAndOffset) {
        byte[] datagram = datagram(octets - Ipv4.HEADER, sourcePort, destinationPort);
        return ipv4(source, destination, 17, datagram, 0xb8, flagsAndOffset);
    }

    /** A frame from a host to its gateway. */
    public static byte[] frame(byte[] packet) {
        return frame(GATEWAY_MAC, HOST_MAC, Ethernet.TYPE_IPV4, packet);
    }

    /**
     * The frame with an IEEE 802.1Q tag.
     *
     * @param tag priority, drop eligibility and VLAN; 0 for no tag
     */
    public static byte[] tagged(int tag, byte[] frame) {
        if (tag == 0) {
            return frame;
        }
        byte[] tagged = new byte[frame.length + 4];
        System.arraycopy(frame, 0, tagged, 0, 12);
        Octets.put32(MemorySegment.ofArray(tagged), 12, 0x8100_0000 | tag);
        System.arraycopy(frame, 12, tagged, 16, frame.length - 12);
        return tagged;
    }

    /** A frame. */
    public static byte[] frame(long destination, long source, int type, byte[] payload) {
        byte[] frame = new byte[Ethernet.HEADER + payload.length];
        Ethernet.write(MemorySegment.ofArray(frame), 0, destination, source, type);
        System.arraycopy(payload, 0, frame, Ethernet.HEADER, payload.length);
        return frame;
    }

    /** The packet in a frame. */
    public static byte[] packet(byte[] frame) {
        return java.util.Arrays.copyOfRange(frame, Ethernet.HEADER, frame.length);
    }

    /** Applies a change to the packet's header and repairs the checksum. */
    public static byte[] edit(byte[] packet, BiConsumer<MemorySegment, Long> change) {
        byte[] edited = packet.clone();
        MemorySegment header = MemorySegment.ofArray(edited);
        change.accept(header, 0L);
        Ipv4.updateChecksum(header, 0);
        return edited;
    }

    /** Native memory that holds {@code octets}, with {@code room} octets behind them. */
    public static MemorySegment memory(byte[] octets, int room) {
        MemorySegment memory = Arena.ofAuto().allocate(octets.length + room, 8);
        MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
        return memory;
    }

    /** The first octets of {@code memory}. */
    public static byte[] octets(MemorySegment memory, int length) {
        return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Whether a header's checksum is right. */
    public static boolean hasRightChecksum(byte[] packet) {
        MemorySegment header = MemorySegment.ofArray(packet);
        return InternetChecksum.of(header, 0, Ipv4.headerLength(header, 0)) == 0;
    }

    /** Writes down what it hears. */
    public static final class Listener implements SequenceWatch {
        private int nearlySpent;
        private int spent;

        @Override
        public void nearlySpent(Spi spi, SenderId sender) {
            nearlySpent++;
        }

        @Override
        public void spent(Spi spi, SenderId sender) {
            spent++;
        }

        /** How often it heard that the end is near. */
        public int timesNearlySpent() {
            return nearlySpent;
        }

        /** How often it heard of the end. */
        public int timesSpent() {
            return spent;
        }
    }
}
