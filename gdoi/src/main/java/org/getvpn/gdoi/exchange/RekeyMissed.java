// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.GroupId;

/**
 * Group member: the key server changed the KEK by a logical key hierarchy in which this member
 * holds no key that opens it. It was evicted, or missed a rekey before: only a new registration
 * tells.
 */
public final class RekeyMissed implements Fact {
    private final GroupId group;
    private final String reason;
    private final Endpoint keyServer;

    /**
     * @param reason in an operator's words
     * @param keyServer the datagram's source
     */
    public RekeyMissed(GroupId group, String reason, Endpoint keyServer) {
        this.group = Objects.requireNonNull(group);
        this.reason = Objects.requireNonNull(reason);
        this.keyServer = Objects.requireNonNull(keyServer);
    }

    /** Whose KEK it is. */
    public GroupId group() {
        return group;
    }

    /** In an operator's words. */
    public String reason() {
        return reason;
    }

    /** The datagram's source; the signature, not this address, proves the origin. */
    public Endpoint keyServer() {
        return keyServer;
    }

    @Override
    public String toString() {
        return "RekeyMissed[group=" + group + " ks=" + keyServer + "]";
    }
}
