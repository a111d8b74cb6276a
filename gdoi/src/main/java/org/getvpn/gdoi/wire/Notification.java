// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/**
 * What went wrong, or a status (RFC 2408, section 3.14).
 *
 * <pre>
 * | DOI (4) | Protocol-ID (1) | SPI Size (1) | Notify Message Type (2) | SPI | Data
 * </pre>
 */
public final class Notification {
    private final int doi;
    private final int protocol;
    private final byte[] spi;
    private final NotifyType type;
    private final byte[] data;

    /** Protocol 1 is ISAKMP. */
    public Notification(int doi, int protocol, byte[] spi, NotifyType type, byte[] data) {
        this.doi = doi;
        this.protocol = protocol;
        this.spi = spi.clone();
        this.type = type;
        this.data = data.clone();
    }

    /** Reads the body of a Notification payload. */
    public static Notification read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("Notification", body);
        int doi = in.u32();
        int protocol = in.u8();
        int spiSize = in.u8();
        NotifyType type = NotifyType.of(in.u16());
        return new Notification(doi, protocol, in.bytes(spiSize), type, in.rest());
    }

    /** The payload. */
    public Payload write() {
        return Payload.of(
                PayloadType.NOTIFY,
                new WireWriter()
                        .u32(doi)
                        .u8(protocol)
                        .u8(spi.length)
                        .u16(type.number())
                        .bytes(spi)
                        .bytes(data)
                        .toByteArray());
    }

    /** Domain of interpretation. */
    public int doi() {
        return doi;
    }

    /** 1 for ISAKMP. */
    public int protocol() {
        return protocol;
    }

    /** Up to 255 octets; a copy. */
    public byte[] spi() {
        return spi.clone();
    }

    /** What is said. */
    public NotifyType type() {
        return type;
    }

    /** A copy. */
    public byte[] data() {
        return data.clone();
    }
}
