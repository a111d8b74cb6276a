// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

/** What an RSA signature of GROUPKEY-PUSH holds under its PKCS #1 v1.5 padding. */
public enum RsaForm {
    /** DigestInfo with the hash: EMSA-PKCS1-v1_5 (RFC 6407, section 5.3.6.1; RFC 8017, 9.2) */
    DIGEST_INFO,
    /** the hash alone, as some implementations write it; these take DIGEST_INFO too */
    BARE_HASH
}
