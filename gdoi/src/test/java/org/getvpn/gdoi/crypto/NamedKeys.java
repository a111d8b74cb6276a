// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;

/** Keys on a named curve from hexadecimal digits. */
final class NamedKeys {
    private final ECParameterSpec curve;

    private NamedKeys(ECParameterSpec curve) {
        this.curve = curve;
    }

    static NamedKeys of(String curve) {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(curve));
            return new NamedKeys(named.getParameterSpec(ECParameterSpec.class));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static NamedKeys ofMethod(AuthenticationMethod method) {
        switch (method) {
            case ECDSA_256:
                return of("secp256r1");
            case ECDSA_384:
                return of("secp384r1");
            case ECDSA_521:
                return of("secp521r1");
            default:
                throw new IllegalArgumentException(method + " has no curve");
        }
    }

    /** x ‖ y of the generator, a point for those who need any. */
    byte[] generator() {
        int octets = (curve.getCurve().getField().getFieldSize() + 7) / 8;
        byte[] point = new byte[2 * octets];
        System.arraycopy(
                DiffieHellmanGroup.padded(curve.getGenerator().getAffineX(), octets),
                0,
                point,
                0,
                octets);
        System.arraycopy(
                DiffieHellmanGroup.padded(curve.getGenerator().getAffineY(), octets),
                0,
                point,
                octets,
                octets);
        return point;
    }

    PublicKey open(String point) {
        int half = point.length() / 2;
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(
                            new ECPublicKeySpec(
                                    new ECPoint(
                                            new BigInteger(point.substring(0, half), 16),
                                            new BigInteger(point.substring(half), 16)),
                                    curve));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    PrivateKey secret(String digits) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new ECPrivateKeySpec(new BigInteger(digits, 16), curve));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
