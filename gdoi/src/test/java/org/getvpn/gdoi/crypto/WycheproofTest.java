// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.getvpn.gdoi.policy.Kek;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Known attacks against signatures and key agreement (Project Wycheproof). "Acceptable" there means
 * that a library may go either way; which way we go is said here.
 */
class WycheproofTest {
    /** The DigestInfo before the hash in EMSA-PKCS1-v1_5 (RFC 8017, section 9.2). */
    private static final String SHA256_INFO = "3031300d060960864801650304020105000420";

    /**
     * Valid, but JDK 17 says no. No signer meets it: the x coordinate of a random point lies
     * between the order of the curve and its prime once in 2^128 signatures, so that a no costs
     * nothing.
     */
    private static final String BEYOND_THE_ORDER = "k*G has a large x-coordinate";

    private static final String SHA384_INFO = "3041300d060960864801650304020205000430";
    private static final String SHA512_INFO = "3051300d060960864801650304020305000440";

    @ParameterizedTest
    @CsvSource({"ECP256, secp256r1, 216", "ECP384, secp384r1, 182", "ECP521, secp521r1, 237"})
    void keyAgreementTakesPointsOfTheCurveAlone(DiffieHellmanGroup group, String curve, int count)
            throws Exception {
        byte[] anyPoint = NamedKeys.of(curve).generator();
        int seen = 0;
        for (JsonNode set : read("ecdh_" + curve + "_ecpoint_test").get("testGroups")) {
            for (JsonNode test : set.get("tests")) {
                seen++;
                byte[] point = Hex.octets(test.get("public").asText());
                // IKE writes x | y without the octet 04 (RFC 5903, section 7), never compressed
                byte[] value =
                        point.length > 0 && point[0] == 4
                                ? Arrays.copyOfRange(point, 1, point.length)
                                : point;
                DiffieHellmanKey key =
                        group.ofPrivate(new BigInteger(test.get("private").asText(), 16), anyPoint);
                if (test.get("result").asText().equals("valid")) {
                    assertArrayEquals(
                            Hex.octets(test.get("shared").asText()),
                            key.agree(value).expose(),
                            name(test));
                } else {
                    assertThrows(
                            InvalidPublicValue.class, () -> key.agree(value), () -> name(test));
                }
            }
        }
        assertEquals(count, seen);
    }

    @ParameterizedTest
    @CsvSource({
        "ECDSA_256, ecdsa_secp256r1_sha256_p1363_test, 4, 219",
        "ECDSA_384, ecdsa_secp384r1_sha384_p1363_test, 5, 239",
        "ECDSA_521, ecdsa_secp521r1_sha512_p1363_test, 6, 277"
    })
    void ecdsaSignaturesOfPhaseOneAndOfRekeys(
            AuthenticationMethod method, String file, int rekeyAlgorithm, int count)
            throws Exception {
        RekeySignature rekey = rekeySignature(rekeyAlgorithm, 0);
        int seen = 0;
        for (JsonNode set : read(file).get("testGroups")) {
            PublicKey key = key("EC", set);
            for (JsonNode test : set.get("tests")) {
                seen++;
                byte[] message = Hex.octets(test.get("msg").asText());
                byte[] signature = Hex.octets(test.get("sig").asText());
                if (test.get("comment").asText().equals(BEYOND_THE_ORDER)) {
                    continue;
                }
                // "acceptable" are signatures of another length: r and s are of fixed length here
                boolean good = test.get("result").asText().equals("valid");
                assertEquals(
                        good,
                        method.verifies(
                                key, signature, method.ownHash().orElseThrow().hash(message)),
                        name(test));
                assertEquals(good, rekey.verifies(key, signature, message), name(test));
            }
        }
        assertEquals(count, seen);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa_signature_2048_sha256_test, 3, SHA-256, " + SHA256_INFO + ", 240",
        "rsa_signature_2048_sha384_test, 4, SHA-384, " + SHA384_INFO + ", 252",
        "rsa_signature_2048_sha512_test, 5, SHA-512, " + SHA512_INFO + ", 240",
        "rsa_signature_3072_sha256_test, 3, SHA-256, " + SHA256_INFO + ", 239"
    })
    void rsaSignaturesOfPhaseOneAndOfRekeys(
            String file, int rekeyHash, String digest, String info, int count) throws Exception {
        RekeySignature rekey = rekeySignature(Kek.SIGNATURE_RSA, rekeyHash);
        int seen = 0;
        for (JsonNode set : read(file).get("testGroups")) {
            PublicKey key = key("RSA", set);
            for (JsonNode test : set.get("tests")) {
                seen++;
                byte[] message = Hex.octets(test.get("msg").asText());
                byte[] signature = Hex.octets(test.get("sig").asText());
                String expected = test.get("result").asText();
                // Phase 1 signs a bare block (RFC 2409, section 5.1); with the DigestInfo in it the
                // block is that of these vectors, and padding is checked the same way.
                boolean phaseOne =
                        AuthenticationMethod.RSA_SIGNATURES.verifies(
                                key, signature, block(info, digest, message));
                boolean rekeyed = rekey.verifies(key, signature, message);
                if (test.get("comment").asText().endsWith("00<hash>")) {
                    // The bare hash is a form of its own, that of Cisco's reference.
                    assertFalse(phaseOne || rekeyed, name(test));
                } else if (expected.equals("acceptable")) {
                    acceptable(test, phaseOne, rekeyed);
                } else {
                    assertEquals(expected.equals("valid"), phaseOne, name(test));
                    assertEquals(expected.equals("valid"), rekeyed, name(test));
                }
            }
        }
        assertEquals(count, seen);
    }

    private static void acceptable(JsonNode test, boolean phaseOne, boolean rekeyed) {
        switch (test.get("flags").get(0).asText()) {
            case "MissingNull":
                // Phase 1 compares the whole block. Rekeys are verified by Java, which may take a
                // DigestInfo without parameters, as RFC 8017, appendix A.2.4, lets it.
                assertFalse(phaseOne, name(test));
                break;
            case "SmallPublicKey":
                // a public exponent of 3 is weak padding's friend, not a wrong signature
                assertTrue(phaseOne && rekeyed, name(test));
                break;
            default:
                fail("a flag without a decision here: " + name(test));
        }
    }

    private static RekeySignature rekeySignature(int algorithm, int hash) {
        return RekeySignature.of(
                new Kek(
                        new byte[16],
                        Kek.ALGORITHM_AES_CBC,
                        SecretBytes.wrap(new byte[32]),
                        60,
                        hash,
                        algorithm,
                        new byte[0],
                        0));
    }

    private static byte[] block(String info, String digest, byte[] message)
            throws GeneralSecurityException {
        byte[] head = Hex.octets(info);
        byte[] hash = MessageDigest.getInstance(digest).digest(message);
        byte[] block = Arrays.copyOf(head, head.length + hash.length);
        System.arraycopy(hash, 0, block, head.length, hash.length);
        return block;
    }

    private static PublicKey key(String algorithm, JsonNode set) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(Hex.octets(set.get("keyDer").asText())));
    }

    private static JsonNode read(String file) throws IOException {
        try (InputStream in =
                WycheproofTest.class.getResourceAsStream("/vectors/wycheproof/" + file + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static String name(JsonNode test) {
        return "test " + test.get("tcId") + " " + test.get("comment") + " " + test.get("flags");
    }
}
