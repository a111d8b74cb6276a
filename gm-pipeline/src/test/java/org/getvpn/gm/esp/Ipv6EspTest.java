// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.bothVersions;
import static org.getvpn.gm.Fixture.datagram;
import static org.getvpn.gm.Fixture.fragment6;
import static org.getvpn.gm.Fixture.ipv4;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.udp;
import static org.getvpn.gm.Fixture.udp6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.TimeRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** IPv6 in IPv6 under every transform, between members and with programs of other people. */
class Ipv6EspTest {
    private static final long NOW = 7_200_500_000L; // microseconds
    private static final Path TSHARK = Path.of("/usr/bin/tshark");
    private static final EspTransform GCM = EspTransform.AES_GCM_16_256;

    private static TimeRule pseudotime() {
        PacketTime time = new PacketTime();
        time.set(NOW);
        return new TimeRule(TimeRule.PSEUDOTIME, 1_000_000, time);
    }

    private static SaSnapshot sas(
            EspTransform transform, TimeRule rule, List<TrafficSelector> selectors) {
        SaDatabase database = TransformKeys.database(transform, rule, selectors);
        database.activate(SPI, transform.counterMode() ? SENDER : null);
        return database.reader().refresh();
    }

    private static SaSnapshot sas(EspTransform transform, TimeRule rule) {
        return sas(transform, rule, bothVersions());
    }

    private static byte[] seal(byte[] inner) {
        return EspPackets.seal(sas(GCM, null), inner);
    }

