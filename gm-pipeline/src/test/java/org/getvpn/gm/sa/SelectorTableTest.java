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
import java.util.List;
import java.util.Random;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.api.Test;

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

    @Test
    void agreesWithTheDefinitionOnArbitraryPoliciesAndPackets() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<TrafficSelector> lines = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                lines.add(
                        new TrafficSelector(
                                prefix(random),
                                prefix(random),
                                random.nextInt(3) == 0 ? 17 : 0,
                                random.nextInt(3),
                                random.nextInt(3)));
            }
            SelectorTable table = new SelectorTable(lines);
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt() & 0x03030303;
                int to = random.nextInt() & 0x03030303;
                int sourcePort = random.nextInt(3);
                int destinationPort = random.nextInt(3);
                PacketKey key = key(udp(from, to, sourcePort, destinationPort, 40, 0));
                assertEquals(
                        byDefinition(lines, from, to, sourcePort, destinationPort),
                        table.firstMatch(key));
            }
        }
    }

    private static IpPrefix prefix(Random random) {
        int length = random.nextInt(33);
        int address = random.nextInt() & 0x03030303 & (length == 0 ? 0 : -1 << 32 - length);
        return IpPrefix.of(octets(address), length);
    }

    private static byte[] octets(int address) {
        return new byte[] {
            (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
        };
    }

    private static int byDefinition(
            List<TrafficSelector> lines, int from, int to, int sourcePort, int destinationPort) {
        for (int i = 0; i < lines.size(); i++) {
            TrafficSelector line = lines.get(i);
            if (line.source().contains(octets(from))
                    && line.destination().contains(octets(to))
                    && (line.protocol() == 0 || line.protocol() == 17)
                    && (line.sourcePort() == 0 || line.sourcePort() == sourcePort)
                    && (line.destinationPort() == 0 || line.destinationPort() == destinationPort)) {
                return i;
            }
        }
        return SelectorTable.NONE;
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
