// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.GATEWAY_MAC;
import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.sixToSix;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.packet.VirtioHeader;

/**
 * The entry of the coverage-guided fuzzer: octets of a host, of the WAN, and of a member that holds
 * the group's key, reach a gateway, IPv4 and IPv6. A finding is whatever is thrown, a defect behind
 * INTERNAL_ERROR, and a packet from the WAN that comes out in clear although nothing allows it.
 */
public final class FrameFuzzer {
    private static final int KINDS = 6;
    private static final int ESP_HEAD = 16; // SPI, sequence number and IV
    private static final int ICV = 16;

    private static final PipelineLab GATEWAY =
            PipelineLab.gateway()
                    .keyedForBoth()
                    .policy(
                            rule(TrafficRule.Action.DROP, selector("::/0", "::/0", 17, 0, 53)),
                            rule(
                                    TrafficRule.Action.DROP,
                                    selector("0.0.0.0/0", "0.0.0.0/0", 17, 0, 53)),
                            rule(TrafficRule.Action.PROTECT, tenToTen()),
                            rule(TrafficRule.Action.PROTECT, sixToSix()));
    private static final AeadCipher CIPHER =
            new JdkAead().gcm(tek(SPI, 1).cipherKey(), 8, AeadCipher.ICV);

    private static long lastIv;

    private FrameFuzzer() {}

    /** One input: its first octet says whom the others come from. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        List<byte[]> out =
                switch ((input[0] & 0xff) % KINDS) {
                    case 0 -> GATEWAY.fromSite(rest);
                    case 1 -> fromWan(rest);
                    case 2 -> GATEWAY.fromSite(packetFrame(rest));
                    case 3 -> fromWan(packetFrame(rest));
                    case 4 -> superFrame(rest);
                    default -> GATEWAY.fromWan(sealed(rest));
                };
        PipelineLab.sent(GATEWAY.site); // what senders were told
        if (GATEWAY.pipeline.drops().get(DropReason.INTERNAL_ERROR) != 0) {
            throw new IllegalStateException(GATEWAY.pipeline.firstDefect().orElseThrow());
        }
        for (byte[] frame : out) {
            if (frame.length < Ethernet.HEADER) {
                throw new IllegalStateException("a frame of " + frame.length + " octets");
            }
        }
    }

    static long traffic(TrafficCounter counter) {
        return GATEWAY.traffic(counter);
    }

    static long drops(DropReason reason) {
        return GATEWAY.pipeline.drops().get(reason);
    }

    /** Nobody there has the key: only what the link needs may pass. */
    private static List<byte[]> fromWan(byte[] frame) {
        long decrypted = GATEWAY.traffic(TrafficCounter.DECRYPTED_PACKETS);
        long bypassed = GATEWAY.traffic(TrafficCounter.BYPASSED_PACKETS);
        List<byte[]> out = GATEWAY.fromWan(frame);
        if (GATEWAY.traffic(TrafficCounter.DECRYPTED_PACKETS) != decrypted
                || GATEWAY.traffic(TrafficCounter.BYPASSED_PACKETS) != bypassed) {
            throw new IllegalStateException("a forgery passed");
        }
        return out;
    }

    /** The frame of a packet, of the version that it says. */
    private static byte[] packetFrame(byte[] packet) {
        boolean six = packet.length > 0 && (packet[0] & 0xff) >>> 4 == 6;
        int type = six ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
        return frame(GATEWAY_MAC, HOST_MAC, type, packet);
    }

    /** A frame with work left to the interface: the input begins with its virtio header. */
    private static List<byte[]> superFrame(byte[] rest) {
        if (rest.length < VirtioHeader.LENGTH) {
            return List.of();
        }
        byte[] inner = packetFrame(Arrays.copyOfRange(rest, VirtioHeader.LENGTH, rest.length));
        byte[] whole = new byte[VirtioHeader.LENGTH + inner.length];
        System.arraycopy(rest, 0, whole, 0, VirtioHeader.LENGTH);
        System.arraycopy(inner, 0, whole, VirtioHeader.LENGTH, inner.length);
        GATEWAY.site.arriveWithHeader(whole);
        GATEWAY.pipeline.turn(0);
        return PipelineLab.sent(GATEWAY.wan);
    }

    /** An authentic packet of a member with these octets inside, its trailer among them. */
    private static byte[] sealed(byte[] text) {
        boolean six = text.length > 0 && (text[0] & 0xff) >>> 4 == 6;
        byte[] payload = new byte[ESP_HEAD + text.length + ICV];
        byte[] packet =
                six ? ipv6(HOST6_1, HOST6_2, 50, payload) : ipv4(HOST_1, HOST_2, 50, payload);
        int esp = packet.length - payload.length;
        MemorySegment memory = memory(packet, 0);
        Octets.put32(memory, esp, SPI.value());
        long iv = ++lastIv; // no cipher takes the same twice
        Octets.put32(memory, esp + 4, (int) iv);
        Octets.put64(memory, esp + 8, iv);
        CIPHER.seal(memory(text, 0), 0, text.length, iv, memory, esp, esp + ESP_HEAD);
        return packetFrame(octets(memory, packet.length));
    }
}
