// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.frame6;
import static org.getvpn.gm.Fixture.tagged;
import static org.getvpn.gm.Fixture.udp;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.junit.jupiter.api.Test;

/**
 * A frame with an IEEE 802.1Q tag is treated as one without, and what becomes of it has the tag.
 */
class VlanTest {
    private static final int PRIORITY_5_VLAN_7 = 0xa007;
    private static final int VLAN_8 = 0x0008;

    @Test
    void thePacketIsEncryptedAndTheTagStaysInItsPlace() {
        // h1 --tag 7, clear--> [member 1] --tag 7, ESP--> [member 2] --tag 7, clear--> h2
        byte[] original = tagged(PRIORITY_5_VLAN_7, frame(udp(100)));
        byte[] esp = PipelineLab.gateway().keyed().fromSite(original).getFirst();
        assertEquals(PRIORITY_5_VLAN_7, tag(esp));
        byte[] plain = PipelineLab.gateway().keyed().fromSite(frame(udp(100))).getFirst();
        assertArrayEquals(plain, untagged(esp), "ESP is the same as without a tag");
        assertArrayEquals(original, PipelineLab.gateway().keyed().fromWan(esp).getFirst());
    }

    @Test
    void atAMemberPortFramesGoBackWithTheirTag() {
        byte[] original = tagged(PRIORITY_5_VLAN_7, frame(udp(100)));
        byte[] esp = PipelineLab.memberPort().keyed().fromSite(original).getFirst();
        byte[] clear = PipelineLab.memberPort().keyed().fromSite(esp).getFirst();
        assertEquals(PRIORITY_5_VLAN_7, tag(esp));
        assertEquals(PRIORITY_5_VLAN_7, tag(clear));
        assertArrayEquals(udp(100), Arrays.copyOfRange(clear, 18, clear.length));
    }

    @Test
    void ipv6HasItsTagToo() {
        byte[] original = tagged(VLAN_8, frame6(udp6(100)));
        PipelineLab lab = PipelineLab.gateway().keyedForBoth();
        byte[] esp = lab.fromSite(original).getFirst();
        assertEquals(VLAN_8, tag(esp));
        assertArrayEquals(original, lab.fromWan(esp).getFirst());
    }

    @Test
    void noFrameGetsTheTagOfAnother() {
        PipelineLab lab = PipelineLab.gateway().keyed();
        int[] tags = {PRIORITY_5_VLAN_7, VLAN_8, 0, VLAN_8, 0, PRIORITY_5_VLAN_7};
        for (int round = 0; round < 40; round++) { // every slot of the batches is used in turn
            for (int tag : tags) {
                byte[] sent = lab.fromSite(tagged(tag, frame(udp(100)))).getFirst();
                assertEquals(tag, tag(sent));
                byte[] received = lab.fromWan(sent).getFirst();
                assertArrayEquals(tagged(tag, frame(udp(100))), received);
            }
        }
    }

    @Test
    void framesOfOneBatchKeepTheirOwn() {
        PipelineLab lab = PipelineLab.gateway().keyed();
        int[] tags = {VLAN_8, 0, PRIORITY_5_VLAN_7, 0, 0, VLAN_8};
        for (int tag : tags) {
            lab.site.arrive(tagged(tag, frame(udp(100))));
        }
        lab.pipeline.turn(0);
        List<byte[]> sent = PipelineLab.sent(lab.wan);
        assertArrayEquals(tags, sent.stream().mapToInt(VlanTest::tag).toArray());
    }

    @Test
    void theAnswerToWhatIsTooLongHasTheTagOfWhatWas() {
        PipelineLab lab = PipelineLab.memberPort().keyed();
        byte[] longest = udp(HOST_1, HOST_2, 1111, 2222, 1500, Ipv4.DF);
        byte[] answer = lab.fromSite(tagged(VLAN_8, frame(longest))).getFirst();
        assertEquals(VLAN_8, tag(answer));
        assertEquals(1, untagged(answer)[14 + 9], "ICMP");
        assertEquals(Map.of(DropReason.TOO_BIG, 1L), lab.dropsThatHappened());
    }

    @Test
    void arpPassesAGatewayWithItsTag() {
        PipelineLab lab = PipelineLab.gateway();
        byte[] arp =
                tagged(
                        VLAN_8,
                        frame(Ethernet.BROADCAST, HOST_MAC, Ethernet.TYPE_ARP, new byte[46]));
        assertArrayEquals(arp, lab.fromSite(arp).getFirst());
        assertArrayEquals(arp, lab.fromWan(arp).getFirst());
    }

    @Test
    void aSecondTagIsNoIp() {
        PipelineLab lab = PipelineLab.gateway().keyed();
        assertTrue(lab.fromSite(tagged(VLAN_8, tagged(VLAN_8, frame(udp(100))))).isEmpty());
        byte[] provider = tagged(VLAN_8, frame(udp(100)));
        provider[12] = (byte) 0x88; // IEEE 802.1ad
        provider[13] = (byte) 0xa8;
        assertTrue(lab.fromSite(provider).isEmpty());
        assertEquals(Map.of(DropReason.NOT_IP, 2L), lab.dropsThatHappened());
    }

    @Test
    void eachProperPrefixOfATaggedFrameIsDroppedUnderAName() {
        byte[] whole = tagged(VLAN_8, frame(udp(60)));
        for (int length = 0; length < whole.length; length++) {
            PipelineLab lab = PipelineLab.gateway().keyed();
            assertTrue(lab.fromSite(Arrays.copyOf(whole, length)).isEmpty());
            assertEquals(1, lab.drops(), "prefix of " + length);
        }
    }

    private static int tag(byte[] frame) {
        boolean isTagged = frame[12] == (byte) 0x81 && frame[13] == 0;
        return isTagged ? (frame[14] & 0xff) << 8 | frame[15] & 0xff : 0;
    }

    private static byte[] untagged(byte[] frame) {
        byte[] without = new byte[frame.length - 4];
        System.arraycopy(frame, 0, without, 0, 12);
        System.arraycopy(frame, 16, without, 12, without.length - 12);
        return without;
    }
}
