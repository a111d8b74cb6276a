// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Certificates, revocation lists and private keys as text (RFC 7468). The octets come from a file
 * that the caller opened; every refusal is a sentence for an operator and never shows a key.
 */
public final class PemObjects {
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private PemObjects() {}

    /**
     * All certificates, in the order of the file.
     *
     * @throws IllegalArgumentException if there is none, or one cannot be read
     */
    public static List<X509Certificate> certificates(byte[] pem) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate each : factory().generateCertificates(new ByteArrayInputStream(pem))) {
                found.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("is no X.509 certificate: " + firstLine(e), e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "holds no certificate; \"-----BEGIN CERTIFICATE-----\" must stand in it");
        }
        return found;
    }

    /**
     * All revocation lists.
     *
     * @throws IllegalArgumentException if there is none, or one cannot be read
     */
    public static List<X509CRL> revocations(byte[] pem) {
        List<X509CRL> found = new ArrayList<>();
        try {
            for (CRL each : factory().generateCRLs(new ByteArrayInputStream(pem))) {
                found.add((X509CRL) each);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("is no revocation list: " + firstLine(e), e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "holds no revocation list; \"-----BEGIN X509 CRL-----\" must stand in it");
        }
        return found;
    }

    /**
     * The one private key, PKCS #8 without a password (RFC 5208), for RSA or an elliptic curve.
     *
     * @param pem zeroed by the caller
     * @throws IllegalArgumentException that says how to make one
     */
    public static PrivateKey privateKey(byte[] pem) {
        byte[] body = body(pem);
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no base 64 between its BEGIN and END lines");
        } finally {
            Arrays.fill(body, (byte) 0);
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        Arrays.fill(encoded, (byte) 0);
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                // the next kind of key may fit
            }
        }
        throw new IllegalArgumentException(
                "is neither an RSA key nor one of a curve P-256, P-384 or P-521");
    }

    /** What stands between the lines, without a String of it. */
    private static byte[] body(byte[] pem) {
        int start = after(pem, "-----BEGIN " + PRIVATE_KEY + "-----", 0);
        int end = start < 0 ? -1 : find(pem, "-----END " + PRIVATE_KEY + "-----", start);
        if (end >= 0) {
            return Arrays.copyOfRange(pem, start, end);
        }
        boolean other = find(pem, PRIVATE_KEY + "-----", 0) >= 0;
        throw new IllegalArgumentException(
                other
                        ? "holds a private key of another form, or one with a password; run:"
                                + " openssl pkcs8 -topk8 -nocrypt -in THIS -out NEW"
                        : "holds no private key; \"-----BEGIN PRIVATE KEY-----\" must stand in it");
    }

    private static int after(byte[] octets, String text, int from) {
        int at = find(octets, text, from);
        return at < 0 ? -1 : at + text.length();
    }

    private static int find(byte[] octets, String text, int from) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = from; at + wanted.length <= octets.length; at++) {
            if (Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    private static CertificateFactory factory() throws CertificateException {
        return CertificateFactory.getInstance("X.509");
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
