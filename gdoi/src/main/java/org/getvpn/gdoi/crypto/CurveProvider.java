// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Provider;
import javax.crypto.KeyAgreement;

/**
 * Who computes on elliptic curves: Conscrypt (BoringSSL) where the program has it on its class path
 * and this machine can load it, else Java's own provider. A key server spends most of a
 * registration here, and Java 17 takes more than ten times as long.
 *
 * <p>Both compute the same; but Conscrypt draws private keys from BoringSSL's generator, not from
 * the randomness that the caller gives.
 */
final class CurveProvider {
    private static final Provider NATIVE = find();

    private CurveProvider() {}

    static KeyPairGenerator keyPairGenerator() throws GeneralSecurityException {
        return NATIVE == null
                ? KeyPairGenerator.getInstance("EC")
                : KeyPairGenerator.getInstance("EC", NATIVE);
    }

    static KeyFactory keyFactory() throws GeneralSecurityException {
        return NATIVE == null ? KeyFactory.getInstance("EC") : KeyFactory.getInstance("EC", NATIVE);
    }

    static KeyAgreement keyAgreement() throws GeneralSecurityException {
        return NATIVE == null
                ? KeyAgreement.getInstance("ECDH")
                : KeyAgreement.getInstance("ECDH", NATIVE);
    }

    /** By name, so that nothing is missed where it is not there. */
    private static Provider find() {
        try {
            Object provider =
                    Class.forName("org.conscrypt.OpenSSLProvider")
                            .getDeclaredConstructor()
                            .newInstance();
            return (Provider) provider;
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }
}
