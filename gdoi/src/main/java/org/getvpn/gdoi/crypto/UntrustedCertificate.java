// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

/** A peer's certificate that is not accepted; the message says why, in an operator's words. */
public final class UntrustedCertificate extends Exception {
    private static final long serialVersionUID = 1L;

    /** {@code message} names the certificate and what is wrong with it. */
    public UntrustedCertificate(String message) {
        super(message, null, false, false);
    }
}
