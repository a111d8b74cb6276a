// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** RFC 4861, section 7.1.1, sentence by sentence. */
class NeighbourSolicitationTest {
    @Test
    void aValidOneTellsWhoAsksForWhat() {
        NeighbourSolicitation read =
                NeighbourSolicitation.read(new DiscoveryFrame().octets()).orElseThrow();
        assertEquals("2001:db8:2::9", read.source().toString());
        assertEquals("2001:db8:2::1", read.target().toString());
    }

    @Test
    void oneUnderAVlanTagAndOneWithoutOptionsAreValidToo() {
        DiscoveryFrame tagged = new DiscoveryFrame();
        tagged.tag = 7;
        assertTrue(NeighbourSolicitation.read(tagged.octets()).isPresent());
        DiscoveryFrame bare = new DiscoveryFrame();
        bare.options = new int[0]; // to the target itself: is it still there?
        bare.destination = bare.target;
        assertTrue(NeighbourSolicitation.read(bare.octets()).isPresent());
    }

    @Test
    void aProbeOfAnAddressHasNoSource() {
        DiscoveryFrame probe = probe();
        NeighbourSolicitation read = NeighbourSolicitation.read(probe.octets()).orElseThrow();
        assertTrue(read.source().isZero());
    }

    @Test
    void whatIsNotValidIsNone() {
        Map<String, Consumer<DiscoveryFrame>> broken = new LinkedHashMap<>();
        broken.put("a router forwarded it", f -> f.hopLimit = 254);
        broken.put("the checksum is wrong", f -> f.checksumError = 0x0100);
        broken.put("the code is not 0", f -> f.code = 1);
        broken.put("it is an advertisement", f -> f.type = 136);
        broken.put("it is no ICMPv6", f -> f.nextHeader = 17);
        broken.put("the target is multicast", f -> f.target = "ff02::1");
        broken.put("the source is multicast", f -> f.source = "ff02::1");
        broken.put("an option has length 0", f -> f.options = new int[] {1, 0, 0, 0, 0, 0, 0, 9});
        broken.put(
                "an option is longer than the rest",
                f -> f.options = new int[] {1, 2, 0, 0, 0, 0, 0, 9});
        broken.put("the rest is half an option", f -> f.options = new int[] {1});
        broken.put("it ends within the target", f -> f.cutOff = 9);
        for (Map.Entry<String, Consumer<DiscoveryFrame>> one : broken.entrySet()) {
            DiscoveryFrame frame = new DiscoveryFrame();
            one.getValue().accept(frame);
            assertTrue(NeighbourSolicitation.read(frame.octets()).isEmpty(), one.getKey());
        }
    }

    @Test
    void aProbeGoesToTheSolicitedNodesAndNamesNoLinkAddress() {
        DiscoveryFrame unicast = probe();
        unicast.destination = unicast.target;
        assertTrue(NeighbourSolicitation.read(unicast.octets()).isEmpty());
        DiscoveryFrame named = probe();
        named.options = new int[] {1, 1, 0, 0, 0, 0, 0, 9};
        assertTrue(NeighbourSolicitation.read(named.octets()).isEmpty());
        DiscoveryFrame nonce = probe();
        nonce.options = new int[] {14, 1, 1, 2, 3, 4, 5, 6}; // RFC 7527
        assertTrue(NeighbourSolicitation.read(nonce.octets()).isPresent());
    }

    @Test
    void noProperPrefixOfAFrameIsOne() {
        byte[] whole = new DiscoveryFrame().octets();
        for (int length = 0; length < whole.length; length++) {
            assertTrue(NeighbourSolicitation.read(Arrays.copyOf(whole, length)).isEmpty());
        }
    }

    @Test
    void noFlippedBitIsOverlookedAndNothingThrows() {
        byte[] whole = new DiscoveryFrame().octets();
        for (int bit = 14 * 8; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            boolean unsummed = bit / 8 < 18; // version, class and flow label
            if (!unsummed || (flipped[14] & 0xf0) != 0x60) {
                assertTrue(NeighbourSolicitation.read(flipped).isEmpty(), "bit " + bit);
            }
        }
    }

    @Test
    void garbageIsNoneAndNothingThrows() {
        Random random = new Random(4861);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = new DiscoveryFrame().octets();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
            NeighbourSolicitation.read(cut);
            LastHop.destination(cut);
            LastHop.route(cut, DiscoveryFrame.HOST);
        }
    }

    private static DiscoveryFrame probe() {
        DiscoveryFrame probe = new DiscoveryFrame();
        probe.source = "::";
        probe.target = "2001:db8:2::9";
        probe.destination = "ff02::1:ff00:9";
        probe.options = new int[0];
        return probe;
    }
}
