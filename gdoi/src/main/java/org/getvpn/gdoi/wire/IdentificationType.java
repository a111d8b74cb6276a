// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;

/**
 * Identification types (RFC 2407, section 4.6.2.1; RFC 8052, section 4). An open value: unknown
 * numbers can be logged, skipped and written back.
 */
public final class IdentificationType extends RegisteredNumber {
    private static final NumberRegistry<IdentificationType> REGISTRY =
            new NumberRegistry<>(IdentificationType::new);

    /** 4 octets */
    public static final IdentificationType IPV4_ADDR = REGISTRY.named(1, "IPV4_ADDR");

    /** name without a final zero */
    public static final IdentificationType FQDN = REGISTRY.named(2, "FQDN");

    /** name with an at sign */
    public static final IdentificationType USER_FQDN = REGISTRY.named(3, "USER_FQDN");

    /** address and mask, 8 octets */
    public static final IdentificationType IPV4_ADDR_SUBNET = REGISTRY.named(4, "IPV4_ADDR_SUBNET");

    /** 16 octets */
    public static final IdentificationType IPV6_ADDR = REGISTRY.named(5, "IPV6_ADDR");

    /** address and mask, 32 octets */
    public static final IdentificationType IPV6_ADDR_SUBNET = REGISTRY.named(6, "IPV6_ADDR_SUBNET");

    /** first and last address, 8 octets */
    public static final IdentificationType IPV4_ADDR_RANGE = REGISTRY.named(7, "IPV4_ADDR_RANGE");

    /** first and last address, 32 octets */
    public static final IdentificationType IPV6_ADDR_RANGE = REGISTRY.named(8, "IPV6_ADDR_RANGE");

    /** X.500 distinguished name */
    public static final IdentificationType DER_ASN1_DN = REGISTRY.named(9, "DER_ASN1_DN");

    /** X.509 general name */
    public static final IdentificationType DER_ASN1_GN = REGISTRY.named(10, "DER_ASN1_GN");

    /** opaque; a GDOI group number of 4 octets */
    public static final IdentificationType KEY_ID = REGISTRY.named(11, "KEY_ID");

    /** several of the above */
    public static final IdentificationType LIST = REGISTRY.named(12, "LIST");

    /** object identifier, for groups of IEC 61850 */
    public static final IdentificationType OID = REGISTRY.named(13, "OID");

    private IdentificationType(int number, String name) {
        super(number, name);
    }

    /** The value of that number, known or not. */
    public static IdentificationType of(int number) {
        return REGISTRY.of(number);
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, IdentificationType> known() {
        return REGISTRY.known();
    }
}
