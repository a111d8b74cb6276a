// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.SaSnapshot;

/** What a gateway does with frames, by the side they come from. */
final class GatewayRoutes {
    private GatewayRoutes() {}

    static FrameLoop.Route fromSite(OutboundPath outbound, Exit toWan, Counters counters) {
        return new FrameLoop.Route() {
            @Override
            public void ip(
                    SaSnapshot sas, MemorySegment frame, long offset, int protocol, long now) {
                outbound.process(sas, frame, offset, now);
            }

            @Override
            public void linkSignal(MemorySegment frame, long offset, int length) {
                passSignal(frame, offset, length, toWan, counters);
            }

            @Override
            public boolean takesBroadcast() {
                return true;
            }
        };
    }

    static FrameLoop.Route fromWan(InboundPath inbound, Exit toSite, Counters counters) {
        return new FrameLoop.Route() {
            @Override
            public void ip(
                    SaSnapshot sas, MemorySegment frame, long offset, int protocol, long now) {
                if (protocol == Ipv4.ESP) {
                    inbound.processEsp(sas, frame, offset, now);
                } else if (!inbound.takeReport(sas, frame, offset, now)) {
                    inbound.processClearText(sas, frame, offset, now);
                }
            }

            @Override
            public void linkSignal(MemorySegment frame, long offset, int length) {
                passSignal(frame, offset, length, toSite, counters);
            }

            @Override
            public boolean takesBroadcast() {
                return true;
            }
        };
    }

    private static void passSignal(
            MemorySegment frame, long offset, int length, Exit to, Counters counters) {
        if (!to.fits(length)) {
            counters.drop(DropReason.OVERSIZED_FRAME);
            return;
        }
        Pass.frame(frame, offset, length, to);
        boolean isArp = Ethernet.type(frame, offset) == Ethernet.TYPE_ARP;
        counters.count(isArp ? TrafficCounter.ARP_FRAMES : TrafficCounter.IPV6_LINK_FRAMES);
    }
}
