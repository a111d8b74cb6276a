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
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * One-armed, on the member port of a switch: clear text comes in and goes back as ESP, ESP comes in
 * and goes back as clear text. The destination link address stays (the gateway's, which the switch
 * owns), the source becomes ours.
 *
 * <p>A frame to the interface's own address is the kernel's (GDOI, ARP), as are broadcast and ARP:
 * they are left alone. IPv4 multicast is data.
 */
public final class MemberPortPipeline implements Pipeline {
    private static final int WAIT_MILLIS = 100;

    private final PacketIo io;
    private final SaDatabase sas;
    private final Arena arena = Arena.ofShared();
    private final Frame[] frames;
    private final SpareFrames spare;
    private final FrameBatch out;
    private final OutboundPath outbound;
    private final InboundPath inbound = new InboundPath();
    private final Worker worker;

    /**
     * @param mtu of the path behind the switch, for outer packets
     * @param failed told what ended the packet thread; the process should end then
     */
    public MemberPortPipeline(PacketIo io, SaDatabase sas, int mtu, Consumer<Throwable> failed) {
        this.io = io;
        this.sas = sas;
        int octets = io.mtu() + Ethernet.HEADER + Ethernet.TAG + Frame.TAILROOM;
        frames = PacketSocket.allocateFrames(arena, PacketSocket.BATCH, octets);
        Frame[] pieces = PacketSocket.allocateFrames(arena, 4 * PacketSocket.BATCH, octets);
        spare = new SpareFrames(pieces);
        out = new FrameBatch(frames.length + pieces.length);
        outbound = new OutboundPath(OutboundPath.BypassRule.DROP, mtu, spare);
        worker = new Worker("member-port", this::step, failed);
    }

    @Override
    public void start() {
        worker.start();
    }

    /** One batch: at most {@link PacketSocket#BATCH} frames in, what becomes of them out. */
    void step() {
        int received = io.receive(frames, WAIT_MILLIS);
        if (received == 0) {
            return;
        }
        SaSnapshot now = sas.snapshot();
        long own = io.macAddress();
        spare.reset();
        for (int i = 0; i < received; i++) {
            route(frames[i], now, own);
        }
        for (int i = 0; i < out.count(); i++) {
            Ethernet.source(out.get(i), own);
        }
        out.flush(io, outbound.counters());
    }

    private void route(Frame frame, SaSnapshot now, long own) {
        if (!Ethernet.valid(frame)) {
            outbound.counters().dropped(DropReason.MALFORMED);
            return;
        }
        int type = Ethernet.type(frame);
        long destination = Ethernet.destination(frame);
        if (destination == own
                || type == Ethernet.ARP
                || Ethernet.group(destination) && destination >>> 24 != 0x01005eL) {
            return; // the kernel's
        }
        int ip = Ethernet.headerLength(frame);
        if (type != Ethernet.IPV4) {
            outbound.counters().dropped(DropReason.NOT_IPV4);
        } else if (!Ipv4.valid(frame, ip)) {
            outbound.counters().dropped(DropReason.MALFORMED);
        } else if (Ipv4.protocol(frame, ip) == Ipv4.ESP) {
            inbound.process(frame, now, out);
        } else {
            outbound.process(frame, now, out, out);
        }
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
        worker.stop();
        io.close();
        arena.close();
    }
}
