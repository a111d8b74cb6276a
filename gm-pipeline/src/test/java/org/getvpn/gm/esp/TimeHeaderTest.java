// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.TimeRule;
import org.junit.jupiter.api.Test;

/**
 * The time inside ESP, held against packets that python3-cryptography made from the draft alone and
 * whose ICVs tshark confirmed.
 */
class TimeHeaderTest {
    private static final byte[] KEY_AND_SALT =
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0fa0a1a2a3");
    private static final String INNER =
            "45b8003c000140003f0123e80a01010a0a0202140800f4c91234000100010203"
                    + "0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final long SECOND = 1_000_000;
    private static final long POSIX = 0x689F1234L * SECOND + 250_000;
    private static final long PSEUDO = 7_200_500_000L;
    private static final long TOLERANCE = 5 * SECOND;

    // in the order of the capture
    private static final int TYPE_1 = 0;
    private static final int TYPE_129 = 1;
    private static final int STALE = 2;
    private static final int WITHOUT = 3;
    private static final int CBC = 4;

    private final EspDecapsulator decapsulator = new EspDecapsulator();

    private static SaDatabase database(TimeRule rule) {
        SaDatabase database = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
        database.install(
                tek(SPI, KEY_AND_SALT, EspTransform.AES_GCM_16_128, List.of(tenToTen())), rule);
        database.activate(SPI, SENDER);
        return database;
    }

    private static TimeRule rule(int type, long micros) {
        PacketTime time = new PacketTime();
        time.set(micros);
        return new TimeRule(type, TOLERANCE, time);
    }

    /** The inner packet in hexadecimal, or why there is none. */
    private String open(byte[] outer, TimeRule rule) {
        MemorySegment out = memory(new byte[TimeRule.HEADER], outer.length);
        SaSnapshot sas = database(rule).reader().refresh();
        int length = decapsulator.decapsulate(sas, memory(outer, 0), 0, out, TimeRule.HEADER, 0);
        return length == EspDecapsulator.DROPPED
                ? decapsulator.reason().name()
                : HexFormat.of()
                        .formatHex(
                                octets(out, TimeRule.HEADER + length),
                                TimeRule.HEADER,
                                TimeRule.HEADER + length);
    }

    private String open(int packet, TimeRule rule) throws IOException {
        return open(packets().get(packet), rule);
    }

    /** A little-endian capture of raw IP: 24 octets of header, 16 before each packet. */
    private static List<byte[]> packets() throws IOException {
        try (InputStream in = TimeHeaderTest.class.getResourceAsStream("esp-d3p.pcap")) {
            byte[] file = in.readAllBytes();
            List<byte[]> packets = new ArrayList<>();
            for (int at = 24; at < file.length; ) {
                int length = file[at + 8] & 0xff | (file[at + 9] & 0xff) << 8;
                packets.add(Arrays.copyOfRange(file, at + 16, at + 16 + length));
                at += 16 + length;
            }
            return packets;
        }
    }

    @Test
    void opensWhatTheDraftDescribes() throws IOException {
        assertEquals(INNER, open(TYPE_1, rule(TimeRule.POSIX_TIME, POSIX)));
        assertEquals(INNER, open(TYPE_129, rule(TimeRule.PSEUDOTIME, PSEUDO)));
    }

    /**
     * Here the time lies in the first block, in front of the inner packet, and is padded with it.
     */
    @Test
    void opensAPacketWithATimeUnderAesCbc() throws IOException {
        SaDatabase database = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
        database.install(
                new Tek(
                        Spi.of(0x55667788),
                        EspTransform.named("aes-cbc-256-hmac-sha256").orElseThrow(),
                        SecretBytes.wrap(counting(0)),
                        SecretBytes.wrap(counting(0x20)),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        List.of(tenToTen())),
                rule(TimeRule.PSEUDOTIME, PSEUDO));
        byte[] outer = packets().get(CBC);
        MemorySegment out = memory(new byte[TimeRule.HEADER], outer.length);
        int length =
                decapsulator.decapsulate(
                        database.reader().refresh(), memory(outer, 0), 0, out, TimeRule.HEADER, 0);
        byte[] all = octets(out, TimeRule.HEADER + length);
        assertEquals(INNER, HexFormat.of().formatHex(all, TimeRule.HEADER, all.length));
    }

