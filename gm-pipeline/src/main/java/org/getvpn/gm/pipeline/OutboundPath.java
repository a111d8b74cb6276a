// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.esp.Esp;
import org.getvpn.gm.esp.EspEncapsulator;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.RuleTable;
import org.getvpn.gm.sa.SaSnapshot;

/** From the site towards the WAN: policy, MTU, encryption. One thread owns it. */
final class OutboundPath {
    private final PathCounters counters = new PathCounters();
    private final BypassRule bypass;
    private final int mtu;
    private final SpareFrames spare;

    /** What a BYPASS rule means here. */
    enum BypassRule {
        /** pass in clear: a gateway */
        PASS,
        /** drop: behind a switch that has bypassed it already */
        DROP
    }

    /**
     * @param mtu of the path behind us, for outer packets
     */
    OutboundPath(BypassRule bypass, int mtu, SpareFrames spare) {
        this.bypass = bypass;
        this.mtu = mtu;
        this.spare = spare;
    }

    PathCounters counters() {
        return counters;
    }

    /**
     * Works on a whole IPv4 packet; what goes on is added to {@code wan}, errors to {@code site}.
     */
    void process(Frame frame, SaSnapshot sas, FrameBatch wan, FrameBatch site) {
        int ip = Ethernet.headerLength(frame);
        switch (decide(frame, ip, sas.rules())) {
            case PROTECT -> protect(frame, ip, sas.outbound(), wan, site);
            case BYPASS -> {
                if (bypass == BypassRule.PASS) {
                    wan.add(frame);
                } else {
                    counters.dropped(DropReason.BYPASS_AT_MEMBER_PORT);
                }
            }
            case DROP -> counters.dropped(DropReason.POLICY_DROP);
            case NO_RULE -> counters.dropped(DropReason.NO_POLICY);
            case NEEDS_PORTS -> counters.dropped(DropReason.FRAGMENT_WITHOUT_PORTS);
            default -> throw new IllegalStateException();
        }
    }

    private static RuleTable.Decision decide(Frame frame, int ip, RuleTable rules) {
        int source = Ipv4.source(frame, ip);
        int destination = Ipv4.destination(frame, ip);
        int protocol = Ipv4.protocol(frame, ip);
        return Ipv4.laterFragment(frame, ip)
                ? rules.decideWithoutPorts(source, destination, protocol)
                : rules.decide(
                        source,
                        destination,
                        protocol,
                        Ipv4.sourcePort(frame, ip),
                        Ipv4.destinationPort(frame, ip));
    }

    private void protect(Frame frame, int ip, OutboundSa sa, FrameBatch wan, FrameBatch site) {
        if (sa == null) {
            counters.dropped(DropReason.NO_SA);
            return;
        }
        int length = Ipv4.totalLength(frame, ip);
        int most = Esp.largestInner(mtu);
        if (length <= most) {
            seal(frame, length, sa, wan);
        } else if ((Ipv4.fragment(frame, ip) & Ipv4.DONT_FRAGMENT) != 0) {
            counters.dropped(DropReason.TOO_BIG);
            if (IcmpTooBig.allowed(frame, ip)) {
                IcmpTooBig.reply(frame, ip, most);
                site.add(frame);
            }
        } else {
            int count = Fragmenter.count(frame, ip, most);
            if (count > spare.left()) {
                counters.dropped(DropReason.SEND_FAILED);
                return;
            }
            for (int i = 0; i < count; i++) {
                Frame piece = spare.take();
                Fragmenter.cut(frame, ip, most, i, count, piece);
                seal(piece, Ipv4.totalLength(piece, ip), sa, wan);
            }
        }
    }

    private void seal(Frame frame, int innerLength, OutboundSa sa, FrameBatch wan) {
        if (EspEncapsulator.encapsulate(frame, sa)) {
            counters.passed(innerLength);
            wan.add(frame);
        } else {
            counters.dropped(DropReason.IV_EXHAUSTED);
        }
    }
}
