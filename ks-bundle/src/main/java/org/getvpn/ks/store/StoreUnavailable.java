// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.store;

/** The store cannot be opened or written; nothing that was asked for happened. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code message} says what a person can do. */
    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