    private static byte[] counting(int from) {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (from + i);
        }
        return key;
    }

    @Test
    void aPacketOfAMinuteAgoIsOld() throws IOException {
        assertEquals("TIME_OLD", open(STALE, rule(TimeRule.PSEUDOTIME, PSEUDO)));
        assertEquals(INNER, open(STALE, rule(TimeRule.PSEUDOTIME, PSEUDO - 60_500_000)));
    }

    @Test
    void aPacketWithoutWhatItsSaAsksForIsNotTaken() throws IOException {
        assertEquals("TIME_MISSING", open(WITHOUT, rule(TimeRule.PSEUDOTIME, PSEUDO)));
        assertEquals("TIME_UNEXPECTED", open(TYPE_129, null));
        assertEquals("TIME_MALFORMED", open(TYPE_1, rule(TimeRule.PSEUDOTIME, POSIX)));
        assertEquals("TIME_MALFORMED", open(TYPE_129, rule(TimeRule.POSIX_TIME, PSEUDO)));
        assertEquals(INNER, open(WITHOUT, null));
    }

    @Test
    void theWindowEndsToTheMicrosecondOnBothSides() throws IOException {
        for (long off : new long[] {-TOLERANCE, TOLERANCE}) {
            assertEquals(INNER, open(TYPE_129, rule(TimeRule.PSEUDOTIME, PSEUDO + off)));
        }
        assertEquals("TIME_OLD", open(TYPE_129, rule(TimeRule.PSEUDOTIME, PSEUDO + TOLERANCE + 1)));
        assertEquals(
                "TIME_FUTURE", open(TYPE_129, rule(TimeRule.PSEUDOTIME, PSEUDO - TOLERANCE - 1)));
    }

    @Test
    void withoutAClockNothingIsTakenAndNothingIsSent() throws IOException {
        TimeRule blind = new TimeRule(TimeRule.PSEUDOTIME, TOLERANCE, new PacketTime());
        assertEquals("TIME_UNKNOWN", open(TYPE_129, blind));
        assertNull(seal(blind));
    }

    /** The draft's example: a window around the last second of 32 bits. */
    @Test
    void secondsAreComparedModulo32Bits() {
        long last = 0xffff_ffffL * SECOND;
        byte[] sent = seal(rule(TimeRule.PSEUDOTIME, last));
        assertEquals(
                HexFormat.of().formatHex(Fixture.udp(60)),
                open(sent, rule(TimeRule.PSEUDOTIME, last + 2 * SECOND)));
        assertEquals("TIME_OLD", open(sent, rule(TimeRule.PSEUDOTIME, last + 6 * SECOND)));
        assertEquals("TIME_FUTURE", open(sent, rule(TimeRule.PSEUDOTIME, last - 6 * SECOND)));
        byte[] wrapped = seal(rule(TimeRule.PSEUDOTIME, last + SECOND)); // second 0
        assertEquals("TIME_FUTURE", open(wrapped, rule(TimeRule.PSEUDOTIME, last - 5 * SECOND)));
        assertEquals(60 * 2, open(wrapped, rule(TimeRule.PSEUDOTIME, last)).length());
    }

    /** Decrypted by the JDK's own cipher, without a line of ours. */
    @Test
    void whatWeSealBeginsWithTheHeaderOfTheDraft() throws Exception {
        byte[] packet = Fixture.udp(60);
        byte[] outer = seal(rule(TimeRule.PSEUDOTIME, PSEUDO));
        byte[] nonce = new byte[12];
        System.arraycopy(KEY_AND_SALT, 16, nonce, 0, 4);
        System.arraycopy(outer, 28, nonce, 4, 8);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(KEY_AND_SALT, 0, 16, "AES"),
                new GCMParameterSpec(128, nonce));
        cipher.updateAAD(outer, 20, 8);
        byte[] text = cipher.doFinal(outer, 36, outer.length - 36);

        assertEquals(
                "0481000c00001c200007a120", HexFormat.of().formatHex(text, 0, TimeRule.HEADER));
        assertArrayEquals(packet, Arrays.copyOfRange(text, 12, 72));
        assertEquals(253, text[text.length - 1] & 0xff);
        assertEquals(outer.length, EspFormat.AES_GCM.withTime().outerLength(Ipv4.HEADER, 60));
        assertEquals(EspFormat.AES_GCM.outerLength(Ipv4.HEADER, 60) + 12, outer.length);
    }

    @Test
    void theLongestInnerPacketAndItsTimeFillThePathAndOneOctetMoreDoesNotFit() {
        for (int mtu = 128; mtu <= 1500; mtu++) {
            int inner = EspFormat.AES_GCM.withTime().innerMtu(Ipv4.HEADER, mtu);
            assertTrue(
                    EspFormat.AES_GCM.withTime().outerLength(Ipv4.HEADER, inner) <= mtu,
                    "MTU " + mtu);
            assertTrue(
                    EspFormat.AES_GCM.withTime().outerLength(Ipv4.HEADER, inner + 1) > mtu,
                    "MTU " + mtu);
        }
    }

    /** Authentic text of any length and contents is dropped for a reason, or is a packet. */
    @Test
    void noAuthenticNonsensePasses() {
        Random random = new Random(7);
        TimeRule rule = rule(TimeRule.PSEUDOTIME, PSEUDO);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[4 * (1 + random.nextInt(10))];
            random.nextBytes(text);
            text[text.length - 2] = 0;
            text[text.length - 1] = (byte) 253;
            if (i % 2 == 0 && text.length > 12) {
                System.arraycopy(
                        HexFormat.of().parseHex("0481000c00001c200007a120"), 0, text, 0, 12);
            }
            String answer = open(authentic(text), rule);
            assertTrue(DropReason.valueOf(answer) != DropReason.INTERNAL_ERROR, answer);
        }
    }

    private static byte[] authentic(byte[] text) {
        byte[] packet = Fixture.ipv4(HOST_1, HOST_2, 50, new byte[16 + text.length + 16]);
        MemorySegment out = memory(packet, 0);
        Octets.put32(out, 20, SPI.value());
        Octets.put32(out, 24, 9);
        Octets.put64(out, 28, 9);
        AeadCipher cipher = new JdkAead().gcm(SecretBytes.copyOf(KEY_AND_SALT), 8, 16);
        cipher.seal(memory(text, 0), 0, text.length, 9, out, 20, 36);
        return octets(out, packet.length);
    }

    /** An ESP packet around 60 octets of UDP; null if there is none. */
    private static byte[] seal(TimeRule rule) {
        byte[] packet = Fixture.udp(60);
        MemorySegment in = memory(new byte[TimeRule.HEADER + packet.length], 8);
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, in, TimeRule.HEADER, packet.length);
        MemorySegment out = memory(new byte[0], packet.length + EspFormat.MAX_OVERHEAD);
        PacketKey key = new PacketKey();
        key.read(in, TimeRule.HEADER);
        int length =
                new EspEncapsulator()
                        .encapsulate(
                                database(rule).reader().refresh().outbound(key),
                                in,
                                TimeRule.HEADER,
                                out,
                                0,
                                0);
        return length == EspEncapsulator.TIME_UNKNOWN ? null : octets(out, length);
    }
}
