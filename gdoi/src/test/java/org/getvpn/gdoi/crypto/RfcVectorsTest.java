// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The examples that the RFCs print. */
class RfcVectorsTest {
    private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

    /** RFC 4231, section 4, all seven cases; case 5 is truncated to 128 bits. */
    @ParameterizedTest(name = "case {0}, {1}")
    @CsvFileSource(resources = "/vectors/rfc/rfc4231-hmac-sha2.csv", useHeadersInDisplayName = true)
    void hmac(int number, Prf prf, String key, String data, String mac) {
        byte[] computed = prf.compute(Hex.octets(key), Hex.octets(data));
        assertEquals(prf.octets(), computed.length);
        assertEquals(mac, Hex.digits(Arrays.copyOf(computed, mac.length() / 2)));
    }

    /** RFC 5903, section 8: both ends agree on what is printed there. */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vectors/rfc/rfc5903-ecp.csv", useHeadersInDisplayName = true)
    void ecp(DiffieHellmanGroup group, String i, String gi, String r, String gr, String shared)
            throws InvalidPublicValue {
        DiffieHellmanKey one = group.ofPrivate(new BigInteger(i, 16), Hex.octets(gi));
        DiffieHellmanKey other = group.ofPrivate(new BigInteger(r, 16), Hex.octets(gr));
        assertArrayEquals(Hex.octets(shared), one.agree(Hex.octets(gr)).expose());
        assertArrayEquals(Hex.octets(shared), other.agree(Hex.octets(gi)).expose());
        assertEquals(group.secretOctets(), shared.length() / 2);
    }

    /**
     * RFC 4754, section 8: the printed payload (4 octets of header, then IKEv2's method in two
     * octets and two of zeros) holds a signature of "abc" that our verifier takes, and only for it.
     */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(
            resources = "/vectors/rfc/rfc4754-ecdsa.csv",
            useHeadersInDisplayName = true,
            maxCharsPerColumn = 8192)
    void ecdsa(AuthenticationMethod method, String secret, String open, String payload) {
        NamedKeys keys = NamedKeys.ofMethod(method);
        byte[] whole = Hex.octets(payload);
        assertEquals(whole.length, (whole[2] & 0xff) << 8 | whole[3] & 0xff, "payload length");
        assertEquals(method.number(), whole[5] & 0xff, "authentication method");
        byte[] signature = Arrays.copyOfRange(whole, 8, whole.length);
        byte[] abc = method.ownHash().orElseThrow().hash(ABC);
        byte[] abd = method.ownHash().orElseThrow().hash(new byte[] {'a', 'b', 'd'});
        assertTrue(method.verifies(keys.open(open), signature, abc));
        assertFalse(method.verifies(keys.open(open), signature, abd));
        for (int octet = 0; octet < signature.length; octet += 7) {
            byte[] bent = signature.clone();
            bent[octet] ^= 1;
            assertFalse(method.verifies(keys.open(open), bent, abc), "octet " + octet);
        }

        PrivateKey ours = keys.secret(secret);
        assertTrue(method.verifies(keys.open(open), method.sign(ours, abc), abc));
        assertEquals(signature.length, method.sign(ours, abc).length);
    }
}
