// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RSA encryption as Phase 1 uses it, against vectors of a second implementation and by hand. */
class RsaEncryptionTest {
    private static final KeyPair KEYS = keys();
    private static final byte[] SUBSTITUTE = {9, 9, 9};

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                RsaEncryptionTest.class.getResourceAsStream("/vectors/derived/" + name)) {
            return in.readAllBytes();
        }
    }

    private static String vectors(int method) throws IOException {
        String all = new String(resource("ikev1_rsa_enc_vectors.json"), StandardCharsets.US_ASCII);
        return method == 0 ? all : all.substring(all.indexOf("\"" + method + "\": {"));
    }

    private static byte[] field(String json, String name) {
        Matcher value = Pattern.compile("\"" + name + "\": \"([0-9a-f]+)\"").matcher(json);
        if (!value.find()) {
            throw new IllegalArgumentException("no " + name);
        }
        return Hex.octets(value.group(1));
    }

    private static PrivateKey key(String role) throws IOException {
        return PemObjects.privateKey(resource("rsaenc_" + role + ".pem"));
    }

    @ParameterizedTest
    @CsvSource({
        "4, msg3_ID, r, idii_b",
        "4, msg3_NONCE, r, ni_b",
        "4, msg4_ID, i, idir_b",
        "4, msg4_NONCE, i, nr_b",
        "5, msg3_NONCE, r, ni_b",
        "5, msg4_NONCE, i, nr_b"
    })
    void theVectorsOpen(int method, String sealed, String reader, String plain) throws IOException {
        assertArrayEquals(
                field(vectors(0), plain),
                RsaEncryption.decrypt(
                        key(reader), field(vectors(method), sealed), 5, 256, SUBSTITUTE));
    }

    @ParameterizedTest
    @CsvSource({"ni_b, cky_i, msg3, gxi, idii_b", "nr_b, cky_r, msg4, gxr, idir_b"})
    void theRevisedModesBodiesAreTheVectors(
            String nonce, String cookie, String message, String value, String identity)
            throws IOException {
        String common = vectors(0);
        String revised = vectors(5);
        EphemeralCipher writer =
                EphemeralCipher.of(
                        Prf.SHA256,
                        IsakmpCipher.Algorithm.AES128,
                        field(common, nonce),
                        field(common, cookie));
        assertArrayEquals(field(revised, message + "_KE"), writer.encrypt(field(common, value)));
        assertArrayEquals(field(revised, message + "_ID"), writer.encrypt(field(common, identity)));

        EphemeralCipher reader =
                EphemeralCipher.of(
                        Prf.SHA256,
                        IsakmpCipher.Algorithm.AES128,
                        field(common, nonce),
                        field(common, cookie));
        assertArrayEquals(field(common, value), reader.decrypt(field(revised, message + "_KE")));
        assertArrayEquals(field(common, identity), reader.decrypt(field(revised, message + "_ID")));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void theKeysAndProofsAreTheVectors(int method) throws IOException {
        String common = vectors(0);
        String vector = vectors(method);
        byte[] cookies = new byte[16];
        System.arraycopy(field(common, "cky_i"), 0, cookies, 0, 8);
        System.arraycopy(field(common, "cky_r"), 0, cookies, 8, 8);
        PhaseOneKeys keys =
                PhaseOneKeys.ofPublicKeyEncryption(
                        Prf.SHA256,
                        field(common, "ni_b"),
                        field(common, "nr_b"),
                        cookies,
                        SecretBytes.wrap(field(common, "gxy")));
        assertArrayEquals(field(vector, "skeyid"), keys.skeyid());
        assertArrayEquals(field(vector, "skeyid_d"), keys.forDerivation());
        assertArrayEquals(field(vector, "skeyid_a"), keys.forAuthentication());
        assertArrayEquals(field(vector, "skeyid_e"), keys.forEncryption());
        byte[] gxi = field(common, "gxi");
        byte[] gxr = field(common, "gxr");
        byte[] offer = field(vector, "sai_b");
        assertArrayEquals(
                field(vector, "hash_i"),
                keys.hashOfInitiator(gxi, gxr, cookies, offer, field(common, "idii_b")));
        assertArrayEquals(
                field(vector, "hash_r"),
                keys.hashOfResponder(gxi, gxr, cookies, offer, field(common, "idir_b")));
        assertArrayEquals(
                field(vector, "phase1_iv"),
                keys.cipher(IsakmpCipher.Algorithm.AES128).firstIv(Prf.SHA256, gxi, gxr));
    }

    /** 0 | 2 | padding | 0 | message raised to the public exponent, without a library's padding. */
    private static byte[] sealed(byte[] padded) {
        RSAPublicKey open = (RSAPublicKey) KEYS.getPublic();
        BigInteger cipher =
                new BigInteger(1, padded).modPow(open.getPublicExponent(), open.getModulus());
        return DiffieHellmanGroup.padded(cipher, 256);
    }

    private static byte[] padded(int first, int type, int padding, byte[] message) {
        byte[] octets = new byte[256];
        Arrays.fill(octets, (byte) 0x55);
        octets[0] = (byte) first;
        octets[1] = (byte) type;
        octets[2 + padding] = 0;
        System.arraycopy(message, 0, octets, 256 - message.length, message.length);
        return octets;
    }

    private static byte[] opened(byte[] padded) {
        return RsaEncryption.decrypt(KEYS.getPrivate(), sealed(padded), 8, 200, SUBSTITUTE);
    }

    @Test
    void whatIsPaddedByHandOpens() {
        byte[] message = new byte[32];
        Arrays.fill(message, (byte) 7);
        message[31] = 0;
        assertArrayEquals(message, opened(padded(0, 2, 256 - 3 - 32, message)));
        byte[] encrypted = RsaEncryption.encrypt(KEYS.getPublic(), message, new SecureRandom());
        assertArrayEquals(
                message, RsaEncryption.decrypt(KEYS.getPrivate(), encrypted, 8, 200, SUBSTITUTE));
    }

    @Test
    void whateverIsWrongBecomesTheSubstitute() {
        byte[] message = new byte[32];
        assertArrayEquals(SUBSTITUTE, opened(padded(1, 2, 221, message)), "first octet");
        assertArrayEquals(SUBSTITUTE, opened(padded(0, 1, 221, message)), "block type 1");
        assertArrayEquals(
                SUBSTITUTE, opened(padded(0, 2, 7, new byte[0])), "padding below 8 octets");
        assertEquals(245, lengthOf(8), "padding of 8 octets");
        byte[] none = padded(0, 2, 100, new byte[0]);
        none[102] = 1;
        assertArrayEquals(SUBSTITUTE, opened(none), "no separator");
        assertArrayEquals(
                SUBSTITUTE, opened(padded(0, 2, 256 - 3 - 7, new byte[7])), "message too short");
        assertArrayEquals(SUBSTITUTE, opened(padded(0, 2, 20, new byte[0])), "message too long");
        byte[] large = new byte[256];
        Arrays.fill(large, (byte) 0xff);
        assertArrayEquals(
                SUBSTITUTE,
                RsaEncryption.decrypt(KEYS.getPrivate(), large, 8, 200, SUBSTITUTE),
                "not below the modulus");
        assertArrayEquals(
                SUBSTITUTE,
                RsaEncryption.decrypt(KEYS.getPrivate(), new byte[255], 8, 200, SUBSTITUTE),
                "another length");
    }

    private static int lengthOf(int padding) {
        return RsaEncryption.decrypt(
                        KEYS.getPrivate(),
                        sealed(padded(0, 2, padding, new byte[0])),
                        1,
                        256,
                        SUBSTITUTE)
                .length;
    }

    @Test
    void whatDoesNotFitIsNotEncrypted() {
        assertThrows(
                IllegalArgumentException.class,
                () -> RsaEncryption.encrypt(KEYS.getPublic(), new byte[246], new SecureRandom()));
    }

    @Test
    void aPaddedBodyAlwaysGrowsAndGarbageNeverThrows() {
        byte[] cookie = new byte[8];
        for (int length = 0; length < 50; length++) {
            byte[] body = new byte[length];
            Arrays.fill(body, (byte) 3);
            byte[] sealed = cipher(cookie).encrypt(body);
            assertEquals((length / 16 + 1) * 16, sealed.length);
            assertArrayEquals(body, cipher(cookie).decrypt(sealed));
            cipher(new byte[] {1, 1, 1, 1, 1, 1, 1, 1}).decrypt(sealed);
            assertEquals(0, cipher(cookie).decrypt(new byte[length | 1]).length);
        }
    }

    private static EphemeralCipher cipher(byte[] cookie) {
        return EphemeralCipher.of(Prf.SHA256, IsakmpCipher.Algorithm.AES256, new byte[16], cookie);
    }
}
