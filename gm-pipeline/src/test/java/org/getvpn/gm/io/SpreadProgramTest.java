// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.fragment6;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.frame6;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.ipv6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.api.Test;

class SpreadProgramTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final int FLOWS = 4_000;

    private static void assertSpread(String what, IntFunction<byte[]> flow) {
        for (int shares : new int[] {2, 3, 8, 64}) {
            int[] frames = new int[shares];
            for (int i = 0; i < FLOWS; i++) {
                frames[ClassicBpf.share(flow.apply(i), shares)]++;
            }
            int even = FLOWS / shares;
            for (int count : frames) {
                assertTrue(
                        count > even / 2 && count < even * 2,
                        what + " of " + shares + ": " + Arrays.toString(frames));
            }
        }
    }

    @Test
    void hostsInSequenceAreSpreadEvenly() {
        assertSpread("UDP", i -> frame(ipv4(HOST_1 + i, HOST_2, UDP, datagram(60, 1, 2))));
        assertSpread("ESP", i -> frame(ipv4(HOST_1, HOST_2 + i, ESP, new byte[60])));
        assertSpread(
                "IPv6",
                i -> frame6(ipv6("fd00:1::%x".formatted(i), HOST6_2, UDP, datagram(60, 1, 2))));
    }

    @Test
    void connectionsOfTwoHostsAreSpreadByTheirPorts() {
        assertSpread("TCP", i -> frame(ipv4(HOST_1, HOST_2, TCP, datagram(60, 1024 + i, 443))));
        assertSpread("TCP", i -> frame(ipv4(HOST_1, HOST_2, TCP, datagram(60, 443, 1024 + i))));
        assertSpread("TCP6", i -> frame6(ipv6(HOST6_1, HOST6_2, TCP, datagram(60, 1 + i, 443))));
    }

    @Test
    void optionsInFrontDoNotHideThePorts() {
        Set<Integer> answers = new HashSet<>();
        for (int port = 1; port <= 32; port++) {
            byte[] packet = new byte[24 + 20];
            System.arraycopy(ipv4(HOST_1, HOST_2, TCP, new byte[0]), 0, packet, 0, Ipv4.HEADER);
            packet[0] = 0x46; // four octets of options
            System.arraycopy(datagram(20, port, 443), 0, packet, 24, 20);
            answers.add(ClassicBpf.share(frame(packet), 64));
        }
        assertTrue(answers.size() > 16, answers + " for 32 connections");
    }

    @Test
    void allFragmentsOfADatagramMeet() {
        Random random = new Random(8085);
        for (int i = 0; i < 500; i++) {
            int protocol = random.nextBoolean() ? TCP : UDP;
            byte[] first = datagram(64, random.nextInt(65_536), random.nextInt(65_536));
            byte[] later = new byte[64];
            random.nextBytes(later);
            int host = HOST_1 + i;
            assertEquals(
                    ClassicBpf.share(frame(ipv4(host, HOST_2, protocol, first, 0, Ipv4.MF)), 64),
                    ClassicBpf.share(frame(ipv4(host, HOST_2, protocol, later, 0, 8)), 64));
            String six = "fd00:1::%x".formatted(i);
            byte[] first6 = fragment6(protocol, 0, true, first);
            byte[] later6 = fragment6(protocol, 8, false, later);
            assertEquals(
                    ClassicBpf.share(frame6(ipv6(six, HOST6_2, 44, first6)), 64),
                    ClassicBpf.share(frame6(ipv6(six, HOST6_2, 44, later6)), 64));
        }
    }

    @Test
    void datagramsOfTwoHostsStayTogetherWhetherCutOrNot() {
        byte[] whole = frame(ipv4(HOST_1, HOST_2, UDP, datagram(60, 1, 2)));
        byte[] part = frame(ipv4(HOST_1, HOST_2, UDP, datagram(64, 7, 8), 0, Ipv4.MF));
        assertEquals(ClassicBpf.share(whole, 64), ClassicBpf.share(part, 64));
    }

    @Test
    void whatIsNotIpAndWhatIsCutOffGoesToTheFirst() {
        byte[] arp = frame(Ethernet.BROADCAST, Fixture.HOST_MAC, Ethernet.TYPE_ARP, new byte[46]);
        assertEquals(0, ClassicBpf.share(arp, 64));
        byte[] whole = frame(ipv4(HOST_1, HOST_2, TCP, datagram(60, 1, 2)));
        for (int octets = Ethernet.HEADER; octets < Ethernet.HEADER + Ipv4.HEADER; octets++) {
            assertEquals(0, ClassicBpf.share(Arrays.copyOf(whole, octets), 64));
        }
    }

    @Test
    void byQueueAQueueIsAShareWhateverTheFlow() {
        byte[] frame = frame(ipv4(HOST_1, HOST_2, TCP, datagram(60, 1, 2)));
        // the kernel counts from one, and says 0 where the card has no queues
        assertEquals(0, ClassicBpf.run(SpreadProgram.byQueue(), frame, 0));
        assertEquals(0, ClassicBpf.run(SpreadProgram.byQueue(), frame, 1));
        assertEquals(3, ClassicBpf.run(SpreadProgram.byQueue(), frame, 4));
    }
}
