// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

/**
 * How much may be sent under one TEK by all members together before it is replaced. Switches count,
 * so it is a point to rekey at, not a bound on what a cipher may do: a member's own counter is
 * that.
 */
public final class TrafficLimit {
    /** Time alone ends a key. */
    public static final TrafficLimit NONE = new TrafficLimit(0, 0);

    private final long packets;
    private final long octets;

    /**
     * @param packets 0 for no limit
     * @param octets of ESP frames as switches count them, 0 for no limit
     */
    public TrafficLimit(long packets, long octets) {
        this.packets = packets;
        this.octets = octets;
    }

    /** Packets; 0 for no limit. */
    public long packets() {
        return packets;
    }

    /** Octets of ESP frames; 0 for no limit. */
    public long octets() {
        return octets;
    }

    /** Whether there is any limit. */
    public boolean isSet() {
        return packets > 0 || octets > 0;
    }

    /** Whether so much reaches one of the limits. */
    public boolean isReachedBy(long sentPackets, long sentOctets) {
        return packets > 0 && sentPackets >= packets || octets > 0 && sentOctets >= octets;
    }
}
