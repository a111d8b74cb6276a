// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.List;

/**
 * The policy of one traffic selector under a TEK of ESP (RFC 6407, section 5.5.1).
 *
 * <pre>
 * | Protocol-ID (1) = 1 | IP protocol (1) | SRC ID | DST ID | Transform ID (1) | SPI (4) |
 * | IPsec attributes ...
 * </pre>
 */
public final class SaTek {
    /** GDOI_PROTO_IPSEC_ESP. */
    public static final int PROTOCOL_ESP = 1;

    /** SA Life Type; 1 is seconds, 2 kilobytes (RFC 2407, section 4.5). */
    public static final int LIFE_TYPE = 1;

    /** SA Life Duration. */
    public static final int LIFE_DURATION = 2;

    /** Encapsulation Mode; 1 is tunnel, 2 transport. */
    public static final int ENCAPSULATION_MODE = 4;

    /** Authentication Algorithm. */
    public static final int AUTHENTICATION_ALGORITHM = 5;

    /** Key Length in bits, without salt (RFC 4106, section 8.4). */
    public static final int KEY_LENGTH = 6;

    /** Address Preservation (RFC 6407, section 5.5.1.1.1); absent: source and destination. */
    public static final int ADDRESS_PRESERVATION = 14;

    /** SA Direction (RFC 6407, section 5.5.1.1.2); absent: symmetric. */
    public static final int DIRECTION = 15;

    private final int ipProtocol;
    private final SelectorIdentity source;
    private final SelectorIdentity destination;
    private final int transformId;
    private final int spi;
    private final List<DataAttribute> attributes;

    /**
     * @param ipProtocol 0 for any
     * @param transformId IPsec DOI ESP transform identifier
     * @param spi 32 bits
     */
    public SaTek(
            int ipProtocol,
            SelectorIdentity source,
            SelectorIdentity destination,
            int transformId,
            int spi,
            List<DataAttribute> attributes) {
        this.ipProtocol = ipProtocol;
        this.source = source;
        this.destination = destination;
        this.transformId = transformId;
        this.spi = spi;
        this.attributes = List.copyOf(attributes);
    }

    /**
     * Reads the body of an SA TEK payload.
     *
     * @throws MalformedPayload also for a protocol other than ESP, which is refused by name
     */
    public static SaTek read(byte[] body, SelectorIdentity.IdLength idLength)
            throws MalformedPayload {
        WireReader in = new WireReader("SA TEK", body);
        int protocolId = in.u8();
        if (protocolId != PROTOCOL_ESP) {
            throw in.malformed("protocol " + protocolId + ": only ESP (1) is supported");
        }
        int ipProtocol = in.u8();
        SelectorIdentity source = SelectorIdentity.read(in, idLength);
        SelectorIdentity destination = SelectorIdentity.read(in, idLength);
        int transformId = in.u8();
        int spi = in.u32();
        return new SaTek(
                ipProtocol, source, destination, transformId, spi, DataAttribute.readAll(in));
    }

    /** The payload. */
    public Payload write(SelectorIdentity.IdLength idLength) {
        WireWriter out = new WireWriter().u8(PROTOCOL_ESP).u8(ipProtocol);
        source.write(out, idLength);
        destination.write(out, idLength);
        out.u8(transformId).u32(spi);
        DataAttribute.writeAll(out, attributes);
        return Payload.of(PayloadType.SA_TEK, out.toByteArray());
    }

    /** 0 for any. */
    public int ipProtocol() {
        return ipProtocol;
    }

    /** Where packets come from. */
    public SelectorIdentity source() {
        return source;
    }

    /** Where packets go to. */
    public SelectorIdentity destination() {
        return destination;
    }

    /** IPsec DOI ESP transform identifier. */
    public int transformId() {
        return transformId;
    }

    /** 32 bits. */
    public int spi() {
        return spi;
    }

    /** In the order of the wire. */
    public List<DataAttribute> attributes() {
        return attributes;
    }
}
