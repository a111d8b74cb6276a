// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.math.BigInteger;

/** A key in a MODP group whose prime is safe, so that only 0, 1 and p-1 are values to refuse. */
final class ModpKey implements DiffieHellmanKey {
    private final BigInteger prime;
    private final BigInteger exponent;
    private final byte[] publicValue;

    ModpKey(BigInteger prime, BigInteger generator, BigInteger exponent) {
        this.prime = prime;
        this.exponent = exponent;
        this.publicValue =
                DiffieHellmanGroup.padded(generator.modPow(exponent, prime), octets(prime));
    }

    private static int octets(BigInteger prime) {
        return prime.bitLength() / 8;
    }

    @Override
    public byte[] publicValue() {
        return publicValue.clone();
    }

    @Override
    public SecretBytes agree(byte[] peerValue) throws InvalidPublicValue {
        if (peerValue.length != octets(prime)) {
            throw new InvalidPublicValue(
                    "Diffie-Hellman value of "
                            + peerValue.length
                            + " octets where the group has "
                            + octets(prime));
        }
        BigInteger y = new BigInteger(1, peerValue);
        if (y.compareTo(BigInteger.ONE) <= 0 || y.compareTo(prime.subtract(BigInteger.ONE)) >= 0) {
            throw new InvalidPublicValue("Diffie-Hellman value outside 2..p-2");
        }
        return SecretBytes.wrap(
                DiffieHellmanGroup.padded(y.modPow(exponent, prime), octets(prime)));
    }
}
