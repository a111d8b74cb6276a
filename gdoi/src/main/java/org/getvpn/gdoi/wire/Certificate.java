// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/**
 * A certificate, one per payload (RFC 2408, section 3.9). What it holds is read by whoever trusts
 * or refuses it.
 *
 * <pre>
 * | Cert Encoding (1) | Certificate Data ...
 * </pre>
 */
public final class Certificate {
    /** Longest certificate that is accepted, in octets. */
    public static final int MAX_DATA = 16_384;

    private final CertificateEncoding encoding;
    private final byte[] data;

    /**
     * @param data DER for the X.509 encodings
     */
    public Certificate(CertificateEncoding encoding, byte[] data) {
        this.encoding = encoding;
        this.data = data.clone();
    }

    /** Reads the body of a CERT payload. */
    public static Certificate read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("CERT", body);
        CertificateEncoding encoding = CertificateEncoding.of(in.u8());
        if (in.remaining() == 0 || in.remaining() > MAX_DATA) {
            throw in.malformed("certificate of " + in.remaining() + " octets");
        }
        return new Certificate(encoding, in.rest());
    }

    /** The payload. */
    public Payload write() {
        return Payload.of(
                PayloadType.CERT, new WireWriter().u8(encoding.number()).bytes(data).toByteArray());
    }

    /** How {@link #data()} is to be read. */
    public CertificateEncoding encoding() {
        return encoding;
    }

    /** A copy. */
    public byte[] data() {
        return data.clone();
    }
}
