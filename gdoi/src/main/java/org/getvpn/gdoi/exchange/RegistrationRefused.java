// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** A registration that the key server does not grant; the message is an operator's. */
public final class RegistrationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** Which notify tells the peer. */
    public enum Cause {
        /** INVALID-ID-INFORMATION (18) */
        UNKNOWN_GROUP(18),
        /** AUTHENTICATION-FAILED (24) */
        NOT_AUTHORISED(24),
        /** the group cannot serve now; the peer should try again (NO-PROPOSAL-CHOSEN, 14) */
        UNAVAILABLE(14);

        private final int notify;

        Cause(int notify) {
            this.notify = notify;
        }

        /** ISAKMP notify message type (RFC 2408, section 3.14.1). */
        public int notifyType() {
            return notify;
        }
    }

    private final Cause cause;

    /** {@code message} says what a person can do. */
    public RegistrationRefused(Cause cause, String message) {
        super(message, null, false, false);
        this.cause = cause;
    }

    /** Which notify tells the peer. */
    public Cause reason() {
        return cause;
    }
}
