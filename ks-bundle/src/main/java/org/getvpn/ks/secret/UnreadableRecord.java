// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

/** A stored record that does not open: altered, moved, or sealed with a key that is not at hand. */
public final class UnreadableRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code message} says what a person can do. */
    public UnreadableRecord(String message) {
        super(message);
    }
}
