// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.getvpn.gdoi.crypto.Prf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GROUPKEY-PUSH-ACK (RFC 8263) against datagrams of a second implementation. */
class AcknowledgementVectorsTest {
    /**
     *
     *
     * <pre>
     *   member --&gt; key server   HDR, HASH, SEQ, ID      in clear
     *
     *   HASH    = prf(ack_key, SEQ | ID)
     *   ack_key = prf(KEK, "GROUPKEY-PUSH ACK" | 0 | SPI | L)
     * </pre>
     */
    @ParameterizedTest
    @CsvSource({"KEK_SHA256, SHA256, 512", "KEK_SHA512, SHA512, 1024"})
    void anAcknowledgementIsReadAndItsHashFits(String name, Prf prf, int lengthBits)
            throws IOException, MalformedPayload {
        String vectors = Capture.text("derived/rfc8263_ack_vectors.json");
        String vector = vectors.substring(vectors.indexOf("\"" + name + "\""));
        byte[] datagram = field(vector, "datagram");

        IsakmpHeader header = IsakmpHeader.read(datagram);
        PayloadChain chain =
                PayloadChain.read(
                        header.first(),
                        Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length),
                        PayloadChain.Padding.NONE);
        MessageRule.PUSH_ACK.verify(header, chain);
        assertArrayEquals(field(vectors, "spi"), Arrays.copyOf(datagram, 16), "cookies = SPI");
        assertEquals(7, SequenceNumber.read(chain.find(PayloadType.SEQ).orElseThrow().body()));
        Identification member =
                Identification.read(chain.find(PayloadType.ID).orElseThrow().body());
        assertArrayEquals(hex("0a540802"), member.data());

        byte[] key =
                prf.compute(
                        field(vectors, "kek"),
                        "GROUPKEY-PUSH ACK".getBytes(StandardCharsets.US_ASCII),
                        new byte[1],
                        field(vectors, "spi"),
                        new byte[] {(byte) (lengthBits >>> 8), (byte) lengthBits});
        assertArrayEquals(field(vector, "ack_key"), key);
        assertArrayEquals(
                chain.find(PayloadType.HASH).orElseThrow().body(),
                prf.compute(key, chain.octetsFrom(1)));
    }

    private static byte[] field(String json, String name) {
        Matcher value = Pattern.compile("\"" + name + "\": \"([0-9a-f]+)\"").matcher(json);
        if (!value.find()) {
            throw new IllegalArgumentException("no " + name);
        }
        return hex(value.group(1));
    }
}
