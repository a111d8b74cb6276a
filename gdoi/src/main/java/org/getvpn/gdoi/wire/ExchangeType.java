// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;

/**
 * ISAKMP exchange types (RFC 2408, section 3.1; RFC 6407, sections 3.2.1 and 4.2; RFC 8263, section
 * 8). An open value: unknown numbers can be logged, skipped and written back.
 */
public final class ExchangeType extends RegisteredNumber {
    private static final NumberRegistry<ExchangeType> REGISTRY =
            new NumberRegistry<>(ExchangeType::new);

    /** Identity Protection, IKEv1 Main Mode */
    public static final ExchangeType MAIN = REGISTRY.named(2, "MAIN");

    /** IKEv1 Aggressive Mode */
    public static final ExchangeType AGGRESSIVE = REGISTRY.named(4, "AGGRESSIVE");

    /** Informational */
    public static final ExchangeType INFORMATIONAL = REGISTRY.named(5, "INFORMATIONAL");

    /** registration, under the GDOI DOI */
    public static final ExchangeType GROUPKEY_PULL = REGISTRY.named(32, "GROUPKEY_PULL");

    /** rekey, under the GDOI DOI */
    public static final ExchangeType GROUPKEY_PUSH = REGISTRY.named(33, "GROUPKEY_PUSH");

    /** acknowledgement of a rekey */
    public static final ExchangeType GROUPKEY_PUSH_ACK = REGISTRY.named(35, "GROUPKEY_PUSH_ACK");

    private ExchangeType(int number, String name) {
        super(number, name);
    }

    /** The value of that number, known or not. */
    public static ExchangeType of(int number) {
        return REGISTRY.of(number);
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, ExchangeType> known() {
        return REGISTRY.known();
    }
}
