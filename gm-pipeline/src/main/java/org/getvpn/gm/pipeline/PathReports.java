// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.IcmpTooBig;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * Takes routers' reports that an ESP packet was too big (RFC 4301, section 8.2). Anybody can write
 * such a report, so it counts only if it quotes a packet under a live SPI, from the host that the
 * report is addressed to; and it can do no more than {@link PathMtus#lower} allows. Used by one
 * thread.
 */
final class PathReports {
    private final PathMtus paths;
    private final Counters counters;

    PathReports(PathMtus paths, Counters counters) {
        this.paths = paths;
        this.counters = counters;
    }

    /**
     * Takes a report on ESP.
     *
     * @param ip of a packet that {@link Ipv4#check} accepted
     * @return false if the packet is none; it is anybody's then
     */
    boolean take(SaSnapshot sas, MemorySegment packet, long ip, long now) {
        if (!IcmpTooBig.quotesEsp(packet, ip)) {
            return false;
        }
        if (!IcmpTooBig.isIntact(packet, ip)
                || IcmpTooBig.quotedSource(packet, ip) != Ipv4.destination(packet, ip)
                || sas.inbound(IcmpTooBig.quotedSpi(packet, ip)) == null) {
            counters.drop(DropReason.ICMP_UNVERIFIED);
            return true;
        }
        counters.count(TrafficCounter.ICMP_TOO_BIG_RECEIVED);
        if (paths.lower(
                IcmpTooBig.quotedDestination(packet, ip), IcmpTooBig.nextHopMtu(packet, ip), now)) {
            counters.count(TrafficCounter.PATH_MTU_LOWERED);
        }
        return true;
    }
}
