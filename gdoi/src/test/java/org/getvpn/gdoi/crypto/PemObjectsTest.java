// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and certificates as OpenSSL writes them. */
class PemObjectsTest {
    /** Made by OpenSSL 3.0: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256. */
    private static final String OF_OPENSSL =
            "-----BEGIN PRIVATE KEY-----\n"
                    + "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghuBZAHbepMg00ccx\n"
                    + "F5X0ea38UgP9oVPk47BjJvzY/SehRANCAAQQFn8Cv3rUyduuSFtGtZtPOLKGX5Bh\n"
                    + "9OvMYrEUdbGWc0xWRsp5Vqa5ARaD3DQZdOsCAB6/Yz2Sg0chtVS7jhnJ\n"
                    + "-----END PRIVATE KEY-----\n";

    private static byte[] pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521"})
    void aPrivateKeyIsRead(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        assertArrayEquals(
                key.getEncoded(),
                PemObjects.privateKey(pem("PRIVATE KEY", key.getEncoded())).getEncoded());
    }

    @Test
    void whatOpensslWroteIsReadWithTheTextAroundIt() {
        byte[] file = ("# site 1\n" + OF_OPENSSL).getBytes(StandardCharsets.US_ASCII);
        assertTrue(AuthenticationMethod.ECDSA_256.fits(PemObjects.privateKey(file)));
    }

    @ParameterizedTest
    @CsvSource({"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void aKeyOfAnotherFormIsRefusedWithTheCommandThatConvertsIt(String label) {
        String reason = refusal(pem(label, new byte[40]));
        assertTrue(reason.contains("openssl pkcs8 -topk8 -nocrypt"), reason);
    }

    @Test
    void aRefusalShowsNothingOfTheFile() {
        String reason = refusal(pem("PRIVATE KEY", "a secret of ours".getBytes()));
        assertEquals("is neither an RSA key nor one of a curve P-256, P-384 or P-521", reason);
        assertFalse(refusal("no key at all".getBytes()).contains("no key at all"));
    }

    @Test
    void aFileWithoutCertificateOrListSaysWhatIsMissing() {
        byte[] empty = new byte[0];
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> PemObjects.certificates(empty))
                        .getMessage()
                        .contains("BEGIN CERTIFICATE"));
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> PemObjects.revocations(empty))
                        .getMessage()
                        .contains("BEGIN X509 CRL"));
        byte[] broken = pem("CERTIFICATE", new byte[40]);
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> PemObjects.certificates(broken))
                        .getMessage()
                        .startsWith("is no X.509 certificate: "));
    }

    private static String refusal(byte[] file) {
        return assertThrows(IllegalArgumentException.class, () -> PemObjects.privateKey(file))
                .getMessage();
    }
}
