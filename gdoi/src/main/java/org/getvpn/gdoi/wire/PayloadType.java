// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;
import java.util.TreeMap;

/**
 * Next Payload numbers (RFC 2408, section 3.1; RFC 6407, sections 5 and 8.1; RFC 3947). An open
 * value: unknown numbers can be logged, skipped and written back.
 */
public final class PayloadType {
    private static final Map<Integer, PayloadType> KNOWN = new TreeMap<>();

    /** no further payload */
    public static final PayloadType NONE = known(0, "NONE");

    /** Security Association */
    public static final PayloadType SA = known(1, "SA");

    /** Proposal */
    public static final PayloadType PROPOSAL = known(2, "PROPOSAL");

    /** Transform */
    public static final PayloadType TRANSFORM = known(3, "TRANSFORM");

    /** Key Exchange */
    public static final PayloadType KE = known(4, "KE");

    /** Identification */
    public static final PayloadType ID = known(5, "ID");

    /** Certificate */
    public static final PayloadType CERT = known(6, "CERT");

    /** Certificate Request */
    public static final PayloadType CR = known(7, "CR");

    /** Hash */
    public static final PayloadType HASH = known(8, "HASH");

    /** Signature */
    public static final PayloadType SIG = known(9, "SIG");

    /** Nonce */
    public static final PayloadType NONCE = known(10, "NONCE");

    /** Notification */
    public static final PayloadType NOTIFY = known(11, "NOTIFY");

    /** Delete */
    public static final PayloadType DELETE = known(12, "DELETE");

    /** Vendor ID */
    public static final PayloadType VENDOR_ID = known(13, "VENDOR_ID");

    /** SA KEK */
    public static final PayloadType SA_KEK = known(15, "SA_KEK");

    /** SA TEK */
    public static final PayloadType SA_TEK = known(16, "SA_TEK");

    /** Key Download */
    public static final PayloadType KD = known(17, "KD");

    /** Sequence Number */
    public static final PayloadType SEQ = known(18, "SEQ");

    /** Proof of Possession (RFC 3547) */
    public static final PayloadType POP = known(19, "POP");

    /** NAT Discovery */
    public static final PayloadType NAT_D = known(20, "NAT_D");

    /** NAT Original Address */
    public static final PayloadType NAT_OA = known(21, "NAT_OA");

    /** Group Associated Policy */
    public static final PayloadType GAP = known(22, "GAP");

    private final int number;
    private final String name;

    private PayloadType(int number, String name) {
        this.number = number;
        this.name = name;
    }

    private static PayloadType known(int number, String name) {
        PayloadType value = new PayloadType(number, name);
        KNOWN.put(number, value);
        return value;
    }

    /** The value of that number, known or not. */
    public static PayloadType of(int number) {
        PayloadType value = KNOWN.get(number);
        return value == null ? new PayloadType(number, "unknown") : value;
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, PayloadType> known() {
        return Map.copyOf(KNOWN);
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PayloadType && number == ((PayloadType) other).number;
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
