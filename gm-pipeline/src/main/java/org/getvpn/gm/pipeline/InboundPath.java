// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import org.getvpn.gm.esp.EspDecapsulator;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.RuleTable;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * From the WAN towards the site: SPI, decryption, policy of the inner packet. One thread owns it.
 */
final class InboundPath {
    private final PathCounters counters = new PathCounters();

    PathCounters counters() {
        return counters;
    }

    /** Works on a whole IPv4 packet of protocol ESP; what goes on is added to {@code site}. */
    void process(Frame frame, SaSnapshot sas, FrameBatch site) {
        int ip = Ethernet.headerLength(frame);
        int esp = EspDecapsulator.spiOffset(frame, ip);
        if (esp < 0 || (Ipv4.fragment(frame, ip) & (Ipv4.OFFSET | Ipv4.MORE_FRAGMENTS)) != 0) {
            counters.dropped(DropReason.ESP_MALFORMED);
            return;
        }
        InboundSa sa = sas.inbound(frame.u32(esp));
        if (sa == null) {
            counters.dropped(DropReason.UNKNOWN_SPI);
            return;
        }
        switch (EspDecapsulator.decapsulate(frame, sa)) {
            case OPENED -> checkInner(frame, ip, sas.rules(), site);
            case MALFORMED -> counters.dropped(DropReason.ESP_MALFORMED);
            case FORGED -> counters.dropped(DropReason.FORGED);
            case NOT_IPV4 -> counters.dropped(DropReason.INNER_NOT_IPV4);
            case ADDRESSES_DIFFER -> counters.dropped(DropReason.ADDRESSES_DIFFER);
            case CONGESTION_UNMARKABLE -> counters.dropped(DropReason.CONGESTION_UNMARKABLE);
            default -> throw new IllegalStateException();
        }
    }

    private void checkInner(Frame frame, int ip, RuleTable rules, FrameBatch site) {
        int source = Ipv4.source(frame, ip);
        int destination = Ipv4.destination(frame, ip);
        int protocol = Ipv4.protocol(frame, ip);
        RuleTable.Decision decision =
                Ipv4.laterFragment(frame, ip)
                        ? rules.decideWithoutPorts(source, destination, protocol)
                        : rules.decide(
                                source,
                                destination,
                                protocol,
                                Ipv4.sourcePort(frame, ip),
                                Ipv4.destinationPort(frame, ip));
        if (decision == RuleTable.Decision.PROTECT) {
            counters.passed(Ipv4.totalLength(frame, ip));
            site.add(frame);
        } else if (decision == RuleTable.Decision.NEEDS_PORTS) {
            counters.dropped(DropReason.FRAGMENT_WITHOUT_PORTS);
        } else {
            counters.dropped(DropReason.INNER_POLICY);
        }
    }
}
