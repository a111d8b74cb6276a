// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.udp;
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
    void anIpv6LineMatchesNoIpv4Packet() {
        IpPrefix any = IpPrefix.of(new byte[16], 0);
        SelectorTable table = table(new TrafficSelector(any, any, 0, 0, 0));
        assertEquals(SelectorTable.NONE, table.firstMatch(key(udp(40))));
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
    }
}
