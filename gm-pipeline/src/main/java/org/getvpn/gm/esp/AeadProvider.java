// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import org.getvpn.gdoi.crypto.SecretBytes;

/** Makes ciphers: the seam between ESP and whoever computes AES-GCM. */
public interface AeadProvider {
    /** Short name for status and log, for example {@code jdk} or {@code ipsec-mb}. */
    String name();

    /**
     * A cipher for one SA.
     *
     * @param keyAndSalt 16 or 32 octets of key, then 4 of salt (RFC 4106, section 8.1); copied
     * @param aadOctets length of the associated data: 8 in ESP (RFC 4106, section 5)
     * @throws IllegalArgumentException for another length of {@code keyAndSalt}
     */
    AeadCipher cipher(SecretBytes keyAndSalt, int aadOctets);
}
