// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

/**
 * A sender's share of the IV space of a counter-mode SA: the leftmost {@code bits} of the 64-bit IV
 * (RFC 6054, section 3; RFC 6407, section 5.6.4). Unique among the active senders of a group.
 */
public final class SenderId {
    private final int value;
    private final int bits;

    /**
     * @param value unsigned, below 2 to the power of {@code bits}
     * @param bits 8 to 32
     */
    public SenderId(int value, int bits) {
        if (bits < 8 || bits > 32) {
            throw new IllegalArgumentException("sender id of " + bits + " bits: 8 to 32 allowed");
        }
        if (Integer.toUnsignedLong(value) >>> bits != 0) {
            throw new IllegalArgumentException(
                    "sender id "
                            + Integer.toUnsignedString(value)
                            + " needs more than "
                            + bits
                            + " bits");
        }
        this.value = value;
        this.bits = bits;
    }

    /** The identifier, unsigned. */
    public int value() {
        return value;
    }

    /** The number of bits it occupies in the IV, 8 to 32. */
    public int bits() {
        return bits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SenderId
                && value == ((SenderId) other).value
                && bits == ((SenderId) other).bits;
    }

    @Override
    public int hashCode() {
        return 31 * value + bits;
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(value) + "/" + bits;
    }
}
