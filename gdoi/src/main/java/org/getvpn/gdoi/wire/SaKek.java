// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.List;

/**
 * The policy of rekey messages (RFC 6407, section 5.3).
 *
 * <pre>
 * | Protocol (1) | SRC ID: type, port, length, data | DST ID: type, port, length, data |
 * | SPI (16) | RESERVED2 (4) | KEK attributes ...
 * </pre>
 */
public final class SaKek {
    /** KEK attribute types (RFC 6407, section 5.3; RFC 8263, section 3). */
    public static final int MANAGEMENT_ALGORITHM = 1;

    /** KEK_ALGORITHM, mandatory. */
    public static final int ALGORITHM = 2;

    /** KEK_KEY_LENGTH in bits. */
    public static final int KEY_LENGTH = 3;

    /** KEK_KEY_LIFETIME, seconds in 4 octets. */
    public static final int KEY_LIFETIME = 4;

    /** SIG_HASH_ALGORITHM. */
    public static final int SIG_HASH_ALGORITHM = 5;

    /** SIG_ALGORITHM, mandatory. */
    public static final int SIG_ALGORITHM = 6;

    /** SIG_KEY_LENGTH in bits. */
    public static final int SIG_KEY_LENGTH = 7;

    /** KEK_ACK_REQUESTED (RFC 8263). */
    public static final int ACK_REQUESTED = 9;

    /** Octets of the SPI: the two cookies of a rekey message. */
    public static final int SPI = 16;

    /** Value of {@link #MANAGEMENT_ALGORITHM}: a logical key hierarchy. */
    static final int MANAGEMENT_LKH = 1;

    private static final int AES_IV_OCTETS = 16;

    private final int protocol;
    private final SelectorIdentity source;
    private final SelectorIdentity destination;
    private final byte[] spi;
    private final int reserved;
    private final List<DataAttribute> attributes;

    /**
     * @param protocol 17 (UDP)
     * @param source where rekey messages come from
     * @param destination the multicast group, or the member
     * @param spi 16 octets
     * @param reserved 0; in RFC 3547 the POP algorithm and key length
     */
    public SaKek(
            int protocol,
            SelectorIdentity source,
            SelectorIdentity destination,
            byte[] spi,
            int reserved,
            List<DataAttribute> attributes) {
        this.protocol = protocol;
        this.source = source;
        this.destination = destination;
        this.spi = spi.clone();
        this.reserved = reserved;
        this.attributes = List.copyOf(attributes);
    }

    /** Reads the body of an SA KEK payload. */
    public static SaKek read(byte[] body, SelectorIdentity.IdLength idLength)
            throws MalformedPayload {
        WireReader in = new WireReader("SA KEK", body);
        int protocol = in.u8();
        SelectorIdentity source = SelectorIdentity.read(in, idLength);
        SelectorIdentity destination = SelectorIdentity.read(in, idLength);
        byte[] spi = in.bytes(SPI);
        int reserved = in.u32();
        return new SaKek(protocol, source, destination, spi, reserved, DataAttribute.readAll(in));
    }

    /** The payload. */
    public Payload write(SelectorIdentity.IdLength idLength) {
        WireWriter out = new WireWriter().u8(protocol);
        source.write(out, idLength);
        destination.write(out, idLength);
        out.bytes(spi).u32(reserved);
        DataAttribute.writeAll(out, attributes);
        return Payload.of(PayloadType.SA_KEK, out.toByteArray());
    }

    /** 17 for UDP. */
    public int protocol() {
        return protocol;
    }

    /** Where rekey messages come from. */
    public SelectorIdentity source() {
        return source;
    }

    /** Where they go to. */
    public SelectorIdentity destination() {
        return destination;
    }

    /** 16 octets; a copy. */
    public byte[] spi() {
        return spi.clone();
    }

    /**
     * Octets of an AES key with its IV, as KEK_KEY_LENGTH says; 128 bits where it is silent.
     *
     * @throws MalformedPayload for a key of more than 256 bits
     */
    public int ivAndKeyOctets() throws MalformedPayload {
        int bits = 128;
        for (DataAttribute attribute : attributes) {
            if (attribute.type() == KEY_LENGTH) {
                bits = attribute.bounded(256);
            }
        }
        return AES_IV_OCTETS + bits / 8;
    }

    /** 0; in RFC 3547 the POP algorithm and key length. */
    public int reserved() {
        return reserved;
    }

    /** In the order of the wire. */
    public List<DataAttribute> attributes() {
        return attributes;
    }
}
