// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** A key on a NIST curve; public values are x ‖ y without a leading octet (RFC 5903, section 7). */
final class EcpKey implements DiffieHellmanKey {
    private final ECParameterSpec parameters;
    private final int fieldOctets;
    private final PrivateKey secret;
    private final byte[] publicValue;

    private EcpKey(
            ECParameterSpec parameters, int fieldOctets, PrivateKey secret, byte[] publicValue) {
        this.parameters = parameters;
        this.fieldOctets = fieldOctets;
        this.secret = secret;
        this.publicValue = publicValue;
    }

    static EcpKey generate(String curve, int fieldOctets, SecureRandom randomness) {
        try {
            KeyPairGenerator generator = CurveProvider.keyPairGenerator();
            generator.initialize(new ECGenParameterSpec(curve), randomness);
            KeyPair pair = generator.generateKeyPair();
            ECPublicKey open = (ECPublicKey) pair.getPublic();
            byte[] value = new byte[2 * fieldOctets];
            byte[] x = DiffieHellmanGroup.padded(open.getW().getAffineX(), fieldOctets);
            byte[] y = DiffieHellmanGroup.padded(open.getW().getAffineY(), fieldOctets);
            System.arraycopy(x, 0, value, 0, fieldOctets);
            System.arraycopy(y, 0, value, fieldOctets, fieldOctets);
            return new EcpKey(open.getParams(), fieldOctets, pair.getPrivate(), value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + curve, e);
        }
    }

    static EcpKey ofPrivate(String curve, int fieldOctets, BigInteger secret, byte[] publicValue)
            throws InvalidPublicValue {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(curve));
            ECParameterSpec parameters = named.getParameterSpec(ECParameterSpec.class);
            point(parameters, fieldOctets, publicValue);
            PrivateKey key =
                    CurveProvider.keyFactory()
                            .generatePrivate(new ECPrivateKeySpec(secret, parameters));
            return new EcpKey(parameters, fieldOctets, key, publicValue.clone());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + curve, e);
        }
    }

    @Override
    public byte[] publicValue() {
        return publicValue.clone();
    }

    @Override
    public SecretBytes agree(byte[] peerValue) throws InvalidPublicValue {
        ECPoint point = point(parameters, fieldOctets, peerValue);
        try {
            PublicKey open =
                    CurveProvider.keyFactory()
                            .generatePublic(new ECPublicKeySpec(point, parameters));
            KeyAgreement agreement = CurveProvider.keyAgreement();
            agreement.init(secret);
            agreement.doPhase(open, true);
            return SecretBytes.wrap(agreement.generateSecret());
        } catch (GeneralSecurityException e) {
            throw new InvalidPublicValue("Diffie-Hellman value is not usable: " + e.getMessage());
        }
    }

    /** The curves have cofactor 1, so a point of the curve is a point of the group. */
    private static ECPoint point(ECParameterSpec parameters, int fieldOctets, byte[] value)
            throws InvalidPublicValue {
        if (value.length != 2 * fieldOctets) {
            throw new InvalidPublicValue(
                    "Diffie-Hellman value of "
                            + value.length
                            + " octets where the group has "
                            + 2 * fieldOctets);
        }
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = new BigInteger(1, Arrays.copyOf(value, fieldOctets));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(value, fieldOctets, value.length));
        BigInteger right =
                x.multiply(x)
                        .add(parameters.getCurve().getA())
                        .multiply(x)
                        .add(parameters.getCurve().getB());
        if (x.compareTo(p) >= 0
                || y.compareTo(p) >= 0
                || y.multiply(y).subtract(right).mod(p).signum() != 0) {
            throw new InvalidPublicValue("Diffie-Hellman value is no point of the curve");
        }
        return new ECPoint(x, y);
    }
}
