// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;
import java.util.TreeMap;

/**
 * Certificate encodings (RFC 2408, section 3.9). An open value: unknown numbers can be logged,
 * skipped and written back.
 */
public final class CertificateEncoding {
    private static final Map<Integer, CertificateEncoding> KNOWN = new TreeMap<>();

    /** no certificate */
    public static final CertificateEncoding NONE = known(0, "NONE");

    /** X.509 certificates wrapped in PKCS #7 */
    public static final CertificateEncoding PKCS7_X509 = known(1, "PKCS7_X509");

    /** PGP certificate */
    public static final CertificateEncoding PGP = known(2, "PGP");

    /** DNS signed key */
    public static final CertificateEncoding DNS_SIGNED_KEY = known(3, "DNS_SIGNED_KEY");

    /** X.509 certificate of a signing key, DER */
    public static final CertificateEncoding X509_SIGNATURE = known(4, "X509_SIGNATURE");

    /** X.509 certificate of an encrypting key, DER */
    public static final CertificateEncoding X509_KEY_EXCHANGE = known(5, "X509_KEY_EXCHANGE");

    /** Kerberos tokens */
    public static final CertificateEncoding KERBEROS_TOKENS = known(6, "KERBEROS_TOKENS");

    /** certificate revocation list */
    public static final CertificateEncoding CRL = known(7, "CRL");

    /** authority revocation list */
    public static final CertificateEncoding ARL = known(8, "ARL");

    /** SPKI certificate */
    public static final CertificateEncoding SPKI = known(9, "SPKI");

    /** X.509 attribute certificate */
    public static final CertificateEncoding X509_ATTRIBUTE = known(10, "X509_ATTRIBUTE");

    private final int number;
    private final String name;

    private CertificateEncoding(int number, String name) {
        this.number = number;
        this.name = name;
    }

    private static CertificateEncoding known(int number, String name) {
        CertificateEncoding value = new CertificateEncoding(number, name);
        KNOWN.put(number, value);
        return value;
    }

    /** The value of that number, known or not. */
    public static CertificateEncoding of(int number) {
        CertificateEncoding value = KNOWN.get(number);
        return value == null ? new CertificateEncoding(number, "unknown") : value;
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, CertificateEncoding> known() {
        return Map.copyOf(KNOWN);
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateEncoding
                && number == ((CertificateEncoding) other).number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return name + "(" + number + ")";
    }
}
