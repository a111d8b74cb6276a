// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;

/** A group member as the key server knows it. */
public final class MemberStatus {
    private final String group;
    private final String identity;
    private final String address;
    private final long registeredSeconds;
    private final long registrations;
    private final List<String> senderIds;
    private final long rekeysSent;
    private final long rekeysAcknowledged;
    private final long rekeysMissed;

    /** Carries what the accessors of the same names tell. */
    public MemberStatus(
            String group,
            String identity,
            String address,
            long registeredSeconds,
            long registrations,
            List<String> senderIds,
            long rekeysSent,
            long rekeysAcknowledged,
            long rekeysMissed) {
        this.group = group;
        this.identity = identity;
        this.address = address;
        this.registeredSeconds = registeredSeconds;
        this.registrations = registrations;
        this.senderIds = List.copyOf(senderIds);
        this.rekeysSent = rekeysSent;
        this.rekeysAcknowledged = rekeysAcknowledged;
        this.rekeysMissed = rekeysMissed;
    }

    /** The group's name. */
    public String group() {
        return group;
    }

    /** What it proved to be in Phase 1. */
    public String identity() {
        return identity;
    }

    /** Where rekeys are sent to. */
    public String address() {
        return address;
    }

    /** Seconds since its last registration. */
    public long registeredSeconds() {
        return registeredSeconds;
    }

    /** Registrations of this identity, the present one included. */
    public long registrations() {
        return registrations;
    }

    /** Sender ids it holds, value/bits. */
    public List<String> senderIds() {
        return senderIds;
    }

    /** Rekey copies sent to it. */
    public long rekeysSent() {
        return rekeysSent;
    }

    /** Acknowledgements received. */
    public long rekeysAcknowledged() {
        return rekeysAcknowledged;
    }

    /** Consecutive rekeys not acknowledged; 0 where none is asked for. */
    public long rekeysMissed() {
        return rekeysMissed;
    }
}
