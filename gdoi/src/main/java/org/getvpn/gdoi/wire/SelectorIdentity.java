// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Arrays;
import java.util.Set;

/**
 * One end of a selector or of a rekey address inside SA KEK and SA TEK (RFC 6407, sections 5.3 and
 * 5.5.1): type, port, length of the data in ONE octet, data. Some implementations write the length
 * in two octets; {@link IdLength} reads those as well.
 */
public final class SelectorIdentity {
    /** How many octets the length of the identification data takes. */
    public enum IdLength {
        /** RFC 3547 and RFC 6407 */
        ONE_OCTET,
        /** {@link Quirk#TWO_OCTET_ID_LENGTH} */
        TWO_OCTETS;

        /** What is written under these quirks. */
        public static IdLength under(Set<Quirk> quirks) {
            return quirks.contains(Quirk.TWO_OCTET_ID_LENGTH) ? TWO_OCTETS : ONE_OCTET;
        }
    }

    private final IdentificationType type;
    private final int port;
    private final byte[] data;

    /** Port 0 stands for any. */
    public SelectorIdentity(IdentificationType type, int port, byte[] data) {
        this.type = type;
        this.port = port;
        this.data = data.clone();
    }

    static SelectorIdentity read(WireReader in, IdLength idLength) throws MalformedPayload {
        IdentificationType type = IdentificationType.of(in.u8());
        int port = in.u16();
        int length = idLength == IdLength.ONE_OCTET ? in.u8() : in.u16();
        int expected = Identification.fixedLength(type);
        if (expected >= 0 && length != expected || length == 0) {
            throw in.malformed(type + " of " + length + " octets");
        }
        return new SelectorIdentity(type, port, in.bytes(length));
    }

    void write(WireWriter out, IdLength idLength) {
        out.u8(type.number()).u16(port);
        if (idLength == IdLength.ONE_OCTET) {
            out.u8(data.length);
        } else {
            out.u16(data.length);
        }
        out.bytes(data);
    }

    /** Kind of address. */
    public IdentificationType type() {
        return type;
    }

    /** 0 for any. */
    public int port() {
        return port;
    }

    /** Address, or address and mask; a copy. */
    public byte[] data() {
        return data.clone();
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof SelectorIdentity)) {
            return false;
        }
        SelectorIdentity that = (SelectorIdentity) other;
        return type.equals(that.type) && port == that.port && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * port + Arrays.hashCode(data);
    }
}
