// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;
import java.util.List;

/**
 * One packet of a Key Download (RFC 6407, section 5.6).
 *
 * <pre>
 * | KD Type (1) | RESERVED (1) | KD Length (2) | SPI Size (1) | SPI | attributes ...
 * </pre>
 */
public final class KeyPacket {
    /** A TEK; SPI of 4 octets. */
    public static final int TEK = 1;

    /** A KEK; SPI of 16 octets. */
    public static final int KEK = 2;

    /** LKH arrays; SPI of 16 octets. */
    public static final int LKH = 3;

    /** Sender ids; no SPI. */
    public static final int SID = 4;

    /** TEK_ALGORITHM_KEY: cipher key, salt behind it. */
    public static final int TEK_ALGORITHM_KEY = 1;

    /** TEK_INTEGRITY_KEY. */
    public static final int TEK_INTEGRITY_KEY = 2;

    /** KEK_ALGORITHM_KEY: IV, key behind it. */
    public static final int KEK_ALGORITHM_KEY = 1;

    /** SIG_ALGORITHM_KEY: DER SubjectPublicKeyInfo. */
    public static final int SIG_ALGORITHM_KEY = 2;

    /** LKH_DOWNLOAD_ARRAY, see {@link LkhDownloadArray}. */
    public static final int LKH_DOWNLOAD_ARRAY = 1;

    /** LKH_UPDATE_ARRAY, repeatable, see {@link LkhUpdateArray}. */
    public static final int LKH_UPDATE_ARRAY = 2;

    /** SIG_ALGORITHM_KEY of an LKH packet: DER SubjectPublicKeyInfo. */
    public static final int LKH_SIG_ALGORITHM_KEY = 3;

    /** NUMBER_OF_SID_BITS. */
    public static final int NUMBER_OF_SID_BITS = 1;

    /** SID_VALUE, repeatable. */
    public static final int SID_VALUE = 2;

    private static final int HEADER = 5;

    private final int type;
    private final byte[] spi;
    private final List<DataAttribute> attributes;

    /** Attribute numbers depend on {@code type}. */
    public KeyPacket(int type, byte[] spi, List<DataAttribute> attributes) {
        this.type = type;
        this.spi = spi.clone();
        this.attributes = List.copyOf(attributes);
    }

    static KeyPacket read(WireReader in) throws MalformedPayload {
        int type = in.u8();
        in.zero("RESERVED", 1);
        int length = in.u16();
        int spiSize = in.u8();
        if (length < HEADER + spiSize) {
            throw in.malformed("key packet of " + length + " octets with SPI of " + spiSize);
        }
        if (!spiFits(type, spiSize)) {
            throw in.malformed("key packet of type " + type + " with SPI of " + spiSize);
        }
        WireReader packet = in.slice("packet", length - HEADER);
        return new KeyPacket(type, packet.bytes(spiSize), DataAttribute.readAll(packet));
    }

    private static boolean spiFits(int type, int octets) {
        switch (type) {
            case TEK:
                return octets == 4;
            case KEK:
            case LKH:
                return octets == SaKek.SPI;
            case SID:
                return octets == 0;
            default:
                return true;
        }
    }

    void write(WireWriter out) {
        WireWriter packet = new WireWriter().bytes(spi);
        DataAttribute.writeAll(packet, attributes);
        byte[] body = packet.toByteArray();
        out.u8(type).u8(0).u16(HEADER + body.length).u8(spi.length).bytes(body);
        Arrays.fill(body, (byte) 0);
    }

    void wipe() {
        attributes.forEach(DataAttribute::wipe);
    }

    /** 1 TEK, 2 KEK, 3 LKH, 4 SID. */
    public int type() {
        return type;
    }

    /** A copy. */
    public byte[] spi() {
        return spi.clone();
    }

    /** In the order of the wire. */
    public List<DataAttribute> attributes() {
        return attributes;
    }

    /** The first attribute of that type, or an error that names it. */
    public DataAttribute required(int attribute) throws MalformedPayload {
        for (DataAttribute candidate : attributes) {
            if (candidate.type() == attribute) {
                return candidate;
            }
        }
        throw new MalformedPayload("KD packet of type " + type + " without attribute " + attribute);
    }
}
