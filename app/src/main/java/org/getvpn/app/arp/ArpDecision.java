// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.arp;

import java.util.Optional;
import java.util.function.Function;
import org.getvpn.app.forwarding.Neighbour;
import org.getvpn.app.forwarding.Neighbours;
import org.onlab.packet.ARP;
import org.onlab.packet.Ip4Address;
import org.onlab.packet.IpAddress;
import org.onosproject.net.ConnectPoint;

/** What to do about an ARP request that came in at a port. Pure. */
final class ArpDecision {
    /** What to do. */
    enum Action {
        /** answer with the gateway's MAC address */
        REPLY,
        /** the target is on another port of the site, not known yet: ask there */
        ASK,
        /** nothing */
        IGNORE
    }

    private ArpDecision() {}

    /**
     * @param known hosts by address
     */
    static Action on(
            ARP request,
            ConnectPoint port,
            Neighbours neighbours,
            Function<IpAddress, Optional<Neighbour>> known) {
        if (request.getOpCode() != ARP.OP_REQUEST) {
            return Action.IGNORE;
        }
        IpAddress target = Ip4Address.valueOf(request.getTargetProtocolAddress());
        IpAddress sender = Ip4Address.valueOf(request.getSenderProtocolAddress());
        Optional<IpAddress> gateway = neighbours.gateway(port);
        if (gateway.isEmpty() || sender.isZero() || sender.equals(target)) {
            return Action.IGNORE; // no role here; or somebody probes for its own address (RFC 5227)
        }
        if (target.equals(gateway.get())) {
            return Action.REPLY;
        }
        // A neighbour on another port of the site is reached through us, as if we routed to it.
        boolean elsewhere =
                neighbours.candidates(target).anyMatch(p -> !p.equals(port))
                        && neighbours.site(port).filter(s -> s.contains(target)).isPresent();
        if (!elsewhere) {
            return Action.IGNORE;
        }
        return known.apply(target)
                .map(host -> host.at().equals(port) ? Action.IGNORE : Action.REPLY)
                .orElse(Action.ASK);
    }
}
