// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;
import java.util.TreeMap;

/**
 * Identification types (RFC 2407, section 4.6.2.1). An open value: unknown numbers can be logged,
 * skipped and written back.
 */
public final class IdentificationType {
    private static final Map<Integer, IdentificationType> KNOWN = new TreeMap<>();

    /** 4 octets */
    public static final IdentificationType IPV4_ADDR = known(1, "IPV4_ADDR");

    /** name without a final zero */
    public static final IdentificationType FQDN = known(2, "FQDN");

    /** name with an at sign */
    public static final IdentificationType USER_FQDN = known(3, "USER_FQDN");

    /** address and mask, 8 octets */
    public static final IdentificationType IPV4_ADDR_SUBNET = known(4, "IPV4_ADDR_SUBNET");

    /** 16 octets */
    public static final IdentificationType IPV6_ADDR = known(5, "IPV6_ADDR");

    /** address and mask, 32 octets */
    public static final IdentificationType IPV6_ADDR_SUBNET = known(6, "IPV6_ADDR_SUBNET");

    /** first and last address, 8 octets */
    public static final IdentificationType IPV4_ADDR_RANGE = known(7, "IPV4_ADDR_RANGE");

    /** X.500 distinguished name */
    public static final IdentificationType DER_ASN1_DN = known(9, "DER_ASN1_DN");

    /** opaque; a GDOI group number of 4 octets */
    public static final IdentificationType KEY_ID = known(11, "KEY_ID");

    private final int number;
    private final String name;

    private IdentificationType(int number, String name) {
        this.number = number;
        this.name = name;
    }

    private static IdentificationType known(int number, String name) {
        IdentificationType value = new IdentificationType(number, name);
        KNOWN.put(number, value);
        return value;
    }

    /** The value of that number, known or not. */
    public static IdentificationType of(int number) {
        IdentificationType value = KNOWN.get(number);
        return value == null ? new IdentificationType(number, "unknown") : value;
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, IdentificationType> known() {
        return Map.copyOf(KNOWN);
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdentificationType && number == ((IdentificationType) other).number;
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
