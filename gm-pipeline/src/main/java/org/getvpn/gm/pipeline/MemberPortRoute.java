// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.SaSnapshot;

/** What a member does with frames of its port. */
record MemberPortRoute(OutboundPath outbound, InboundPath inbound, Counters counters)
        implements FrameLoop.Route {
    @Override
    public void ip(SaSnapshot sas, MemorySegment frame, long offset, int protocol, long now) {
        if (protocol == Ipv4.ESP) {
            inbound.processEsp(sas, frame, offset, now);
        } else if (!inbound.takeReport(sas, frame, offset, now)) {
            outbound.process(sas, frame, offset, now);
        }
    }

    @Override
    public void linkSignal(MemorySegment frame, long offset, int length) {
        counters.count(TrafficCounter.FRAMES_FOR_KERNEL);
    }

    @Override
    public boolean takesBroadcast() {
        return false;
    }
}
