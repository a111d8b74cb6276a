// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

/** A peer's Diffie-Hellman value that is of the wrong length or outside the group. */
public final class InvalidPublicValue extends Exception {
    private static final long serialVersionUID = 1L;

    /** {@code message} says what is wrong with it. */
    public InvalidPublicValue(String message) {
        super(message, null, false, false);
    }
}
