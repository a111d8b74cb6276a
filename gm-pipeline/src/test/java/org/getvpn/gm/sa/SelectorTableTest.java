// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.address;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.fragment6;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.sixToSix;
import static org.getvpn.gm.Fixture.udp;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTableTest {
    private static SelectorTable table(TrafficSelector... lines) {
        return new SelectorTable(List.of(lines));
    }

    private static PacketKey key(byte[] packet) {
        PacketKey key = new PacketKey();
        key.read(memory(packet, 0), 0);
        return key;
    }

    @Test
    void theFirstLineWins() {
        SelectorTable table =
                table(
                        selector("10.1.0.0/16", "10.0.0.0/8", 6, 0, 0),
                        selector("10.1.0.0/16", "10.0.0.0/8", 17, 0, 2222),
                        selector("0.0.0.0/0", "0.0.0.0/0", 0, 0, 0));
        assertEquals(1, table.firstMatch(key(udp(40))));
        assertEquals(2, table.firstMatch(key(udp(HOST_2, HOST_1, 1, 1, 40, 0))));
    }

    @Test
    void aPacketThatNoLineNamesMatchesNothing() {
        SelectorTable table = table(selector("10.1.0.0/16", "10.2.0.0/16", 0, 0, 0));
        assertEquals(0, table.firstMatch(key(udp(40))));
        assertEquals(SelectorTable.NONE, table.firstMatch(key(udp(HOST_2, HOST_1, 1, 2, 40, 0))));
        assertEquals(SelectorTable.NONE, table().firstMatch(key(udp(40))));
    }

    @Test
    void aLineWithPortsNeedsThePortsOfALaterFragmentUnlessAnEarlierLineDecides() {
        TrafficSelector dns = selector("10.0.0.0/8", "10.0.0.0/8", 17, 0, 53);
        TrafficSelector all = selector("10.0.0.0/8", "10.0.0.0/8", 0, 0, 0);
        PacketKey later = key(udp(HOST_1, HOST_2, 1, 53, 60, 9));
        assertEquals(SelectorTable.NEEDS_PORTS, table(dns, all).firstMatch(later));
        assertEquals(0, table(all, dns).firstMatch(later));
        later.ports(1, 53);
        assertEquals(0, table(dns, all).firstMatch(later));
        later.ports(1, 54);
        assertEquals(1, table(dns, all).firstMatch(later));
    }

    @Test
    void aProtocolWithoutPortsNeverMatchesALineWithPorts() {
        SelectorTable table = table(selector("10.0.0.0/8", "10.0.0.0/8", 0, 0, 53));
        byte[] icmp = ipv4(HOST_1, HOST_2, Ipv4.ICMP, new byte[] {8, 0, 0, 53});
        assertEquals(SelectorTable.NONE, table.firstMatch(key(icmp)));
    }

    @Test
    void aTransportHeaderCutOffShowsNoPorts() {
        SelectorTable table = table(selector("10.0.0.0/8", "10.0.0.0/8", 17, 0, 53));
        byte[] cut = ipv4(HOST_1, HOST_2, 17, new byte[3]);
        assertEquals(SelectorTable.NEEDS_PORTS, table.firstMatch(key(cut)));
    }

    @Test
    void aLineOfOneVersionMatchesNoPacketOfTheOther() {
        SelectorTable six = table(selector("::/0", "::/0", 0, 0, 0));
        SelectorTable four = table(selector("0.0.0.0/0", "0.0.0.0/0", 0, 0, 0));
        assertEquals(SelectorTable.NONE, six.firstMatch(key(udp(40))));
        assertEquals(SelectorTable.NONE, four.firstMatch(key(udp6(60))));
        byte[] mapped = ipv6("::a01:101", "::a02:202", 17, new byte[8]); // 10.1.1.1 to 10.2.2.2
        assertEquals(SelectorTable.NONE, four.firstMatch(key(mapped)));
        assertEquals(0, six.firstMatch(key(udp6(60))));
    }

    @Test
    void anIpv6PrefixCountsToItsLastBit() {
        for (int length = 0; length <= 128; length++) {
            byte[] wanted = address("fd5a:a5c3:96f0:0ff0:1234:5678:9abc:def1");
            for (int bit = length; bit < 128; bit++) {
                wanted[bit / 8] &= (byte) ~(0x80 >> bit % 8);
            }
            IpPrefix prefix = IpPrefix.of(wanted, length);
            SelectorTable table =
                    table(new TrafficSelector(prefix, IpPrefix.of(new byte[16], 0), 0, 0, 0));
            byte[] packet =
                    ipv6("fd5a:a5c3:96f0:ff0:1234:5678:9abc:def1", HOST6_2, 59, new byte[0]);
            assertEquals(0, table.firstMatch(key(packet)), "/" + length);
            if (length > 0) {
                packet[8 + (length - 1) / 8] ^= (byte) (0x80 >> (length - 1) % 8);
                assertEquals(SelectorTable.NONE, table.firstMatch(key(packet)), "/" + length);
            }
        }
    }

    @Test
    void portsBehindExtensionHeadersAreFound() {
        SelectorTable table = table(selector("::/0", "::/0", 17, 0, 2222));
        byte[] datagram = datagram(20, 1111, 2222);
        byte[] options = new byte[8 + datagram.length];
        options[0] = 17;
        System.arraycopy(datagram, 0, options, 8, datagram.length);
        assertEquals(0, table.firstMatch(key(ipv6(HOST6_1, HOST6_2, 60, options))));
    }

    @Test
    void aLaterFragmentThatHidesItsProtocolNeedsTheFirstWhereProtocolOrPortsDecide() {
        TrafficSelector icmp = selector("fd00::/16", "fd00::/16", 58, 0, 0);
        TrafficSelector dns = selector("fd00::/16", "fd00::/16", 17, 0, 53);
        PacketKey hidden = key(ipv6(HOST6_1, HOST6_2, 44, fragment6(60, 9, false, new byte[16])));
        assertEquals(SelectorTable.NEEDS_PORTS, table(icmp, sixToSix()).firstMatch(hidden));
        assertEquals(SelectorTable.NEEDS_PORTS, table(dns, sixToSix()).firstMatch(hidden));
        assertEquals(0, table(sixToSix(), icmp).firstMatch(hidden));
        hidden.protocol(17);
        hidden.ports(1, 53);
        assertEquals(1, table(icmp, dns).firstMatch(hidden));
    }

    /**
     * Short lists and long ones, of few shapes (which an index finds) and of many (which are read
     * line by line); packets with ports, with none, and fragments that do not show them.
     */
    @ParameterizedTest
    @CsvSource({"11, 4", "60, 4", "300, 4", "300, 1000", "2000, 12"})
    void agreesWithTheDefinitionOnArbitraryPoliciesAndPackets(int most, int shapes) {
        Random random = new Random(most * 31L + shapes);
        int[] answers = new int[3];
        for (int round = 0; round < 60_000 / (most + 100); round++) {
            List<int[]> lengths = new ArrayList<>();
            for (int i = 0; i < shapes; i++) {
                lengths.add(
                        new int[] {
                            16 + random.nextInt(17),
                            16 + random.nextInt(17),
                            random.nextInt(3),
                            random.nextInt(3) / 2,
                            random.nextInt(3) / 2
                        });
            }
            List<TrafficSelector> lines = new ArrayList<>();
            for (int i = random.nextInt(most + 1); i > 0; i--) {
                int[] shape = lengths.get(random.nextInt(shapes));
                lines.add(
                        new TrafficSelector(
                                prefix(random, shape[0]),
                                prefix(random, shape[1]),
                                shape[2] == 0 ? 0 : random.nextBoolean() ? 17 : 1,
                                shape[3] * random.nextInt(3),
                                shape[4] * random.nextInt(3)));
            }
            SelectorTable table = new SelectorTable(lines);
            for (int i = 0; i < 200; i++) {
                int from = random.nextInt() & BITS;
                int to = random.nextInt() & BITS;
                int sourcePort = random.nextInt(3);
                int destinationPort = random.nextInt(3);
                byte[] packet = udp(from, to, sourcePort, destinationPort, 40, 0);
                int kind = random.nextInt(3);
                if (kind == 1) {
                    packet = udp(from, to, 0, 0, 40, 5); // a later fragment
                    sourcePort = PacketKey.UNKNOWN_PORT;
                    destinationPort = PacketKey.UNKNOWN_PORT;
                } else if (kind == 2) {
                    packet = ipv4(from, to, 1, new byte[8]);
                    sourcePort = PacketKey.NO_PORT;
                    destinationPort = PacketKey.NO_PORT;
                }
                int answer = table.firstMatch(key(packet));
                assertEquals(
                        byDefinition(lines, from, to, packet[9], sourcePort, destinationPort),
                        answer);
                answers[Math.max(answer, -2) < 0 ? answer + 2 : 2]++;
            }
        }
        for (int count : answers) {
            assertTrue(count > 50, "each answer is given often: " + Arrays.toString(answers));
        }
    }

    private static final int BITS = 0x01010103;

    private static IpPrefix prefix(Random random, int length) {
        return IpPrefix.of(octets(random.nextInt() & BITS & -1 << 32 - length), length);
    }

    /** IPv6 lines among IPv4 lines; packets that show everything, no ports, or no protocol. */
    @ParameterizedTest
    @CsvSource({"11, 4", "300, 4", "300, 1000", "2000, 12"})
    void agreesWithTheDefinitionOnPoliciesOfBothVersions(int most, int shapes) {
        Random random = new Random(most * 37L + shapes);
        int[] answers = new int[3];
        for (int round = 0; round < 60_000 / (most + 100); round++) {
            List<int[]> lengths = new ArrayList<>();
            for (int i = 0; i < shapes; i++) {
                lengths.add(
                        new int[] {
                            57 + random.nextInt(16),
                            57 + random.nextInt(16),
                            random.nextInt(3),
                            random.nextInt(3) / 2
                        });
            }
            List<TrafficSelector> lines = new ArrayList<>();
            for (int i = random.nextInt(most + 1); i > 0; i--) {
                int[] shape = lengths.get(random.nextInt(shapes));
                int protocol = shape[2] == 0 ? 0 : random.nextBoolean() ? 17 : 58;
                int port = shape[3] * random.nextInt(3);
                lines.add(
                        random.nextInt(4) == 0
                                ? new TrafficSelector(
                                        prefix(random, shape[0] - 48),
                                        prefix(random, shape[1] - 48),
                                        protocol,
                                        0,
                                        port)
                                : new TrafficSelector(
                                        prefix6(random, shape[0]),
                                        prefix6(random, shape[1]),
                                        protocol,
                                        0,
                                        port));
            }
            SelectorTable table = new SelectorTable(lines);
            for (int i = 0; i < 200; i++) {
                int kind = random.nextInt(4);
                byte[] packet =
                        switch (kind) {
                            case 0 -> six(random, 17, datagram(8, 0, random.nextInt(3)));
                            case 1 -> six(random, 58, new byte[8]);
                            case 2 -> six(random, 44, fragment6(17, 3, true, new byte[8]));
                            default -> six(random, 44, fragment6(60, 3, true, new byte[8]));
                        };
                int answer = table.firstMatch(key(packet));
                assertEquals(byDefinition6(lines, packet, kind), answer);
                answers[Math.max(answer, -2) < 0 ? answer + 2 : 2]++;
            }
        }
        for (int count : answers) {
            assertTrue(count > 20, "each answer is given often: " + Arrays.toString(answers));
        }
    }

    private static byte[] address6(Random random) {
        byte[] address = new byte[16];
        address[0] = (byte) 0xfd;
        address[7] = (byte) (random.nextInt() & 0x07);
        address[8] = (byte) (random.nextInt() & 0xf1);
        return address;
    }

    private static IpPrefix prefix6(Random random, int length) {
        byte[] address = address6(random);
        for (int bit = length; bit < 128; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return IpPrefix.of(address, length);
    }

    private static byte[] six(Random random, int nextHeader, byte[] payload) {
        byte[] packet = ipv6("::", "::", nextHeader, payload);
        System.arraycopy(address6(random), 0, packet, 8, 16);
        System.arraycopy(address6(random), 0, packet, 24, 16);
        return packet;
    }

    private static int byDefinition6(List<TrafficSelector> lines, byte[] packet, int kind) {
        int port = kind == 0 ? packet[43] : kind == 1 ? PacketKey.NO_PORT : PacketKey.UNKNOWN_PORT;
        int protocol = kind == 3 ? 0 : kind == 1 ? 58 : 17;
        for (int i = 0; i < lines.size(); i++) {
            TrafficSelector line = lines.get(i);
            if (line.source().contains(Arrays.copyOfRange(packet, 8, 24))
                    && line.destination().contains(Arrays.copyOfRange(packet, 24, 40))
                    && (line.protocol() == 0 || protocol == 0 || line.protocol() == protocol)
                    && mayBe(line.destinationPort(), port)) {
                boolean undecided =
                        line.protocol() != 0 && protocol == 0
                                || line.destinationPort() != 0 && port == PacketKey.UNKNOWN_PORT;
                return undecided ? SelectorTable.NEEDS_PORTS : i;
            }
        }
        return SelectorTable.NONE;
    }

    private static byte[] octets(int address) {
        return new byte[] {
            (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
        };
    }

    private static int byDefinition(
            List<TrafficSelector> lines,
            int from,
            int to,
            int protocol,
            int sourcePort,
            int destinationPort) {
        for (int i = 0; i < lines.size(); i++) {
            TrafficSelector line = lines.get(i);
            if (line.source().contains(octets(from))
                    && line.destination().contains(octets(to))
                    && (line.protocol() == 0 || line.protocol() == protocol)
                    && mayBe(line.sourcePort(), sourcePort)
                    && mayBe(line.destinationPort(), destinationPort)) {
                boolean undecided =
                        sourcePort == PacketKey.UNKNOWN_PORT
                                && (line.sourcePort() != 0 || line.destinationPort() != 0);
                return undecided ? SelectorTable.NEEDS_PORTS : i;
            }
        }
        return SelectorTable.NONE;
    }

    private static boolean mayBe(int wanted, int port) {
        return wanted == 0 || wanted == port || port == PacketKey.UNKNOWN_PORT;
    }

    @Test
    void aTableLiesWithinAnotherIfEachOfItsLinesDoes() {
        SelectorTable wide = table(selector("10.0.0.0/8", "10.0.0.0/8", 0, 0, 0));
        SelectorTable narrow = table(selector("10.1.0.0/16", "10.2.0.0/16", 17, 0, 53));
        assertTrue(narrow.isWithin(wide));
        assertTrue(wide.isWithin(wide));
        assertFalse(wide.isWithin(narrow));
        SelectorTable six = table(sixToSix());
        assertTrue(table(selector("fd00:1::/64", "fd00:2::1/128", 17, 0, 53)).isWithin(six));
        assertFalse(six.isWithin(table(selector("::/0", "fd00:2::/64", 0, 0, 0))));
        assertFalse(six.isWithin(table(selector("0.0.0.0/0", "0.0.0.0/0", 0, 0, 0))));
        assertFalse(wide.isWithin(table(selector("::/0", "::/0", 0, 0, 0))));
    }
}
