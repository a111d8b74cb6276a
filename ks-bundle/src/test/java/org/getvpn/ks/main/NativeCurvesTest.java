// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.main;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.getvpn.gdoi.crypto.DiffieHellmanGroup;
import org.getvpn.gdoi.crypto.DiffieHellmanKey;
import org.getvpn.gdoi.crypto.InvalidPublicValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With Conscrypt on the class path, as in the program: Java's own provider computes the same. */
class NativeCurvesTest {
    private final Provider java = Security.getProvider("SunEC");

    @Test
    void conscryptIsOnTheClassPath() throws ReflectiveOperationException {
        Class<?> conscrypt = Class.forName("org.conscrypt.Conscrypt");
        assertTrue((Boolean) conscrypt.getMethod("isAvailable").invoke(null));
    }

    @ParameterizedTest
    @CsvSource({"ECP256, secp256r1", "ECP384, secp384r1", "ECP521, secp521r1"})
    void bothProvidersAgree(DiffieHellmanGroup group, String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", java);
        generator.initialize(new ECGenParameterSpec(curve));
        KeyPair peer = generator.generateKeyPair();
        ECPublicKey open = (ECPublicKey) peer.getPublic();
        int octets = group.secretOctets();
        for (int i = 0; i < 50; i++) {
            DiffieHellmanKey ours = group.generate(new SecureRandom());
            byte[] value = ours.publicValue();
            assertEquals(2 * octets, value.length);
            ECPoint point =
                    new ECPoint(
                            new BigInteger(1, Arrays.copyOf(value, octets)),
                            new BigInteger(1, Arrays.copyOfRange(value, octets, 2 * octets)));

            KeyAgreement agreement = KeyAgreement.getInstance("ECDH", java);
            agreement.init(peer.getPrivate());
            agreement.doPhase(
                    KeyFactory.getInstance("EC", java)
                            .generatePublic(new ECPublicKeySpec(point, open.getParams())),
                    true);
            assertArrayEquals(
                    agreement.generateSecret(), ours.agree(value(open.getW(), octets)).expose());
        }
    }

    @ParameterizedTest
    @CsvSource({"ECP256", "ECP384", "ECP521"})
    void whatIsNoPointIsRefused(DiffieHellmanGroup group) {
        DiffieHellmanKey ours = group.generate(new SecureRandom());
        byte[] off = group.generate(new SecureRandom()).publicValue();
        off[off.length - 1] ^= 1;
        assertThrows(InvalidPublicValue.class, () -> ours.agree(off));
    }

    private static byte[] value(ECPoint point, int octets) {
        byte[] value = new byte[2 * octets];
        copy(point.getAffineX(), value, octets);
        copy(point.getAffineY(), value, 2 * octets);
        return value;
    }

    private static void copy(BigInteger coordinate, byte[] to, int end) {
        byte[] raw = coordinate.toByteArray();
        int used = Math.min(raw.length, to.length / 2);
        System.arraycopy(raw, raw.length - used, to, end - used, used);
    }
}
