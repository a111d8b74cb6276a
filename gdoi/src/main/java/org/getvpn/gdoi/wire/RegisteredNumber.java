// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/** A number of a registry with its name. Two of one registry are equal if their numbers are. */
abstract class RegisteredNumber {
    private final int number;
    private final String name;

    RegisteredNumber(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** The number on the wire. */
    public final int number() {
        return number;
    }

    @Override
    public final boolean equals(Object other) {
        return other != null
                && getClass() == other.getClass()
                && number == ((RegisteredNumber) other).number;
    }

    @Override
    public final int hashCode() {
        return number;
    }

    /** Name and number, {@code unknown(7)} for one without a name here. */
    @Override
    public final String toString() {
        return name + "(" + number + ")";
    }
}
