// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ESP between this code and scapy, which shares nothing with it. */
class ForeignEspTest {
    private static final byte[] SALT = {(byte) 0xa0, (byte) 0xa1, (byte) 0xa2, (byte) 0xa3};
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    static Stream<AeadProvider> providers() {
        return Stream.concat(Stream.of(new JdkAead()), IpsecMb.load(new StringBuilder()).stream());
    }

    private static byte[] scapyKey(int keyOctets) {
        byte[] key = new byte[keyOctets + SALT.length];
        for (int i = 0; i < keyOctets; i++) {
            key[i] = (byte) i;
        }
        System.arraycopy(SALT, 0, key, keyOctets, SALT.length);
        return key;
    }

    private static SaDatabase database(AeadProvider provider, EspTransform transform) {
        SaDatabase database = new SaDatabase(provider, SequenceWatch.NONE);
        database.install(tek(SPI, scapyKey(transform.keyOctets()), transform, List.of(tenToTen())));
        database.activate(SPI, SENDER);
        return database;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void opensWhatScapySealed(AeadProvider provider) throws IOException {
        byte[] outer = firstPacket("scapy-esp.pcap");
        SaDatabase database = database(provider, EspTransform.AES_GCM_16_128);
        MemorySegment inner = memory(new byte[0], outer.length);

        int length =
                new EspDecapsulator()
                        .decapsulate(database.reader().refresh(), memory(outer, 0), 0, inner, 0, 0);

        byte[] expected =
                HexFormat.of()
                        .parseHex(
                                "45000027000100004011631c0a0101010a010202" // IPv4, 10.1.1.1 to
                                        + "045708ae00130000"); // 10.1.2.2; UDP 1111 to 2222
        byte[] packet = octets(inner, length);
        assertEquals(39, length);
        assertArrayEquals(Arrays.copyOfRange(expected, 12, 24), Arrays.copyOfRange(packet, 12, 24));
        assertEquals("hello group", new String(packet, 28, 11, UTF_8));
    }

    /** The first packet of a little-endian capture of raw IP: 24 and 16 octets of headers. */
    private static byte[] firstPacket(String capture) throws IOException {
        try (InputStream in = ForeignEspTest.class.getResourceAsStream(capture)) {
            byte[] file = in.readAllBytes();
            int length = file[24 + 8] & 0xff | (file[24 + 9] & 0xff) << 8;
            return Arrays.copyOfRange(file, 40, 40 + length);
        }
    }

    @Test
    void theCaptureIsScapys() throws IOException {
        assertEquals(0x60, firstPacket("scapy-esp.pcap").length);
    }
}
