// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.RuleTable;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * A bump in the wire between a site interface and a WAN interface: link and IP addresses stay as
 * they are, ARP passes, everything else is encrypted, bypassed by policy, or dropped. One thread
 * per direction.
 *
 * <p>A frame to the WAN interface's own address is the kernel's: the control address lives there.
 */
public final class GatewayPipeline implements Pipeline {
    private static final int WAIT_MILLIS = 100;

    private final Link site;
    private final Link wan;
    private final SaDatabase sas;
    private final Arena arena = Arena.ofShared();
    private final SpareFrames spare;
    private final Frame[] fromSite;
    private final Frame[] fromWan;
    private final FrameBatch siteErrors;
    private final FrameBatch toWan;
    private final FrameBatch toSite;
    private final OutboundPath outbound;
    private final InboundPath inbound = new InboundPath();
    private final Worker outboundWorker;
    private final Worker inboundWorker;

    /** An interface with a socket for each direction, since each direction has a thread. */
    public record Link(PacketIo receiver, PacketIo sender) {
        void close() {
            receiver.close();
            sender.close();
        }
    }

    /**
     * @param mtu of the path behind the WAN interface, for outer packets
     * @param failed told what ended a packet thread; the process should end then
     */
    public GatewayPipeline(
            Link site, Link wan, SaDatabase sas, int mtu, Consumer<Throwable> failed) {
        this.site = site;
        this.wan = wan;
        this.sas = sas;
        int octets =
                Math.max(site.receiver().mtu(), wan.receiver().mtu())
                        + Ethernet.HEADER
                        + Ethernet.TAG
                        + Frame.TAILROOM;
        fromSite = PacketSocket.allocateFrames(arena, PacketSocket.BATCH, octets);
        fromWan = PacketSocket.allocateFrames(arena, PacketSocket.BATCH, octets);
        Frame[] pieces = PacketSocket.allocateFrames(arena, 4 * PacketSocket.BATCH, octets);
        spare = new SpareFrames(pieces);
        toWan = new FrameBatch(fromSite.length + pieces.length);
        siteErrors = new FrameBatch(fromSite.length);
        toSite = new FrameBatch(fromWan.length);
        outbound = new OutboundPath(OutboundPath.BypassRule.PASS, mtu, spare);
        outboundWorker = new Worker("site-to-wan", this::stepOutbound, failed);
        inboundWorker = new Worker("wan-to-site", this::stepInbound, failed);
    }

    @Override
    public void start() {
        outboundWorker.start();
        inboundWorker.start();
    }

    /** One batch from the site. */
    void stepOutbound() {
        int received = site.receiver().receive(fromSite, WAIT_MILLIS);
        SaSnapshot now = sas.snapshot();
        spare.reset();
        for (int i = 0; i < received; i++) {
            Frame frame = fromSite[i];
            switch (classify(frame, site.receiver().macAddress())) {
                case KERNEL -> {}
                case ARP -> toWan.add(frame);
                case IPV4 -> processOutbound(frame, now);
                case NOT_IPV4 -> outbound.counters().dropped(DropReason.NOT_IPV4);
                default -> outbound.counters().dropped(DropReason.MALFORMED);
            }
        }
        toWan.flush(wan.sender(), outbound.counters());
        siteErrors.flush(site.receiver(), outbound.counters());
    }

    private void processOutbound(Frame frame, SaSnapshot now) {
        int errors = siteErrors.count();
        outbound.process(frame, now, toWan, siteErrors);
        for (int i = errors; i < siteErrors.count(); i++) {
            Frame error = siteErrors.get(i);
            long to = Ethernet.source(error);
            Ethernet.source(error, Ethernet.destination(error));
            Ethernet.destination(error, to);
        }
    }

    /** One batch from the WAN. */
    void stepInbound() {
        int received = wan.receiver().receive(fromWan, WAIT_MILLIS);
        SaSnapshot now = sas.snapshot();
        for (int i = 0; i < received; i++) {
            Frame frame = fromWan[i];
            switch (classify(frame, wan.receiver().macAddress())) {
                case KERNEL -> {}
                case ARP -> toSite.add(frame);
                case IPV4 -> processInbound(frame, now);
                case NOT_IPV4 -> inbound.counters().dropped(DropReason.NOT_IPV4);
                default -> inbound.counters().dropped(DropReason.MALFORMED);
            }
        }
        toSite.flush(site.sender(), inbound.counters());
    }

    private void processInbound(Frame frame, SaSnapshot now) {
        int ip = Ethernet.headerLength(frame);
        if (Ipv4.protocol(frame, ip) == Ipv4.ESP) {
            inbound.process(frame, now, toSite);
        } else if (bypassed(frame, ip, now.rules())) {
            toSite.add(frame);
        } else {
            inbound.counters().dropped(DropReason.CLEARTEXT_FROM_WAN);
        }
    }

    /** Clear text from the WAN passes only as the answer to what a BYPASS rule lets out. */
    private static boolean bypassed(Frame frame, int ip, RuleTable rules) {
        return !Ipv4.laterFragment(frame, ip)
                && rules.decide(
                                Ipv4.destination(frame, ip),
                                Ipv4.source(frame, ip),
                                Ipv4.protocol(frame, ip),
                                Ipv4.destinationPort(frame, ip),
                                Ipv4.sourcePort(frame, ip))
                        == RuleTable.Decision.BYPASS;
    }

    private enum Kind {
        KERNEL,
        ARP,
        IPV4,
        NOT_IPV4,
        MALFORMED
    }

    private static Kind classify(Frame frame, long own) {
        if (!Ethernet.valid(frame)) {
            return Kind.MALFORMED;
        }
        if (Ethernet.destination(frame) == own) {
            return Kind.KERNEL;
        }
        int type = Ethernet.type(frame);
        if (type == Ethernet.ARP) {
            return Kind.ARP;
        }
        if (type != Ethernet.IPV4) {
            return Kind.NOT_IPV4;
        }
        return Ipv4.valid(frame, Ethernet.headerLength(frame)) ? Kind.IPV4 : Kind.MALFORMED;
    }

    @Override
    public List<PathCounters> outbound() {
        return List.of(outbound.counters());
    }

    @Override
    public List<PathCounters> inbound() {
        return List.of(inbound.counters());
    }

    @Override
    public void close() {
        outboundWorker.stop();
        inboundWorker.stop();
        site.close();
        wan.close();
        arena.close();
    }
}
