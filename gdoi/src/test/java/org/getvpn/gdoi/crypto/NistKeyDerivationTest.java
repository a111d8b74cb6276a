// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** SKEYID and its three children as NIST's validation programs have them (SP 800-135). */
class NistKeyDerivationTest {
    /** Names a file of ACVP's, "kdf-components ikev1", prompts and results in one. */
    private static final String ACVP = "ACVP_IKEV1";

    private static final String PSK = "pre-shared-key";

    @TestFactory
    Stream<DynamicTest> byPreSharedKey() throws IOException {
        return cases("ikev1_psk.fax", 34, this::ofPreSharedKey);
    }

    @TestFactory
    Stream<DynamicTest> bySignatures() throws IOException {
        return cases("ikev1_dsa.fax", 34, this::ofSignatures);
    }

    /** The only vectors of NIST's with public key encryption; they are not in the repository. */
    @Test
    void byAnyMethodOfAnAcvpFile() throws IOException {
        String file = System.getenv(ACVP);
        assumeTrue(file != null, ACVP + " names no file of ACVP's: not run");
        JsonNode root = new ObjectMapper().readTree(Path.of(file).toFile());
        int run = 0;
        for (JsonNode group : root.get("testGroups")) {
            String hash = group.get("hashAlg").asText();
            if (!hash.matches("(?i)SHA-?1|SHA2?-(256|384|512)")) {
                continue;
            }
            for (JsonNode test : group.get("tests")) {
                Map<String, String> fields = new HashMap<>();
                fields.put("hash", hash.replaceAll("(?i)SHA2?-", "SHA-"));
                fields.put("Ni", test.get("nInit").asText());
                fields.put("Nr", test.get("nResp").asText());
                fields.put("CKY_I", test.get("ckyInit").asText());
                fields.put("CKY_R", test.get("ckyResp").asText());
                fields.put("g^xy", test.get("gxy").asText());
                fields.put("SKEYID", test.get("sKeyId").asText());
                fields.put("SKEYID_d", test.get("sKeyIdD").asText());
                fields.put("SKEYID_a", test.get("sKeyIdA").asText());
                fields.put("SKEYID_e", test.get("sKeyIdE").asText());
                switch (group.get("authenticationMethod").asText()) {
                    case "psk":
                        fields.put(PSK, test.get("preSharedKey").asText());
                        check(fields, ofPreSharedKey(fields));
                        break;
                    case "dsa":
                        check(fields, ofSignatures(fields));
                        break;
                    default:
                        check(fields, ofPublicKeyEncryption(fields));
                }
                run++;
            }
        }
        assumeTrue(run > 0, file + " has no group that is spoken here");
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
