// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.io.IOException;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/** The SIG_KEY_LENGTH of a public key: bits of an RSA modulus or of a curve's field. */
final class PublicKeySize {
    private PublicKeySize() {}

    static int bits(byte[] subjectPublicKeyInfo) {
        try {
            AsymmetricKeyParameter key =
                    PublicKeyFactory.createKey(
                            SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo));
            if (key instanceof RSAKeyParameters) {
                return ((RSAKeyParameters) key).getModulus().bitLength();
            }
            if (key instanceof ECPublicKeyParameters) {
                return ((ECPublicKeyParameters) key).getParameters().getCurve().getFieldSize();
            }
            throw new IllegalArgumentException("public key of " + key.getClass().getSimpleName());
        } catch (IOException e) {
            throw new IllegalArgumentException("not a SubjectPublicKeyInfo", e);
        }
    }
}
