// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;

/**
 * Makes what encrypts and authenticates the packets of one SA, for every transform that GDOI
 * carries.
 */
public final class EspCiphers {
    private EspCiphers() {}

    /**
     * A cipher for one SA.
     *
     * @param provider computes AES-GCM and AES-GMAC
     * @param cipherKey key and salt, as the transform says; copied
     * @param integrityKey of a transform with an HMAC; copied
     * @throws IllegalArgumentException for keys of other lengths than the transform's
     */
    public static AeadCipher cipher(
            AeadProvider provider,
            EspTransform transform,
            SecretBytes cipherKey,
            SecretBytes integrityKey) {
        int keyOctets = transform.keyOctets() + transform.saltOctets();
        if (cipherKey.length() != keyOctets
                || integrityKey.length() != transform.integrityKeyOctets()) {
            throw new IllegalArgumentException(
                    transform
                            + ": keys of "
                            + cipherKey.length()
                            + " and "
                            + integrityKey.length()
                            + " octets: "
                            + keyOctets
                            + " and "
                            + transform.integrityKeyOctets());
        }
        return switch (transform.mode()) {
            case GCM -> provider.gcm(cipherKey, EspFormat.HEADER, transform.icvOctets());
            case GMAC -> provider.gmac(cipherKey);
            case CBC -> new CbcHmac(cipherKey, hmac(transform, integrityKey));
            case NULL -> new NullHmac(hmac(transform, integrityKey));
        };
    }

    private static TruncatedHmac hmac(EspTransform transform, SecretBytes key) {
        return new TruncatedHmac(transform.authenticationAlgorithm(), key, transform.icvOctets());
    }
}
