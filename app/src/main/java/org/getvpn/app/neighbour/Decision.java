// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.Optional;
import java.util.function.Function;
import org.getvpn.app.forwarding.Neighbour;
import org.getvpn.app.forwarding.Neighbours;
import org.onlab.packet.IpAddress;
import org.onosproject.net.ConnectPoint;

/** What to do about a question that came in at a port. Pure. */
final class Decision {
    /** What to do. */
    enum Action {
        /** answer with the gateway's MAC address */
        REPLY,
        /** the target is on another port of the site, not known yet: ask there */
        ASK,
        /** nothing */
        IGNORE
    }

    private Decision() {}

    /**
     * @param known hosts by address
     */
    static Action on(
            Question question,
            ConnectPoint port,
            Neighbours neighbours,
            Function<IpAddress, Optional<Neighbour>> known) {
        IpAddress target = question.target();
        Optional<IpAddress> gateway = neighbours.gateway(port, target.version());
        if (gateway.isEmpty() || question.asker().equals(target)) {
            return Action.IGNORE; // no role here; or somebody announces itself
        }
        if (target.equals(gateway.get())) {
            return Action.REPLY; // also to one that wants the address for itself: it is taken
        }
        if (question.asker().isZero()) {
            // Somebody probes for its own address (RFC 5227, RFC 4862). Its owner answers if it is
            // here; what we remember of another port may be the same host before it moved.
            return Action.IGNORE;
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