    private static void assertDropped(DropReason reason, byte[] outer) {
        assertEquals(reason, EspPackets.refusal(sas(GCM, null), outer));
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void whatOneMemberSealsAnotherOpensAndItIsAsLongAsTheFormatSays(EspTransform transform) {
        for (TimeRule rule : new TimeRule[] {null, pseudotime()}) {
            SaSnapshot sender = sas(transform, rule);
            SaSnapshot receiver = sas(transform, rule);
            EspFormat format = EspFormat.of(transform, rule);
            for (int length = Ipv6.HEADER; length < 160; length++) {
                byte[] inner = ipv6(HOST6_1, HOST6_2, 59, new byte[length - Ipv6.HEADER]);
                byte[] outer = EspPackets.seal(sender, inner);
                assertEquals(format.outerLength(Ipv6.HEADER, length), outer.length);
                assertTrue(outer.length - length <= EspFormat.MAX_OVERHEAD);
                assertArrayEquals(inner, EspPackets.open(receiver, outer));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void theInnerMtuIsTheLongestThatFits(EspTransform transform) {
        for (TimeRule rule : new TimeRule[] {null, pseudotime()}) {
            EspFormat format = EspFormat.of(transform, rule);
            for (int mtu = 1280; mtu < 1600; mtu++) {
                int inner = format.innerMtu(Ipv6.HEADER, mtu);
                assertTrue(format.outerLength(Ipv6.HEADER, inner) <= mtu, "MTU " + mtu);
                assertTrue(format.outerLength(Ipv6.HEADER, inner + 1) > mtu, "MTU " + mtu);
            }
        }
    }

    @Test
    void everyLengthComesBackAsItWentAndTheOverheadIsAsPredicted() {
        SaSnapshot sas = sas(GCM, null);
        for (int length = 48; length <= 1500; length++) {
            byte[] outer = EspPackets.seal(sas, udp6(length));
            assertEquals(EspFormat.AES_GCM.outerLength(Ipv6.HEADER, length), outer.length);
            assertArrayEquals(udp6(length), EspPackets.open(sas, outer));
        }
    }

    @Test
    void theOuterHeaderKeepsTrafficClassFlowLabelHopLimitAndAddresses() {
        byte[] inner = udp6(100);
        byte[] outer = seal(inner);
        assertArrayEquals(Arrays.copyOf(inner, 4), Arrays.copyOf(outer, 4));
        assertEquals(outer.length - 40, Octets.u16(MemorySegment.ofArray(outer), 4));
        assertEquals(50, outer[6]);
        assertEquals(inner[7], outer[7]);
        assertArrayEquals(Arrays.copyOfRange(inner, 8, 40), Arrays.copyOfRange(outer, 8, 40));
        assertEquals(SPI.value(), Octets.i32(MemorySegment.ofArray(outer), 40));
    }

    @Test
    void extensionHeadersTravelInsideAlone() {
        byte[] options = new byte[24];
        options[0] = 59;
        options[1] = 2;
        byte[] fragment = fragment6(17, 5, true, new byte[64]);
        for (byte[] inner :
                List.of(ipv6(HOST6_1, HOST6_2, 0, options), ipv6(HOST6_1, HOST6_2, 44, fragment))) {
            byte[] outer = seal(inner);
            assertEquals(50, outer[6], "ESP follows the outer header");
            assertArrayEquals(inner, EspPackets.open(sas(GCM, null), outer));
        }
    }

    @Test
    void congestionMarkedOnTheWayReachesAReceiverThatUnderstandsIt() {
        byte[] ect0 = udp6(60);
        Ipv6.putTrafficClass(MemorySegment.ofArray(ect0), 0, 0xba);
        byte[] outer = seal(ect0);
        Ipv6.putTrafficClass(MemorySegment.ofArray(outer), 0, 0xbb);
        byte[] expected = ect0.clone();
        Ipv6.putTrafficClass(MemorySegment.ofArray(expected), 0, 0xbb);
        assertArrayEquals(expected, EspPackets.open(sas(GCM, null), outer));
        byte[] loss = seal(udp6(60));
        Ipv6.putTrafficClass(MemorySegment.ofArray(loss), 0, 0xbb);
        assertDropped(DropReason.CONGESTION_MARK_NOT_ECT, loss);
    }

    @Test
    void whatRoutersOnTheWayMayChangeDoesNotReachTheInnerPacket() {
        byte[] outer = seal(udp6(60));
        Octets.put32(MemorySegment.ofArray(outer), 0, 0x6010_0000); // DSCP 4, no flow label
        outer[7] = 3;
        assertArrayEquals(udp6(60), EspPackets.open(sas(GCM, null), outer));
    }

    @Test
    void everyBitOfBothAddressesIsCompared() {
        byte[] outer = seal(udp6(60));
        SaSnapshot sas = sas(GCM, null);
        for (int bit = 8 * 8; bit < 40 * 8; bit++) {
            byte[] moved = outer.clone();
            moved[bit / 8] ^= (byte) (0x80 >> bit % 8);
            assertEquals(DropReason.ADDRESS_MISMATCH, EspPackets.refusal(sas, moved));
        }
    }

    @Test
    void anotherVersionInsideIsNoCopyOfTheHeaderOutside() {
        byte[] four = EspPackets.seal(sas(GCM, null), udp(60));
        byte[] outside = ipv6(HOST6_1, HOST6_2, 50, Arrays.copyOfRange(four, 20, four.length));
        assertDropped(DropReason.ADDRESS_MISMATCH, outside);
        byte[] six = seal(udp6(60));
        byte[] in4 = ipv4(0x0a010101, 0x0a020202, 50, Arrays.copyOfRange(six, 40, six.length));
        assertDropped(DropReason.ADDRESS_MISMATCH, in4);
        assertEquals(
                DropReason.ADDRESS_MISMATCH,
                EspPackets.refusal(
                        sas(GCM, pseudotime()), ipv6(HOST6_1, HOST6_2, 50, timed(udp(60)))));
    }

    private static byte[] timed(byte[] inner) {
        byte[] outer = EspPackets.seal(sas(GCM, pseudotime()), inner);
        return Arrays.copyOfRange(outer, 20, outer.length);
    }

    @Test
    void aFragmentOfEspIsDroppedAndEspBehindOptionsIsOpened() {
        byte[] outer = seal(udp6(60));
        byte[] esp = Arrays.copyOfRange(outer, 40, outer.length);
        for (byte[] fragment : List.of(fragment6(50, 0, true, esp), fragment6(50, 4, false, esp))) {
            assertDropped(
                    DropReason.ESP_FRAGMENT,
                    readdressed(ipv6(HOST6_1, HOST6_2, 44, fragment), outer));
        }
        byte[] options = new byte[8 + esp.length];
        options[0] = 50;
        System.arraycopy(esp, 0, options, 8, esp.length);
        assertArrayEquals(
                udp6(60), EspPackets.open(sas(GCM, null), ipv6(HOST6_1, HOST6_2, 60, options)));
    }

    private static byte[] readdressed(byte[] packet, byte[] like) {
        System.arraycopy(like, 8, packet, 8, 32);
        return packet;
    }

    @Test
    void everyPrefixIsRefusedAndEveryAlteredOctetNoticed() {
        byte[] outer = seal(udp6(60));
        SaSnapshot sas = sas(GCM, null);
        for (int length = 40; length < outer.length; length++) {
            byte[] cut = Arrays.copyOf(outer, length);
            Ipv6.putTotalLength(MemorySegment.ofArray(cut), 0, length);
            DropReason reason = EspPackets.refusal(sas, cut);
            assertEquals(length < 40 + 34 ? DropReason.RUNT_ESP : DropReason.ICV_MISMATCH, reason);
        }
        for (int at = 44; at < outer.length; at++) {
            byte[] altered = outer.clone();
            altered[at] ^= 0x10;
            assertEquals(DropReason.ICV_MISMATCH, EspPackets.refusal(sas, altered));
        }
    }

    @Test
    void aPacketThatTheSaDoesNotProtectIsRefused() {
        byte[] outer = seal(udp6(60));
        List<TrafficSelector> others = List.of(selector("fd00:9::/32", "fd00::/16", 0, 0, 0));
        assertEquals(
                DropReason.SELECTOR_MISMATCH, EspPackets.refusal(sas(GCM, null, others), outer));
    }

    @Test
    void aTekWithoutSelectorsProtectsBothVersions() {
        SaSnapshot sas = sas(GCM, null, List.of());
        assertArrayEquals(udp6(60), EspPackets.open(sas, EspPackets.seal(sas, udp6(60))));
        assertArrayEquals(udp(60), EspPackets.open(sas, EspPackets.seal(sas, udp(60))));
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#scapys")
    void scapyOpensWhatWeSeal(EspTransform transform) throws Exception {
        assumeTrue(Python.has("scapy"), Python.hint("scapy"));
        SaSnapshot plain = sas(transform, null);
        SaSnapshot timed = sas(transform, pseudotime());
        StringBuilder sealed = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int length = 48; length < 80; length++) {
            expected.append(hex(udp6(length))).append('\n');
            sealed.append(hex(EspPackets.seal(plain, udp6(length)))).append('\n');
            expected.append(timeHeader()).append(hex(udp6(length))).append('\n');
            sealed.append(hex(EspPackets.seal(timed, udp6(length)))).append('\n');
        }
        assertEquals(
                expected.toString(),
                Python.run(EspPrograms.scapy(transform, SCAPY_OPENS), sealed.toString()));
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#scapys")
    void weOpenWhatScapySeals(EspTransform transform) throws Exception {
        assumeTrue(Python.has("scapy"), Python.hint("scapy"));
        SaSnapshot plain = sas(transform, null);
        SaSnapshot timed = sas(transform, pseudotime());
        StringBuilder inner = new StringBuilder();
        for (int length = 48; length < 80; length++) {
            inner.append(hex(udp6(length))).append('\n');
        }
        String[] sealed =
                Python.run(EspPrograms.scapy(transform, SCAPY_SEALS), inner.toString()).split("\n");
        assertEquals(64, sealed.length);
        for (int i = 0; i < sealed.length; i++) {
            byte[] outer = HexFormat.of().parseHex(sealed[i]);
            assertArrayEquals(udp6(48 + i / 2), EspPackets.open(i % 2 == 0 ? plain : timed, outer));
        }
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    /** IPv6, type 129, 12 octets, 7200 seconds, 500 milliseconds. */
    private static String timeHeader() {
        return String.format(Locale.ROOT, "2981000c%08x%08x", 7200, 500_000);
    }

    /** Tunnel mode by scapy's own hand; a time is the payload of a "transport mode" packet. */
    private static final String SCAPY_OPENS =
            """
            for line in sys.stdin:
                outer = IPv6(bytes.fromhex(line.strip()))
                opened = sa.decrypt(outer)
                print(bytes(opened.payload if opened.nh in (41, 253) else opened).hex())
            """;

    private static final String SCAPY_SEALS =
            """
            for line in sys.stdin:
                inner = IPv6(bytes.fromhex(line.strip()))
                sa.tunnel_header = IPv6(src=inner.src, dst=inner.dst)
                print(bytes(sa.encrypt(inner)).hex())
                time = bytes.fromhex('%s')
                sa.tunnel_header = None
                whole = IPv6(src=inner.src, dst=inner.dst, nh=253) / Raw(time + bytes(inner))
                print(bytes(sa.encrypt(whole)).hex())
            """
                    .formatted(timeHeader());

    /** OpenSSL, through Python's cryptography, knows what scapy lacks. */
    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#combined")
    void opensslVerifiesIcvsOfEveryLengthAndOfGmac(EspTransform transform) throws Exception {
        assumeTrue(Python.has("cryptography"), Python.hint("cryptography"));
        SaSnapshot sas = sas(transform, null);
        StringBuilder sealed = new StringBuilder();
        StringBuilder inner = new StringBuilder();
        for (int length = 48; length < 80; length++) {
            inner.append(hex(udp6(length))).append('\n');
            sealed.append(hex(EspPackets.seal(sas, udp6(length)))).append('\n');
        }
        String program = EspPrograms.openssl(transform, Ipv6.HEADER, 41);
        assertEquals(inner.toString(), Python.run(program, sealed.toString()));
    }

    /** tshark 4.0 checks no ICV of AES-GCM; what it knows, it checks and decrypts. */
    @ParameterizedTest
    @CsvSource({
        "aes-cbc-256-hmac-sha256, AES-CBC [RFC3602], HMAC-SHA-256-128 [RFC4868]",
        "aes-cbc-128-hmac-sha1, AES-CBC [RFC3602], HMAC-SHA-1-96 [RFC2404]",
        "null-hmac-sha256, NULL, HMAC-SHA-256-128 [RFC4868]",
    })
    void tsharkConfirmsIcvsAndDecrypts(
            String name, String cipher, String hash, @TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(TSHARK), "tshark is not installed: apt-get install tshark");
        EspTransform transform = EspTransform.named(name).orElseThrow();
        SaSnapshot sas = sas(transform, null);
        Path capture = directory.resolve("esp6.pcap");
        ByteBuffer file = ByteBuffer.allocate(20_000).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
        file.putInt(65_535).putInt(101); // raw IP
        for (int length = 48; length < 80; length++) {
            byte[] datagram = datagram(length - Ipv6.HEADER, 40_001, 40_002); // nobody's ports
            byte[] esp = EspPackets.seal(sas, ipv6(HOST6_1, HOST6_2, 17, datagram));
            file.putLong(0).putInt(esp.length).putInt(esp.length).put(esp);
        }
        Files.write(capture, Arrays.copyOf(file.array(), file.position()));
        String sa =
                String.format(
                        Locale.ROOT,
                        "uat:esp_sa:\"IPv6\",\"*\",\"*\",\"0x%08x\",\"%s\",\"%s\",\"%s\",\"0x%s\"",
                        SPI.value(),
                        cipher,
                        TransformKeys.key(transform).length == 0
                                ? ""
                                : "0x" + hex(TransformKeys.key(transform)),
                        hash,
                        hex(TransformKeys.integrityKey(transform)));
        Process tshark =
                new ProcessBuilder(
                                TSHARK.toString(),
                                "-r",
                                capture.toString(),
                                "-o",
                                "esp.enable_encryption_decode:TRUE",
                                "-o",
                                "esp.enable_authentication_check:TRUE",
                                "-o",
                                sa,
                                "-T",
                                "fields",
                                "-e",
                                "esp.icv_good",
                                "-e",
                                "udp.dstport")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String seen = new String(tshark.getInputStream().readAllBytes(), UTF_8);
        assertEquals("1\t40002\n".repeat(32), seen);
    }
}
