// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/** The counter of rekey messages under one KEK, 4 octets (RFC 6407, section 5.7). */
public final class SequenceNumber {
    private SequenceNumber() {}

    /**
     * @return 0 to 2^32-1
     */
    public static long read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("SEQ", body);
        long sequence = Integer.toUnsignedLong(in.u32());
        in.end();
        return sequence;
    }

    /** The payload; {@code sequence} is 0 to 2^32-1. */
    public static Payload write(long sequence) {
        if (sequence < 0 || sequence > 0xffff_ffffL) {
            throw new IllegalArgumentException("sequence number " + sequence);
        }
        return Payload.of(PayloadType.SEQ, new WireWriter().u32(sequence).toByteArray());
    }
}
