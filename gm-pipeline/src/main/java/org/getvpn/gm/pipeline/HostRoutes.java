// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.SaSnapshot;

/** What a host that encrypts for itself does with packets, by the side they come from. */
final class HostRoutes {
    private HostRoutes() {}

    /** What the host's kernel routed into the TUN interface. */
    static FrameLoop.Route fromHost(OutboundPath outbound, Counters counters) {
        return new HostRoute(counters) {
            @Override
            public void ip(
                    SaSnapshot sas, MemorySegment frame, long offset, int protocol, long now) {
                outbound.process(sas, frame, offset, now);
            }
        };
    }

    /** ESP, and reports that it was too big; other clear text the kernel sees itself. */
    static FrameLoop.Route fromWan(InboundPath inbound, Counters counters) {
        return new HostRoute(counters) {
            @Override
            public void ip(
                    SaSnapshot sas, MemorySegment frame, long offset, int protocol, long now) {
                if (protocol == Ipv4.ESP) {
                    inbound.processEsp(sas, frame, offset, now);
                } else if (!inbound.takeReport(sas, frame, offset, now)) {
                    counters.count(TrafficCounter.FRAMES_FOR_KERNEL);
                }
            }
        };
    }

    /** Signals of a link stay on it: nobody is behind the TUN interface. */
    private abstract static class HostRoute implements FrameLoop.Route {
        private final Counters counters;

        HostRoute(Counters counters) {
            this.counters = counters;
        }

        @Override
        public void linkSignal(MemorySegment frame, long offset, int length) {
            counters.count(TrafficCounter.FRAMES_FOR_KERNEL);
        }

        @Override
        public boolean takesBroadcast() {
            return true;
        }
    }
}
