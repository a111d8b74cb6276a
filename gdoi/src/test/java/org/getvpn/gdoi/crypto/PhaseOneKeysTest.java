// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key that strongSwan derived in four Phase 1 exchanges, as its log printed them. */
class PhaseOneKeysTest {
    private static final Properties VECTORS = new Properties();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in =
                PhaseOneKeysTest.class.getResourceAsStream(
                        "/vectors/strongswan-ikev1/phase-one-keys.properties")) {
            VECTORS.load(in);
        }
    }

    private static byte[] vector(String exchange, String name) {
        return Hex.octets(VECTORS.getProperty(exchange + "." + name));
    }

    private static PhaseOneKeys derive(String exchange, Prf prf) {
        byte[] ni = vector(exchange, "ni");
        byte[] nr = vector(exchange, "nr");
        byte[] cookies = vector(exchange, "cookies");
        SecretBytes shared = SecretBytes.wrap(vector(exchange, "gxy"));
        SecretBytes psk = SecretBytes.wrap("mekmitasdigoat".getBytes(StandardCharsets.US_ASCII));
        return exchange.endsWith("rsa")
                ? PhaseOneKeys.ofSignatures(prf, ni, nr, cookies, shared)
                : PhaseOneKeys.ofPreSharedKey(prf, psk, ni, nr, cookies, shared);
    }

    @ParameterizedTest
    @CsvSource({
        "main-psk, SHA256, AES128",
        "main-rsa, SHA256, AES256",
        "aggressive-psk, SHA256, AES256",
        "main-ecp, SHA384, AES256"
    })
    void theKeysAreStrongSwans(String exchange, Prf prf, IsakmpCipher.Algorithm algorithm) {
        PhaseOneKeys keys = derive(exchange, prf);
        assertArrayEquals(vector(exchange, "skeyid"), keys.skeyid());
        assertArrayEquals(vector(exchange, "skeyid_d"), keys.forDerivation());
        assertArrayEquals(vector(exchange, "skeyid_a"), keys.forAuthentication());
        assertArrayEquals(vector(exchange, "skeyid_e"), keys.forEncryption());

        IsakmpCipher cipher = keys.cipher(algorithm);
        IsakmpCipher expected = new IsakmpCipher(algorithm, vector(exchange, "ka"));
        byte[] block = new byte[16];
        assertArrayEquals(expected.encrypt(block, block), cipher.encrypt(block, block));
        assertArrayEquals(
                vector(exchange, "iv"),
                cipher.firstIv(prf, vector(exchange, "gxi"), vector(exchange, "gxr")));
    }

    @Test
    void aKeyLongerThanTheHashIsExpanded() {
        // RFC 2409, appendix B: K1 = prf(SKEYID_e, 0), K2 = prf(SKEYID_e, K1), Ka = K1 | K2.
        PhaseOneKeys keys = derive("main-psk", Prf.SHA1);
        byte[] skeyidE = keys.forEncryption();
        byte[] first = Prf.SHA1.compute(skeyidE, new byte[1]);
        byte[] second = Prf.SHA1.compute(skeyidE, first);
        byte[] key = new byte[32];
        System.arraycopy(first, 0, key, 0, 20);
        System.arraycopy(second, 0, key, 20, 12);
        byte[] block = new byte[16];
        assertArrayEquals(
                new IsakmpCipher(IsakmpCipher.Algorithm.AES256, key).encrypt(block, block),
                keys.cipher(IsakmpCipher.Algorithm.AES256).encrypt(block, block));
    }

    @Test
    void destroyedKeysAuthenticateNothing() {
        PhaseOneKeys keys = derive("main-psk", Prf.SHA256);
        keys.destroy();
        assertArrayEquals(new byte[32], keys.skeyid());
        assertThrows(IllegalStateException.class, () -> keys.authenticate(new byte[1]));
    }

    @Test
    void noKeyIsPrinted() {
        PhaseOneKeys keys = derive("main-psk", Prf.SHA256);
        assertEquals("PhaseOneKeys[sha256]", keys.toString());
        assertFalse(keys.toString().contains(VECTORS.getProperty("main-psk.skeyid")));
    }
}
