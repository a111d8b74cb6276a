// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gdoi.crypto.SecretBytes;

/** Makes ciphers: the seam between ESP and whoever computes AES-GCM and AES-GMAC. */
public interface AeadProvider {
    /** Short name for status and log, for example {@code jdk} or {@code ipsec-mb}. */
    String name();

    /**
     * AES-GCM (RFC 4106).
     *
     * @param keyAndSalt 16, 24 or 32 octets of key, then 4 of salt (RFC 4106, section 8.1); copied
     * @param aadOctets length of the associated data: 8 in ESP (RFC 4106, section 5)
     * @param icvOctets 8, 12 or 16
     * @throws IllegalArgumentException for another length of {@code keyAndSalt}
     */
    AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets);

    /**
     * AES-GMAC (RFC 4543): the text stays in clear; the ICV of 16 octets covers all from the
     * associated data to the end of the text, the IV between them too.
     *
     * @param keyAndSalt as of AES-GCM; copied
     * @throws IllegalArgumentException for another length of {@code keyAndSalt}
     */
    AeadCipher gmac(SecretBytes keyAndSalt);
}
