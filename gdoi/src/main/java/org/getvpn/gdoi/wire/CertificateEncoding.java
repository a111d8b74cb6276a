// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;

/**
 * Certificate encodings (RFC 2408, section 3.9). An open value: unknown numbers can be logged,
 * skipped and written back.
 */
public final class CertificateEncoding extends RegisteredNumber {
    private static final NumberRegistry<CertificateEncoding> REGISTRY =
            new NumberRegistry<>(CertificateEncoding::new);

    /** no certificate */
    public static final CertificateEncoding NONE = REGISTRY.named(0, "NONE");

    /** X.509 certificates wrapped in PKCS #7 */
    public static final CertificateEncoding PKCS7_X509 = REGISTRY.named(1, "PKCS7_X509");

    /** PGP certificate */
    public static final CertificateEncoding PGP = REGISTRY.named(2, "PGP");

    /** DNS signed key */
    public static final CertificateEncoding DNS_SIGNED_KEY = REGISTRY.named(3, "DNS_SIGNED_KEY");

    /** X.509 certificate of a signing key, DER */
    public static final CertificateEncoding X509_SIGNATURE = REGISTRY.named(4, "X509_SIGNATURE");

    /** X.509 certificate of an encrypting key, DER */
    public static final CertificateEncoding X509_KEY_EXCHANGE =
            REGISTRY.named(5, "X509_KEY_EXCHANGE");

    /** Kerberos tokens */
    public static final CertificateEncoding KERBEROS_TOKENS = REGISTRY.named(6, "KERBEROS_TOKENS");

    /** certificate revocation list */
    public static final CertificateEncoding CRL = REGISTRY.named(7, "CRL");

    /** authority revocation list */
    public static final CertificateEncoding ARL = REGISTRY.named(8, "ARL");

    /** SPKI certificate */
    public static final CertificateEncoding SPKI = REGISTRY.named(9, "SPKI");

    /** X.509 attribute certificate */
    public static final CertificateEncoding X509_ATTRIBUTE = REGISTRY.named(10, "X509_ATTRIBUTE");

    private CertificateEncoding(int number, String name) {
        super(number, name);
    }

    /** The value of that number, known or not. */
    public static CertificateEncoding of(int number) {
        return REGISTRY.of(number);
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, CertificateEncoding> known() {
        return REGISTRY.known();
    }
}
