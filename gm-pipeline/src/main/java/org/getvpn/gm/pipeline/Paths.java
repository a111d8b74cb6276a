// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;

/**
 * How long ESP packets may be on their ways across the WAN, by version, and how often senders are
 * told; shared by all packet threads. IPv6 destinations are told apart by 32 bits of a mix of
 * theirs: two that share them share the lower of their limits, which costs a little and breaks
 * nothing.
 *
 * @param ipv4 to IPv4 addresses
 * @param ipv6 to mixes of IPv6 addresses
 * @param tellings how many senders may be told that their packets are too long
 */
record Paths(PathMtus ipv4, PathMtus ipv6, TokenBucket tellings) {
    private static final int TELLINGS_PER_SECOND = 100;

    /** Without reports every path carries {@code ordinary} octets. */
    Paths(int ordinary) {
        this(
                new PathMtus(ordinary, PathMtus.LEAST),
                new PathMtus(ordinary, Ipv6.LEAST_MTU), // every link carries it: RFC 8200
                new TokenBucket(TELLINGS_PER_SECOND));
    }

    /** What paths carry that nobody reported on. */
    int ordinary() {
        return ipv4.ordinary();
    }

    /** Longest packet to where this one goes, in octets. */
    int to(MemorySegment packet, long ip, long now) {
        return Ipv6.is(packet, ip)
                ? ipv6.to(mixedDestination(packet, ip), now)
                : ipv4.to(Ipv4.destination(packet, ip), now);
    }

    /** What stands for an IPv6 packet's destination. */
    static int mixedDestination(MemorySegment packet, long ip) {
        long mixed =
                (Ipv6.destinationHigh(packet, ip) * 0xc2b2_ae3d_27d4_eb4fL
                                ^ Ipv6.destinationLow(packet, ip))
                        * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32);
    }
}
