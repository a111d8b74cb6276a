// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import org.getvpn.gdoi.policy.GroupId;

/**
 * Key server: a member has a rekey message (RFC 8263). The hash is genuine; with a key that all
 * members share, any of them may have made it (section 7.1). A copy of an acknowledgement states
 * the same fact again.
 */
public final class RekeyAcknowledged implements Fact {
    private final GroupId group;
    private final byte[] kekSpi;
    private final long sequence;
    private final String member;
    private final Endpoint from;

    /**
     * @param kekSpi 16 octets: the KEK that the rekey message was sent under
     * @param sequence of the rekey message, as the member names it
     * @param member as {@link PeerIdentity#text()} has it
     * @param from the datagram's source
     */
    public RekeyAcknowledged(
            GroupId group, byte[] kekSpi, long sequence, String member, Endpoint from) {
        this.group = Objects.requireNonNull(group);
        this.kekSpi = kekSpi.clone();
        this.sequence = sequence;
        this.member = Objects.requireNonNull(member);
        this.from = Objects.requireNonNull(from);
    }

    /** The group whose KEK it is. */
    public GroupId group() {
        return group;
    }

    /** 16 octets, a copy. */
    public byte[] kekSpi() {
        return kekSpi.clone();
    }

    /** 0 to 2^32-1, as the member names it; the caller knows which it sent. */
    public long sequence() {
        return sequence;
    }

    /** Who acknowledges: the address under which it registered. */
    public String member() {
        return member;
    }

    /** The datagram's source; whether it must be the member's is the caller's policy. */
    public Endpoint from() {
        return from;
    }

    @Override
    public String toString() {
        return "RekeyAcknowledged[group="
                + group
                + " seq="
                + sequence
                + " member="
                + member
                + " from="
                + from
                + "]";
    }
}
