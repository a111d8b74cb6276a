// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.TimeRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole packets under every transform, between members and between a member and programs in Python.
 */
class EspTransformsTest {
    private static SaDatabase database(EspTransform transform) {
        return database(transform, null);
    }

    private static SaDatabase database(EspTransform transform, TimeRule rule) {
        return TransformKeys.database(transform, rule, List.of(tenToTen()));
    }

    private static SaSnapshot sender(EspTransform transform) {
        SaDatabase database = database(transform);
        database.activate(SPI, transform.counterMode() ? SENDER : null);
        return database.reader().refresh();
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void whatOneMemberSealsAnotherOpensAndItIsAsLongAsTheFormatSays(EspTransform transform) {
        SaSnapshot sender = sender(transform);
        SaSnapshot receiver = database(transform).reader().refresh();
        EspFormat format = EspFormat.of(transform, null);
        for (int length = 28; length < 140; length++) {
            byte[] inner = udp(length);
            byte[] outer = EspPackets.seal(sender, inner);
            assertEquals(format.outerLength(Ipv4.HEADER, length), outer.length);
            assertTrue(outer.length - length <= EspFormat.MAX_OVERHEAD);
            assertArrayEquals(inner, EspPackets.open(receiver, outer));
        }
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void aPacketCanCarryItsTimeUnderEveryTransform(EspTransform transform) {
        PacketTime time = new PacketTime();
        time.set(7_200_500_000L);
        TimeRule rule = new TimeRule(TimeRule.PSEUDOTIME, 1_000_000, time);
        SaDatabase sending = database(transform, rule);
        sending.activate(SPI, transform.counterMode() ? SENDER : null);
        SaSnapshot sender = sending.reader().refresh();
        SaSnapshot receiver = database(transform, rule).reader().refresh();
        SaSnapshot timeless = database(transform).reader().refresh();
        for (int length = 28; length < 140; length++) {
            byte[] outer = EspPackets.seal(sender, udp(length));
            assertEquals(
                    EspFormat.of(transform, null).withTime().outerLength(Ipv4.HEADER, length),
                    outer.length);
            assertArrayEquals(udp(length), EspPackets.open(receiver, outer));
            assertEquals(DropReason.TIME_UNEXPECTED, EspPackets.refusal(timeless, outer));
        }
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void theInnerMtuIsTheLongestThatFits(EspTransform transform) {
        for (EspFormat format :
                List.of(EspFormat.of(transform, null), EspFormat.of(transform, null).withTime())) {
            for (int mtu = 576; mtu < 1600; mtu++) {
                int inner = format.innerMtu(Ipv4.HEADER, mtu);
                assertTrue(
                        format.outerLength(Ipv4.HEADER, inner) <= mtu, transform + ", MTU " + mtu);
                assertTrue(
                        format.outerLength(Ipv4.HEADER, inner + 1) > mtu,
                        transform + ", MTU " + mtu);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void everyOctetBehindTheOuterHeaderIsAuthenticated(EspTransform transform) {
        byte[] outer = EspPackets.seal(sender(transform), udp(60));
        SaSnapshot receiver = database(transform).reader().refresh();
        for (int at = Ipv4.HEADER + 4; at < outer.length; at++) {
            byte[] altered = outer.clone();
            altered[at] ^= 0x10;
            assertEquals(DropReason.ICV_MISMATCH, EspPackets.refusal(receiver, altered));
        }
        for (int length = Ipv4.HEADER + 10; length < outer.length; length++) {
            byte[] cut = EspPackets.cut(outer, length);
            DropReason reason = EspPackets.refusal(receiver, cut);
            assertTrue(
                    reason == DropReason.RUNT_ESP || reason == DropReason.ICV_MISMATCH,
                    transform + " " + length + " " + reason);
        }
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void onlyIvsThatAreCountersNeedASenderId(EspTransform transform) {
        SaDatabase database = database(transform);
        if (transform.counterMode()) {
            assertThrows(IllegalStateException.class, () -> database.activate(SPI, null));
        } else {
            database.activate(SPI, null);
            SaSnapshot sas = database.reader().refresh();
            byte[] first = EspPackets.seal(sas, udp(60));
            byte[] second = EspPackets.seal(sas, udp(60));
            assertNotEquals(HexFormat.of().formatHex(first), HexFormat.of().formatHex(second));
        }
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#scapys")
    void scapyOpensWhatWeSeal(EspTransform transform) throws Exception {
        assumeTrue(Python.has("scapy"), Python.hint("scapy"));
        SaSnapshot sas = sender(transform);
        StringBuilder sealed = new StringBuilder();
        StringBuilder inner = new StringBuilder();
        for (int length = 28; length < 60; length++) {
            inner.append(HexFormat.of().formatHex(udp(length))).append('\n');
            sealed.append(HexFormat.of().formatHex(EspPackets.seal(sas, udp(length)))).append('\n');
        }
        assertEquals(
                inner.toString(), Python.run(scapy(transform, "sa.decrypt"), sealed.toString()));
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#scapys")
    void weOpenWhatScapySeals(EspTransform transform) throws Exception {
        assumeTrue(Python.has("scapy"), Python.hint("scapy"));
        SaSnapshot sas = database(transform).reader().refresh();
        StringBuilder inner = new StringBuilder();
        for (int length = 28; length < 60; length++) {
            inner.append(HexFormat.of().formatHex(udp(length))).append('\n');
        }
        String[] sealed = Python.run(scapy(transform, "sa.encrypt"), inner.toString()).split("\n");
        assertEquals(32, sealed.length);
        for (int i = 0; i < sealed.length; i++) {
            byte[] opened = EspPackets.open(sas, HexFormat.of().parseHex(sealed[i]));
            assertArrayEquals(udp(28 + i), opened);
        }
    }

    private static String scapy(EspTransform transform, String work) {
        return EspPrograms.scapy(
                transform,
                String.format(
                        Locale.ROOT,
                        """
                        for line in sys.stdin:
                            inner = IP(bytes.fromhex(line.strip()))
                            sa.tunnel_header = IP(src=inner.src, dst=inner.dst)
                            print(bytes(%s(inner)).hex())
                        """,
                        work));
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#combined")
    void opensslVerifiesIcvsOfEveryLengthAndOfGmac(EspTransform transform) throws Exception {
        assumeTrue(Python.has("cryptography"), Python.hint("cryptography"));
        SaSnapshot sas = sender(transform);
        StringBuilder sealed = new StringBuilder();
        StringBuilder inner = new StringBuilder();
        for (int length = 28; length < 60; length++) {
            inner.append(HexFormat.of().formatHex(udp(length))).append('\n');
            sealed.append(HexFormat.of().formatHex(EspPackets.seal(sas, udp(length)))).append('\n');
        }
        String program = EspPrograms.openssl(transform, Ipv4.HEADER, 4);
        assertEquals(inner.toString(), Python.run(program, sealed.toString()));
    }

    @ParameterizedTest
    @MethodSource("org.getvpn.gm.esp.TransformKeys#transforms")
    void noPacketRepeatsTheIvOfAnother(EspTransform transform) {
        if (transform.ivOctets() == 0) {
            return;
        }
        SaSnapshot sas = sender(transform);
        byte[] first = EspPackets.seal(sas, udp(60));
        byte[] second = EspPackets.seal(sas, udp(60));
        int from = Ipv4.HEADER + EspFormat.HEADER;
        int to = from + transform.ivOctets();
        assertTrue(Arrays.compare(first, from, to, second, from, to) != 0);
    }
}
