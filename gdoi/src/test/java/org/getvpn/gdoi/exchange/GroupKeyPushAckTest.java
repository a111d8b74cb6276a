// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupKeyPushAckTest {
    private static final Endpoint MEMBER = Lab.endpoint("10.84.8.2", 848);

    /** The KEK of the vectors, with an IV that the acknowledgement must not depend on. */
    private static Kek kek(int acknowledgement) {
        byte[] ivAndKey = new byte[32];
        for (int i = 0; i < 16; i++) {
            ivAndKey[i] = (byte) 0xee;
            ivAndKey[16 + i] = (byte) i;
        }
        return new Kek(
                hex("00112233445566778899aabbccddeeff"),
                Kek.ALGORITHM_AES_CBC,
                SecretBytes.wrap(ivAndKey),
                3600,
                Kek.SIGNATURE_HASH_SHA256,
                Kek.SIGNATURE_RSA,
                BlueGroup.SIGNING.getPublic().getEncoded(),
                acknowledgement);
    }

    private static byte[] hex(String digits) {
        byte[] padded = new BigInteger("01" + digits, 16).toByteArray();
        return Arrays.copyOfRange(padded, 1, padded.length);
    }

    private static byte[] vector(String name) throws IOException {
        try (InputStream in =
                GroupKeyPushAckTest.class.getResourceAsStream(
                        "/vectors/derived/rfc8263_ack_vectors.json")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Matcher matcher =
                    Pattern.compile(
                                    "\"" + name + "\".*?\"datagram\": \"([0-9a-f]+)\"",
                                    Pattern.DOTALL)
                            .matcher(text);
            assertTrue(matcher.find());
            return hex(matcher.group(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"KEK_SHA256, 1", "KEK_SHA512, 3"})
    void theDatagramIsThatOfASecondImplementation(String name, int type) throws Exception {
        GroupKeyPushAck ack = GroupKeyPushAck.under(kek(type)).get();
        assertArrayEquals(vector(name), ack.seal(7, MEMBER));

        GroupKeyPushAck.Acknowledgement read = ack.open(vector(name));
        assertEquals(7, read.sequence());
        assertEquals("10.84.8.2", read.member());
    }

    @Test
    void noBitMayFlip() throws Exception {
        GroupKeyPushAck ack = GroupKeyPushAck.under(kek(1)).get();
        byte[] good = vector("KEK_SHA256");
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] forged = good.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            boolean minorVersion = bit / 8 == 17 && bit % 8 < 4;
            if (!minorVersion) {
                assertThrows(MalformedPayload.class, () -> ack.open(forged), "bit " + bit);
            }
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(MalformedPayload.class, () -> ack.open(cut));
        }
    }

    @Test
    void aKekThatAsksForNoneOrForLkhGetsNone() {
        assertTrue(GroupKeyPushAck.under(kek(0)).isEmpty());
        assertTrue(GroupKeyPushAck.under(kek(2)).isEmpty());
    }

    @Test
    void aMemberAcknowledgesWhatItTookAndNothingElse() throws Exception {
        Kek kek = kek(1);
        RekeyReceiver member = new RekeyReceiver(BlueGroup.ID);
        member.install(kek, 6);
        GroupDownload download = BlueGroup.download(null, 5000, List.of());
        byte[] push =
                GroupKeyPush.seal(
                        kek,
                        new RekeyMessage(7, List.of(), false, false, download),
                        BlueGroup.SIGNING.getPrivate(),
                        Lab.KEY_SERVER);
        Datagram in = new Datagram(MEMBER, Lab.KEY_SERVER, push);
        /* HDR*, SEQ, SA, KD, SIG -->
        <-- HDR, HASH, SEQ, ID */
        List<Datagram> sent = member.receive(in, Ticks.ofNanos(0)).send();
        assertEquals(1, sent.size());
        assertEquals(Lab.KEY_SERVER, sent.get(0).remote());
        assertArrayEquals(vector("KEK_SHA256"), sent.get(0).octets());

        assertTrue(member.receive(in, Ticks.ofNanos(0)).send().isEmpty(), "a replay");
    }
}
