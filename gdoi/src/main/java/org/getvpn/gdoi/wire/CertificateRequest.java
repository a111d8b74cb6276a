// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/**
 * The wish for a certificate of one authority (RFC 2408, section 3.10).
 *
 * <pre>
 * | Cert Type (1) | Certificate Authority ...
 * </pre>
 */
public final class CertificateRequest {
    /** Longest name of an authority that is accepted, in octets. */
    public static final int MAX_AUTHORITY = 4096;

    private final CertificateEncoding encoding;
    private final byte[] authority;

    /**
     * @param authority DER of the X.501 name; empty for any authority
     */
    public CertificateRequest(CertificateEncoding encoding, byte[] authority) {
        this.encoding = encoding;
        this.authority = authority.clone();
    }

    /** Reads the body of a CR payload. */
    public static CertificateRequest read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("CR", body);
        CertificateEncoding encoding = CertificateEncoding.of(in.u8());
        if (in.remaining() > MAX_AUTHORITY) {
            throw in.malformed("authority of " + in.remaining() + " octets");
        }
        return new CertificateRequest(encoding, in.rest());
    }

    /** The payload. */
    public Payload write() {
        return Payload.of(
                PayloadType.CR,
                new WireWriter().u8(encoding.number()).bytes(authority).toByteArray());
    }

    /** What kind of certificate is wanted. */
    public CertificateEncoding encoding() {
        return encoding;
    }

    /** DER of the X.501 name, or empty; a copy. */
    public byte[] authority() {
        return authority.clone();
    }
}
