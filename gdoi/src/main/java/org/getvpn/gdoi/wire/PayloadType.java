// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;

/**
 * Next Payload numbers (RFC 2408, section 3.1; RFC 6407, sections 5 and 8.1; RFC 3947). An open
 * value: unknown numbers can be logged, skipped and written back.
 */
public final class PayloadType extends RegisteredNumber {
    private static final NumberRegistry<PayloadType> REGISTRY =
            new NumberRegistry<>(PayloadType::new);

    /** no further payload */
    public static final PayloadType NONE = REGISTRY.named(0, "NONE");

    /** Security Association */
    public static final PayloadType SA = REGISTRY.named(1, "SA");

    /** Proposal */
    public static final PayloadType PROPOSAL = REGISTRY.named(2, "PROPOSAL");

    /** Transform */
    public static final PayloadType TRANSFORM = REGISTRY.named(3, "TRANSFORM");

    /** Key Exchange */
    public static final PayloadType KE = REGISTRY.named(4, "KE");

    /** Identification */
    public static final PayloadType ID = REGISTRY.named(5, "ID");

    /** Certificate */
    public static final PayloadType CERT = REGISTRY.named(6, "CERT");

    /** Certificate Request */
    public static final PayloadType CR = REGISTRY.named(7, "CR");

    /** Hash */
    public static final PayloadType HASH = REGISTRY.named(8, "HASH");

    /** Signature */
    public static final PayloadType SIG = REGISTRY.named(9, "SIG");

    /** Nonce */
    public static final PayloadType NONCE = REGISTRY.named(10, "NONCE");

    /** Notification */
    public static final PayloadType NOTIFY = REGISTRY.named(11, "NOTIFY");

    /** Delete */
    public static final PayloadType DELETE = REGISTRY.named(12, "DELETE");

    /** Vendor ID */
    public static final PayloadType VENDOR_ID = REGISTRY.named(13, "VENDOR_ID");

    /** SA KEK */
    public static final PayloadType SA_KEK = REGISTRY.named(15, "SA_KEK");

    /** SA TEK */
    public static final PayloadType SA_TEK = REGISTRY.named(16, "SA_TEK");

    /** Key Download */
    public static final PayloadType KD = REGISTRY.named(17, "KD");

    /** Sequence Number */
    public static final PayloadType SEQ = REGISTRY.named(18, "SEQ");

    /** Proof of Possession (RFC 3547) */
    public static final PayloadType POP = REGISTRY.named(19, "POP");

    /** NAT Discovery */
    public static final PayloadType NAT_D = REGISTRY.named(20, "NAT_D");

    /** NAT Original Address */
    public static final PayloadType NAT_OA = REGISTRY.named(21, "NAT_OA");

    /** Group Associated Policy */
    public static final PayloadType GAP = REGISTRY.named(22, "GAP");

    private PayloadType(int number, String name) {
        super(number, name);
    }

    /** The value of that number, known or not. */
    public static PayloadType of(int number) {
        return REGISTRY.of(number);
    }

    /** Every value that has a name here, by number. */
    public static Map<Integer, PayloadType> known() {
        return REGISTRY.known();
    }
}
