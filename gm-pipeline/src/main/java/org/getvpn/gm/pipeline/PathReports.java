// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.IcmpTooBig;
import org.getvpn.gm.packet.Icmpv6TooBig;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * Takes routers' reports that an ESP packet was too big (RFC 4301, section 8.2). Anybody can write
 * such a report, so it counts only if it quotes a packet under a live SPI, from the host that the
 * report is addressed to; and it can do no more than {@link PathMtus#lower} allows. Used by one
 * thread.
 */
final class PathReports {
    private final Paths paths;
    private final Counters counters;

    PathReports(Paths paths, Counters counters) {
        this.paths = paths;
        this.counters = counters;
    }

    /**
     * Takes a report on ESP.
     *
     * @param ip of a packet that {@link org.getvpn.gm.packet.Ip#check} accepted
     * @return false if the packet is none; it is anybody's then
     */
    boolean take(SaSnapshot sas, MemorySegment packet, long ip, long now) {
        boolean six = Ipv6.is(packet, ip);
        if (!(six ? Icmpv6TooBig.quotesEsp(packet, ip) : IcmpTooBig.quotesEsp(packet, ip))) {
            return false;
        }
        if (!(six ? isGenuineIpv6(sas, packet, ip) : isGenuineIpv4(sas, packet, ip))) {
            counters.drop(DropReason.ICMP_UNVERIFIED);
            return true;
        }
        counters.count(TrafficCounter.ICMP_TOO_BIG_RECEIVED);
        if (six ? lowerIpv6(packet, ip, now) : lowerIpv4(packet, ip, now)) {
            counters.count(TrafficCounter.PATH_MTU_LOWERED);
        }
        return true;
    }

    private static boolean isGenuineIpv6(SaSnapshot sas, MemorySegment packet, long ip) {
        long quoted = Icmpv6TooBig.quoted(packet, ip);
        return Icmpv6TooBig.isIntact(packet, ip)
                && Ipv6.sourceHigh(packet, quoted) == Ipv6.destinationHigh(packet, ip)
                && Ipv6.sourceLow(packet, quoted) == Ipv6.destinationLow(packet, ip)
                && sas.inbound(Icmpv6TooBig.quotedSpi(packet, ip)) != null;
    }

    private static boolean isGenuineIpv4(SaSnapshot sas, MemorySegment packet, long ip) {
        return IcmpTooBig.isIntact(packet, ip)
                && IcmpTooBig.quotedSource(packet, ip) == Ipv4.destination(packet, ip)
                && sas.inbound(IcmpTooBig.quotedSpi(packet, ip)) != null;
    }

    private boolean lowerIpv6(MemorySegment packet, long ip, long now) {
        int destination = Paths.mixedDestination(packet, Icmpv6TooBig.quoted(packet, ip));
        return paths.ipv6().lower(destination, Icmpv6TooBig.nextHopMtu(packet, ip), now);
    }

    private boolean lowerIpv4(MemorySegment packet, long ip, long now) {
        int destination = IcmpTooBig.quotedDestination(packet, ip);
        return paths.ipv4().lower(destination, IcmpTooBig.nextHopMtu(packet, ip), now);
    }
}
