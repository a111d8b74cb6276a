// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;

/**
 * Notify message types (RFC 2408, section 3.14.1; RFC 2407, section 4.6.3; RFC 3706). An open
 * value: unknown numbers can be logged, skipped and written back.
 */
public final class NotifyType extends RegisteredNumber {
    private static final NumberRegistry<NotifyType> REGISTRY =
            new NumberRegistry<>(NotifyType::new);

    /** a payload that does not belong there */
    public static final NotifyType INVALID_PAYLOAD_TYPE = REGISTRY.named(1, "INVALID_PAYLOAD_TYPE");

    /** unknown cookies */
    public static final NotifyType INVALID_COOKIE = REGISTRY.named(4, "INVALID_COOKIE");

    /** exchange not supported */
    public static final NotifyType INVALID_EXCHANGE_TYPE =
            REGISTRY.named(7, "INVALID_EXCHANGE_TYPE");

    /** unknown message id */
    public static final NotifyType INVALID_MESSAGE_ID = REGISTRY.named(9, "INVALID_MESSAGE_ID");

    /** no acceptable proposal, or the group cannot serve */
    public static final NotifyType NO_PROPOSAL_CHOSEN = REGISTRY.named(14, "NO_PROPOSAL_CHOSEN");

    /** octets that cannot be read */
    public static final NotifyType PAYLOAD_MALFORMED = REGISTRY.named(16, "PAYLOAD_MALFORMED");

    /** unusable public value */
    public static final NotifyType INVALID_KEY_INFORMATION =
            REGISTRY.named(17, "INVALID_KEY_INFORMATION");

    /** unknown identity or group */
    public static final NotifyType INVALID_ID_INFORMATION =
            REGISTRY.named(18, "INVALID_ID_INFORMATION");

    /** not authenticated or not authorised */
    public static final NotifyType AUTHENTICATION_FAILED =
            REGISTRY.named(24, "AUTHENTICATION_FAILED");

    /** hash does not verify */
    public static final NotifyType INVALID_HASH_INFORMATION =
            REGISTRY.named(23, "INVALID_HASH_INFORMATION");

    /** an attribute that is refused by name */
    public static final NotifyType ATTRIBUTES_NOT_SUPPORTED =
            REGISTRY.named(13, "ATTRIBUTES_NOT_SUPPORTED");

    /** the peer has no earlier SA */
    public static final NotifyType INITIAL_CONTACT = REGISTRY.named(24578, "INITIAL_CONTACT");

    /** dead peer detection, question */
    public static final NotifyType R_U_THERE = REGISTRY.named(36136, "R_U_THERE");

    /** dead peer detection, answer */
    public static final NotifyType R_U_THERE_ACK = REGISTRY.named(36137, "R_U_THERE_ACK");

    private NotifyType(int number, String name) {
        super(number, name);
    }

    /** The value of that number, known or not. */
    public static NotifyType of(int number) {
        return REGISTRY.of(number);
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, NotifyType> known() {
        return REGISTRY.known();
    }
}
