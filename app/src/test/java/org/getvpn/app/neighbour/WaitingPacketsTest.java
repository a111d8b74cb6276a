// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.getvpn.app.forwarding.VirtualMac;
import org.junit.jupiter.api.Test;
import org.onlab.packet.Ethernet;
import org.onlab.packet.IPv4;
import org.onlab.packet.IpAddress;
import org.onlab.packet.MacAddress;
import org.onlab.packet.UDP;

class WaitingPacketsTest {
    private static final MacAddress HOST = MacAddress.valueOf("00:00:00:00:00:09");
    private final WaitingPackets waiting = new WaitingPackets();

    @Test
    void theNewestFewArriveInOrderAndOnce() {
        for (int i = 1; i <= WaitingPackets.PER_ADDRESS + 2; i++) {
            waiting.keep(address(1), new byte[] {(byte) i}, i);
        }
        assertEquals(List.of(3, 4, 5), release(address(1), 9));
        assertEquals(List.of(), release(address(1), 9));
    }

    @Test
    void whatWaitedTooLongIsDropped() {
        waiting.keep(address(1), new byte[] {1}, 0);
        waiting.keep(address(1), new byte[] {2}, WaitingPackets.PATIENCE_NANOS);
        assertEquals(List.of(2), release(address(1), WaitingPackets.PATIENCE_NANOS + 1));
    }

    @Test
    void aSweepOverManyAddressesTakesNoMoreThanItsShare() {
        for (int i = 0; i < 2 * WaitingPackets.ADDRESSES; i++) {
            waiting.keep(address(i), new byte[] {1}, 0);
        }
        assertEquals(List.of(1), release(address(WaitingPackets.ADDRESSES - 1), 1));
        assertEquals(List.of(), release(address(WaitingPackets.ADDRESSES), 1));
    }

    @Test
    void theLastHopRewritesTheAddressesAndKeepsTheHeaderChecksumRight() {
        for (int ttl : new int[] {2, 64, 255}) {
            byte[] routed = LastHop.route(frame(ttl), HOST).orElseThrow();
            assertEquals(HOST, MacAddress.valueOf(Arrays.copyOfRange(routed, 0, 6)));
            assertEquals(VirtualMac.GATEWAY, MacAddress.valueOf(Arrays.copyOfRange(routed, 6, 12)));
            assertEquals(ttl - 1, routed[22] & 0xff);
            assertEquals(0xffff, onesComplementSum(routed), "RFC 1071: a right header sums up");
        }
    }

    @Test
    void aPacketAtTheEndOfItsLifeStaysThere() {
        assertTrue(LastHop.route(frame(1), HOST).isEmpty());
        assertTrue(LastHop.route(new byte[33], HOST).isEmpty());
    }

    @Test
    void theLastHopOfIpv6TakesOneFromTheHopLimit() {
        DiscoveryFrame packet = udp();
        packet.hopLimit = 2;
        byte[] frame = packet.octets();
        byte[] routed = LastHop.route(frame, HOST).orElseThrow();
        assertEquals(HOST, MacAddress.valueOf(Arrays.copyOfRange(routed, 0, 6)));
        assertEquals(VirtualMac.GATEWAY, MacAddress.valueOf(Arrays.copyOfRange(routed, 6, 12)));
        assertEquals(1, routed[21]);
        routed[21]++;
        assertArrayEquals(
                Arrays.copyOfRange(frame, 12, frame.length),
                Arrays.copyOfRange(routed, 12, routed.length));
        packet.hopLimit = 1;
        assertTrue(LastHop.route(packet.octets(), HOST).isEmpty());
    }

    @Test
    void aVlanTagStaysOnTheLastHop() {
        byte[] plain = frame(64);
        byte[] tagged = new byte[plain.length + 4];
        System.arraycopy(plain, 0, tagged, 0, 12);
        System.arraycopy(new byte[] {(byte) 0x81, 0, 0, 7}, 0, tagged, 12, 4);
        System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
        byte[] routed = LastHop.route(tagged, HOST).orElseThrow();
        assertArrayEquals(
                Arrays.copyOfRange(LastHop.route(plain, HOST).orElseThrow(), 12, plain.length),
                Arrays.copyOfRange(routed, 16, routed.length));
        assertEquals(7, routed[15]);
        assertEquals("10.1.0.9", LastHop.destination(tagged).orElseThrow().toString());
        DiscoveryFrame packet = udp();
        packet.tag = 7;
        assertEquals(63, LastHop.route(packet.octets(), HOST).orElseThrow()[25]);
    }

