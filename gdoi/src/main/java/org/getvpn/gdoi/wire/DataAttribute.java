// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An attribute: type and value, in the basic form (2 octets of value) or the variable form (length
 * and value) (RFC 2408, section 3.3). Either form is accepted for every attribute whose value fits
 * (RFC 2409, appendix A); implementations differ.
 */
public final class DataAttribute {
    /** More attributes than any transform has use for. */
    public static final int MAX_ATTRIBUTES = 128;

    private static final int BASIC = 0x8000;

    private final int type;
    private final byte[] value;
    private final boolean basic;

    private DataAttribute(int type, byte[] value, boolean basic) {
        this.type = type;
        this.value = value;
        this.basic = basic;
    }

    /**
     * @param type 0 to 32767
     * @param value 0 to 65535
     */
    public static DataAttribute basic(int type, int value) {
        if (type >>> 15 != 0 || value >>> 16 != 0) {
            throw new IllegalArgumentException("attribute " + type + " = " + value);
        }
        return new DataAttribute(type, new byte[] {(byte) (value >>> 8), (byte) value}, true);
    }

    /**
     * @param type 0 to 32767
     * @param value up to 65535 octets
     */
    public static DataAttribute variable(int type, byte[] value) {
        if (type >>> 15 != 0 || value.length >>> 16 != 0) {
            throw new IllegalArgumentException("attribute " + type);
        }
        return new DataAttribute(type, value.clone(), false);
    }

    /** A 32-bit value in the variable form. */
    public static DataAttribute variable32(int type, long value) {
        return variable(type, new WireWriter().u32(value).toByteArray());
    }

    static List<DataAttribute> readAll(WireReader in) throws MalformedPayload {
        List<DataAttribute> attributes = new ArrayList<>();
        while (in.remaining() > 0) {
            if (attributes.size() == MAX_ATTRIBUTES) {
                throw in.malformed("more than " + MAX_ATTRIBUTES + " attributes");
            }
            int type = in.u16();
            boolean basic = (type & BASIC) != 0;
            byte[] value = in.bytes(basic ? 2 : in.u16());
            attributes.add(new DataAttribute(type & ~BASIC, value, basic));
        }
        return attributes;
    }

    /** Attributes of which none may stand twice. */
    static List<DataAttribute> eachOnce(String where, List<DataAttribute> attributes)
            throws MalformedPayload {
        Set<Integer> seen = new HashSet<>();
        for (DataAttribute attribute : attributes) {
            if (!seen.add(attribute.type)) {
                throw new MalformedPayload(where + ": attribute " + attribute.type + " twice");
            }
        }
        return attributes;
    }

    static void writeAll(WireWriter out, List<DataAttribute> attributes) {
        for (DataAttribute attribute : attributes) {
            if (attribute.basic) {
                out.u16(attribute.type | BASIC);
            } else {
                out.u16(attribute.type).u16(attribute.value.length);
            }
            out.bytes(attribute.value);
        }
    }

    /** 0 to 32767. */
    public int type() {
        return type;
    }

    /** The value's octets, 2 of a basic attribute; a copy. */
    public byte[] value() {
        return value.clone();
    }

    /**
     * The value as an unsigned number.
     *
     * @throws MalformedPayload if it is empty or does not fit 63 bits
     */
    public long number() throws MalformedPayload {
        long number = 0;
        if (value.length == 0) {
            throw new MalformedPayload("attribute " + type + " is empty");
        }
        for (byte b : value) {
            if (number >>> 55 != 0) {
                throw new MalformedPayload("attribute " + type + " exceeds 63 bits");
            }
            number = number << 8 | b & 0xff;
        }
        return number;
    }

    /**
     * The value as a number of at most {@code most}.
     *
     * @throws MalformedPayload that names the bound
     */
    int bounded(int most) throws MalformedPayload {
        long number = number();
        if (number > most) {
            throw new MalformedPayload(
                    "attribute " + type + " = " + number + ", " + most + " at most");
        }
        return (int) number;
    }

    void wipe() {
        Arrays.fill(value, (byte) 0);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof DataAttribute)) {
            return false;
        }
        DataAttribute that = (DataAttribute) other;
        return type == that.type && basic == that.basic && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(value);
    }

    /** Type and length: the value may be a key. */
    @Override
    public String toString() {
        return "attribute " + type + (basic ? " basic" : " of " + value.length);
    }
}
