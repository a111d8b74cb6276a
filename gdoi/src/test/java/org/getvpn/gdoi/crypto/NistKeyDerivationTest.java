// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** SKEYID and its three children as NIST's validation programs have them (SP 800-135). */
class NistKeyDerivationTest {
    private static final String PSK = "pre-shared-key";

    @TestFactory
    Stream<DynamicTest> byPreSharedKey() throws IOException {
        return cases("ikev1_psk.fax", 34, this::ofPreSharedKey);
    }

    @TestFactory
    Stream<DynamicTest> bySignatures() throws IOException {
        return cases("ikev1_dsa.fax", 34, this::ofSignatures);
    }

    @TestFactory
    Stream<DynamicTest> byPublicKeyEncryption() throws IOException {
        return cases("ikev1_pke.rsp", 44, this::ofPublicKeyEncryption);
    }

    private PhaseOneKeys ofPreSharedKey(Map<String, String> fields) {
        return PhaseOneKeys.ofPreSharedKey(
                prf(fields),
                SecretBytes.wrap(octets(fields, PSK)),
                octets(fields, "Ni"),
                octets(fields, "Nr"),
                cookies(fields),
                SecretBytes.wrap(octets(fields, "g^xy")));
    }

    private PhaseOneKeys ofSignatures(Map<String, String> fields) {
        return PhaseOneKeys.ofSignatures(
                prf(fields),
                octets(fields, "Ni"),
                octets(fields, "Nr"),
                cookies(fields),
                SecretBytes.wrap(octets(fields, "g^xy")));
    }

    private PhaseOneKeys ofPublicKeyEncryption(Map<String, String> fields) {
        return PhaseOneKeys.ofPublicKeyEncryption(
                prf(fields),
                octets(fields, "Ni"),
                octets(fields, "Nr"),
                cookies(fields),
                SecretBytes.wrap(octets(fields, "g^xy")));
    }

    private static void check(Map<String, String> expected, PhaseOneKeys keys) {
        assertEquals(expected.get("SKEYID").toLowerCase(), Hex.digits(keys.skeyid()));
        assertEquals(expected.get("SKEYID_d").toLowerCase(), Hex.digits(keys.forDerivation()));
        assertEquals(expected.get("SKEYID_a").toLowerCase(), Hex.digits(keys.forAuthentication()));
        assertEquals(expected.get("SKEYID_e").toLowerCase(), Hex.digits(keys.forEncryption()));
    }

    private static Prf prf(Map<String, String> fields) {
        return Prf.valueOf(fields.get("hash").replace("-", ""));
    }

    private static byte[] octets(Map<String, String> fields, String name) {
        return Hex.octets(fields.get(name));
    }

    private static byte[] cookies(Map<String, String> fields) {
        return Hex.octets(fields.get("CKY_I") + fields.get("CKY_R"));
    }

    /** The lines "[name = value]" and "[SHA-1]" stand before the cases that they are of. */
    private static Stream<DynamicTest> cases(
            String file, int count, Function<Map<String, String>, PhaseOneKeys> derive)
            throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        String hash = "";
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                NistKeyDerivationTest.class.getResourceAsStream(
                                        "/vectors/nist-cavp/" + file),
                                StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" = ");
                if (line.startsWith("[SHA-")) {
                    hash = line.substring(1, line.length() - 1);
                } else if (line.startsWith("COUNT")) {
                    all.add(new HashMap<>(Map.of("hash", hash)));
                } else if (!line.startsWith("[") && parts.length == 2) {
                    all.get(all.size() - 1).put(parts[0], parts[1]);
                }
            }
        }
        assertEquals(count, all.size(), "cases in " + file);
        return all.stream()
                .map(
                        fields ->
                                dynamicTest(
                                        fields.get("hash") + " CKY_I " + fields.get("CKY_I"),
                                        () -> check(fields, derive.apply(fields))));
    }
}
