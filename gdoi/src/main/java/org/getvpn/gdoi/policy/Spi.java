// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

/**
 * A 32-bit Security Parameters Index of ESP. Values 0 to 255 are reserved (RFC 4303, section 2.1)
 * and refused.
 */
public final class Spi {
    private final int value;

    private Spi(int value) {
        this.value = value;
    }

    /**
     * @param value the 32 bits, read as unsigned
     * @throws IllegalArgumentException for the reserved values 0 to 255
     */
    public static Spi of(int value) {
        if (Integer.compareUnsigned(value, 255) <= 0) {
            throw new IllegalArgumentException(
                    "SPI " + Integer.toUnsignedString(value) + " is reserved: use 256 or more");
        }
        return new Spi(value);
    }

    /** The 32 bits as an int; compare unsigned. */
    public int value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Spi && value == ((Spi) other).value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    /** Eight hexadecimal digits after {@code 0x}, as other implementations print it. */
    @Override
    public String toString() {
        return String.format("0x%08x", value);
    }
}
