// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.RekeyMessage;

/** Group member: a rekey message that is fresh and signed by the key server. */
public final class RekeyReceived implements Fact {
    private final RekeyMessage message;
    private final Endpoint keyServer;

    /** Pairs the content with where the datagram came from. */
    public RekeyReceived(RekeyMessage message, Endpoint keyServer) {
        this.message = Objects.requireNonNull(message);
        this.keyServer = Objects.requireNonNull(keyServer);
    }

    /** Deletes, policy and keys; the receiver owns the secrets in it. */
    public RekeyMessage message() {
        return message;
    }

    /** The datagram's source; the signature, not this address, proves the origin. */
    public Endpoint keyServer() {
        return keyServer;
    }

    @Override
    public String toString() {
        return "RekeyReceived[seq=" + message.sequence() + " ks=" + keyServer + "]";
    }
}
