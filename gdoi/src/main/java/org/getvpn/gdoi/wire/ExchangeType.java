// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;
import java.util.TreeMap;

/**
 * ISAKMP exchange types (RFC 2408, section 3.1; RFC 6407, sections 3.2.1 and 4.2; RFC 8263, section
 * 8). An open value: unknown numbers can be logged, skipped and written back.
 */
public final class ExchangeType {
    private static final Map<Integer, ExchangeType> KNOWN = new TreeMap<>();

    /** Identity Protection, IKEv1 Main Mode */
    public static final ExchangeType MAIN = known(2, "MAIN");

    /** IKEv1 Aggressive Mode */
    public static final ExchangeType AGGRESSIVE = known(4, "AGGRESSIVE");

    /** Informational */
    public static final ExchangeType INFORMATIONAL = known(5, "INFORMATIONAL");

    /** registration, under the GDOI DOI */
    public static final ExchangeType GROUPKEY_PULL = known(32, "GROUPKEY_PULL");

    /** rekey, under the GDOI DOI */
    public static final ExchangeType GROUPKEY_PUSH = known(33, "GROUPKEY_PUSH");

    /** acknowledgement of a rekey */
    public static final ExchangeType GROUPKEY_PUSH_ACK = known(35, "GROUPKEY_PUSH_ACK");

    private final int number;
    private final String name;

    private ExchangeType(int number, String name) {
        this.number = number;
        this.name = name;
    }

    private static ExchangeType known(int number, String name) {
        ExchangeType value = new ExchangeType(number, name);
        KNOWN.put(number, value);
        return value;
    }

    /** The value of that number, known or not. */
    public static ExchangeType of(int number) {
        ExchangeType value = KNOWN.get(number);
        return value == null ? new ExchangeType(number, "unknown") : value;
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, ExchangeType> known() {
        return Map.copyOf(KNOWN);
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExchangeType && number == ((ExchangeType) other).number;
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