    @Test
    void whatHasADestinationMayWaitButNoDiscoveryAndNothingThatMayHideIt() {
        assertEquals("10.1.0.9", LastHop.destination(frame(64)).orElseThrow().toString());
        assertEquals("2001:db8:2::9", LastHop.destination(udp().octets()).orElseThrow().toString());
        for (int type = 133; type <= 137; type++) {
            DiscoveryFrame discovery = udp();
            discovery.nextHeader = 58;
            discovery.type = type;
            assertTrue(LastHop.destination(discovery.octets()).isEmpty(), "ICMPv6 " + type);
        }
        DiscoveryFrame echo = udp();
        echo.nextHeader = 58;
        echo.type = 128;
        assertTrue(LastHop.destination(echo.octets()).isPresent());
        for (int header : new int[] {0, 43, 44, 51, 60, 135, 139, 140, 253, 254}) {
            DiscoveryFrame hidden = udp();
            hidden.nextHeader = header;
            assertTrue(LastHop.destination(hidden.octets()).isEmpty(), "next header " + header);
        }
        assertTrue(LastHop.destination(new byte[14]).isEmpty());
    }

    @Test
    void anAddressIsAskedForOnceASecondAndNoMoreThanSomeThousandAre() {
        Pace pace = new Pace();
        assertTrue(pace.mayAsk(address(0), 0));
        assertFalse(pace.mayAsk(address(0), Pace.QUIET_NANOS));
        assertTrue(pace.mayAsk(address(0), Pace.QUIET_NANOS + 1));
        for (int i = 1; i < Pace.MOST_ASKED; i++) {
            assertTrue(pace.mayAsk(address(i), Pace.QUIET_NANOS + 1));
        }
        assertFalse(pace.mayAsk(address(Pace.MOST_ASKED), Pace.QUIET_NANOS + 1));
        assertTrue(pace.mayAsk(address(Pace.MOST_ASKED), 2 * Pace.QUIET_NANOS + 2));
    }

    /** UDP to a host of site 2, over IPv6. */
    private static DiscoveryFrame udp() {
        DiscoveryFrame packet = new DiscoveryFrame();
        packet.nextHeader = 17;
        packet.hopLimit = 64;
        packet.source = "2001:db8:1::7";
        packet.destination = "2001:db8:2::9";
        return packet;
    }

    private List<Integer> release(IpAddress address, long now) {
        return waiting.release(address, now).stream()
                .map(frame -> (int) frame[0])
                .collect(Collectors.toList());
    }

    private static IpAddress address(int number) {
        return IpAddress.valueOf("10.1." + number / 256 + "." + number % 256);
    }

    private static byte[] frame(int ttl) {
        UDP udp = new UDP();
        udp.setSourcePort(1000).setDestinationPort(2000);
        IPv4 packet = new IPv4();
        packet.setSourceAddress("10.2.0.7").setDestinationAddress("10.1.0.9").setTtl((byte) ttl);
        packet.setProtocol(IPv4.PROTOCOL_UDP).setPayload(udp);
        Ethernet frame = new Ethernet();
        frame.setSourceMACAddress("00:00:00:00:00:02")
                .setDestinationMACAddress(VirtualMac.GATEWAY)
                .setEtherType(Ethernet.TYPE_IPV4)
                .setPayload(packet);
        return frame.serialize();
    }

    private static int onesComplementSum(byte[] frame) {
        ByteBuffer header = ByteBuffer.wrap(frame, 14, 20);
        int sum = 0;
        while (header.hasRemaining()) {
            sum += header.getShort() & 0xffff;
        }
        return (sum & 0xffff) + (sum >>> 16);
    }
}
