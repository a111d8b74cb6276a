// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;
import java.util.TreeMap;

/**
 * Notify message types (RFC 2408, section 3.14.1; RFC 2407, section 4.6.3; RFC 3706). An open
 * value: unknown numbers can be logged, skipped and written back.
 */
public final class NotifyType {
    private static final Map<Integer, NotifyType> KNOWN = new TreeMap<>();

    /** a payload that does not belong there */
    public static final NotifyType INVALID_PAYLOAD_TYPE = known(1, "INVALID_PAYLOAD_TYPE");

    /** unknown cookies */
    public static final NotifyType INVALID_COOKIE = known(4, "INVALID_COOKIE");

    /** exchange not supported */
    public static final NotifyType INVALID_EXCHANGE_TYPE = known(7, "INVALID_EXCHANGE_TYPE");

    /** unknown message id */
    public static final NotifyType INVALID_MESSAGE_ID = known(9, "INVALID_MESSAGE_ID");

    /** no acceptable proposal, or the group cannot serve */
    public static final NotifyType NO_PROPOSAL_CHOSEN = known(14, "NO_PROPOSAL_CHOSEN");

    /** octets that cannot be read */
    public static final NotifyType PAYLOAD_MALFORMED = known(16, "PAYLOAD_MALFORMED");

    /** unusable public value */
    public static final NotifyType INVALID_KEY_INFORMATION = known(17, "INVALID_KEY_INFORMATION");

    /** unknown identity or group */
    public static final NotifyType INVALID_ID_INFORMATION = known(18, "INVALID_ID_INFORMATION");

    /** not authenticated or not authorised */
    public static final NotifyType AUTHENTICATION_FAILED = known(24, "AUTHENTICATION_FAILED");

    /** hash does not verify */
    public static final NotifyType INVALID_HASH_INFORMATION = known(23, "INVALID_HASH_INFORMATION");

    /** an attribute that is refused by name */
    public static final NotifyType ATTRIBUTES_NOT_SUPPORTED = known(13, "ATTRIBUTES_NOT_SUPPORTED");

    /** the peer has no earlier SA */
    public static final NotifyType INITIAL_CONTACT = known(24578, "INITIAL_CONTACT");

    /** dead peer detection, question */
    public static final NotifyType R_U_THERE = known(36136, "R_U_THERE");

    /** dead peer detection, answer */
    public static final NotifyType R_U_THERE_ACK = known(36137, "R_U_THERE_ACK");

    private final int number;
    private final String name;

    private NotifyType(int number, String name) {
        this.number = number;
        this.name = name;
    }

    private static NotifyType known(int number, String name) {
        NotifyType value = new NotifyType(number, name);
        KNOWN.put(number, value);
        return value;
    }

    /** The value of that number, known or not. */
    public static NotifyType of(int number) {
        NotifyType value = KNOWN.get(number);
        return value == null ? new NotifyType(number, "unknown") : value;
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, NotifyType> known() {
        return Map.copyOf(KNOWN);
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NotifyType && number == ((NotifyType) other).number;
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
