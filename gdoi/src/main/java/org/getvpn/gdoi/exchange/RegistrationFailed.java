// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;

/** Group member: this attempt at one key server is over, without a download. */
public final class RegistrationFailed implements Fact {
    private final String reason;
    private final Endpoint keyServer;

    /** {@code reason} says what a person can do. */
    public RegistrationFailed(String reason, Endpoint keyServer) {
        this.reason = Objects.requireNonNull(reason);
        this.keyServer = Objects.requireNonNull(keyServer);
    }

    /** What a person can do about it. */
    public String reason() {
        return reason;
    }

    /** Which key server was tried. */
    public Endpoint keyServer() {
        return keyServer;
    }

    @Override
    public String toString() {
        return "RegistrationFailed[ks=" + keyServer + " reason=" + reason + "]";
    }
}
