// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.packet.Octets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Known attacks against authenticated encryption (Project Wycheproof), with IVs as ESP has them.
 */
class WycheproofTest {
    private static final int SALT = 4;

    static List<AeadProvider> providers() {
        return ForeignEspTest.providers().toList();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void galoisCounterMode(AeadProvider provider) throws IOException {
        int seen = 0;
        for (JsonNode test : tests("aes_gcm", "ivSize", 96)) {
            seen++;
            String name = provider.name() + ", aes_gcm " + test.get("tcId");
            byte[] aad = hex(test, "aad");
            byte[] text = hex(test, "msg");
            byte[] sealed = concat(hex(test, "ct"), hex(test, "tag"));
            byte[] iv = hex(test, "iv");
            AeadCipher cipher = provider.gcm(keyAndSalt(test, iv), aad.length, AeadCipher.ICV);
            long explicit = Octets.i64(MemorySegment.ofArray(iv), SALT);
            byte[] packet = concat(aad, sealed);
            MemorySegment opened = NativeMemory.of(new byte[text.length]);
            boolean valid = test.get("result").asText().equals("valid");
            assertEquals(
                    valid,
                    cipher.open(
                            NativeMemory.of(packet),
                            0,
                            aad.length,
                            text.length,
                            explicit,
                            opened,
                            0),
                    name);
            if (valid) {
                MemorySegment out = NativeMemory.of(concat(aad, new byte[sealed.length]));
                cipher.seal(NativeMemory.of(text), 0, text.length, explicit, out, 0, aad.length);
                assertArrayEquals(packet, NativeMemory.octets(out), name);
            }
            cipher.destroy();
        }
        assertEquals(197, seen);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void galoisMessageAuthentication(AeadProvider provider) throws IOException {
        int seen = 0;
        for (JsonNode test : tests("aes_gmac", "ivSize", 96)) {
            seen++;
            String name = provider.name() + ", aes_gmac " + test.get("tcId");
            byte[] message = hex(test, "msg");
            byte[] iv = hex(test, "iv");
            AeadCipher cipher = provider.gmac(keyAndSalt(test, iv));
            long explicit = Octets.i64(MemorySegment.ofArray(iv), SALT);
            byte[] packet = concat(message, hex(test, "tag"));
            int head = Math.min(EspFormat.HEADER, message.length);
            int textLength = message.length - head;
            boolean valid = test.get("result").asText().equals("valid");
            MemorySegment opened = NativeMemory.of(new byte[textLength]);
            assertEquals(
                    valid,
                    cipher.open(NativeMemory.of(packet), 0, head, textLength, explicit, opened, 0),
                    name);
            if (valid) {
                MemorySegment out = NativeMemory.of(Arrays.copyOf(message, packet.length));
                cipher.seal(NativeMemory.of(message), head, textLength, explicit, out, 0, head);
                assertArrayEquals(packet, NativeMemory.octets(out), name);
            }
            cipher.destroy();
        }
        assertEquals(207, seen);
    }

    @ParameterizedTest
    @CsvSource({
        "hmac_sha1, 2, 170",
        "hmac_sha256, 5, 174",
        "hmac_sha384, 6, 174",
        "hmac_sha512, 7, 174"
    })
    void keyedHashes(String file, int hash, int count) throws IOException {
        int seen = 0;
        for (JsonNode test : tests(file, "", 0)) {
            seen++;
            byte[] message = hex(test, "msg");
            byte[] tag = hex(test, "tag");
            TruncatedHmac hmac =
                    new TruncatedHmac(hash, SecretBytes.wrap(hex(test, "key")), tag.length);
            MemorySegment packet = MemorySegment.ofArray(concat(message, tag));
            boolean valid = test.get("result").asText().equals("valid");
            assertEquals(
                    valid, hmac.verify(packet, 0, message.length), file + " " + test.get("tcId"));
            MemorySegment written =
                    MemorySegment.ofArray(Arrays.copyOf(message, (int) packet.byteSize()));
            hmac.append(written, 0, message.length);
            assertEquals(valid, written.mismatch(packet) == -1);
        }
        assertEquals(count, seen);
    }

    private static SecretBytes keyAndSalt(JsonNode test, byte[] iv) {
        return SecretBytes.wrap(concat(hex(test, "key"), Arrays.copyOf(iv, SALT)));
    }

    private static List<JsonNode> tests(String file, String field, int value) throws IOException {
        List<JsonNode> tests = new ArrayList<>();
        String resource = "/vectors/wycheproof/" + file + "_test.json";
        try (InputStream in = WycheproofTest.class.getResourceAsStream(resource)) {
            for (JsonNode group : new JsonMapper().readTree(in).get("testGroups")) {
                if (field.isEmpty() || group.get(field).asInt() == value) {
                    group.get("tests").forEach(tests::add);
                }
            }
        }
        return tests;
    }

    private static byte[] hex(JsonNode test, String field) {
        return HexFormat.of().parseHex(test.get(field).asText());
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
