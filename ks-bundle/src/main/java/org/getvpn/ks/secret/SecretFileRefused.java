// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import java.io.IOException;

/** A file of secrets that is missing, open to others, or not in its form. */
public final class SecretFileRefused extends IOException {
    private static final long serialVersionUID = 1L;

    /** {@code message} says what a person can do; nothing of the file's contents. */
    public SecretFileRefused(String message) {
        super(message);
    }
}
