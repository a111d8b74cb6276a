// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.io.ThreadScheduling;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ip;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.LinkSignal;
import org.getvpn.gm.packet.PartialChecksum;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.packet.VlanTag;
import org.getvpn.gm.sa.SaReader;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * Reads frames of one interface, in batches, and gives each to the path it belongs to. One thread,
 * no lock, nothing allocated per packet. What is not understood is dropped.
 */
final class FrameLoop implements Runnable {
    private static final int WAIT_MILLIS = 100; // how soon a stop or a key change is noticed

    private final PacketIo from;
    private final SaReader sas;
    private final Route route;
    private final Counters counters;
    private final LongSupplier clock;
    private final Exit[] exits;
    private final long own;
    private int tag;
    private volatile RuntimeException firstDefect;
    private volatile boolean stopping;

    /** Which path a packet takes, by what it is and where it came from. */
    interface Route {
        /** An IP packet with a right header; a super-frame if its virtio header says so. */
        void ip(SaSnapshot sas, MemorySegment frame, long offset, int protocol, long now);

        /** ARP, or what {@link LinkSignal} is for IPv6, that is not for this host alone. */
        void linkSignal(MemorySegment frame, long offset, int length);

        /** Whether IP frames to every station are the site's traffic, not the kernel's. */
        boolean takesBroadcast();
    }

    /**
     * @param exits sent from after each batch
     * @param clock monotonic nanoseconds
     */
    FrameLoop(
            PacketIo from,
            SaReader sas,
            Route route,
            Counters counters,
            LongSupplier clock,
            Exit... exits) {
        this.from = from;
        this.sas = sas;
        this.route = route;
        this.counters = counters;
        this.clock = clock;
        this.exits = exits;
        this.own = from.macAddress();
    }

    @Override
    public void run() {
        ThreadScheduling.shortSlice();
        while (!stopping) {
            turn(WAIT_MILLIS);
        }
    }

    /** Lets go of keys and sockets; the thread has ended. */
    void release() {
        for (Exit exit : exits) {
            exit.close();
        }
        sas.close();
    }

    void stop() {
        stopping = true;
    }

    /** One batch. */
    void turn(int waitMillis) {
        FrameBatch batch = from.receive(waitMillis);
        SaSnapshot snapshot = sas.refresh();
        int frames = batch.count();
        if (frames == 0) {
            return;
        }
        counters.count(TrafficCounter.FRAMES_READ, frames);
        long now = clock.getAsLong();
        for (int i = 0; i < frames; i++) {
            try {
                frame(snapshot, batch, i, now);
            } catch (RuntimeException e) { // no packet may end the loop, whatever is wrong here
                counters.drop(DropReason.INTERNAL_ERROR);
                if (firstDefect == null) {
                    firstDefect = e;
                }
            }
        }
        for (Exit exit : exits) {
            exit.flush();
        }
    }

    /** The first defect of this program that a packet met, or null. */
    RuntimeException firstDefect() {
        return firstDefect;
    }

    private void frame(SaSnapshot snapshot, FrameBatch batch, int index, long now) {
        MemorySegment memory = batch.memory();
        long offset = batch.offset(index);
        int length = batch.length(index);
        if (length < Ethernet.HEADER) {
            counters.drop(DropReason.RUNT_FRAME);
            return;
        }
        if (length > batch.capacity()) {
            counters.drop(DropReason.OVERSIZED_FRAME);
            return;
        }
        long destination = Ethernet.destination(memory, offset);
        int type = Ethernet.type(memory, offset);
        if (destination == own
                || destination == Ethernet.BROADCAST
                        && type != Ethernet.TYPE_ARP
                        && !route.takesBroadcast()) {
            counters.count(TrafficCounter.FRAMES_FOR_KERNEL);
            return;
        }
        boolean isTagged = type == Ethernet.TYPE_VLAN && length >= Ethernet.HEADER + VlanTag.LENGTH;
        tag(isTagged ? VlanTag.remove(memory, offset) : 0);
        if (isTagged) {
            packet(snapshot, memory, offset + VlanTag.LENGTH, length - VlanTag.LENGTH, now);
        } else {
            packet(snapshot, memory, offset, length, now);
        }
    }

    /** What leaves for a frame has its tag, whichever way it leaves. */
    private void tag(int next) {
        if (tag != next) {
            tag = next;
            for (Exit exit : exits) {
                exit.tag(next);
            }
        }
    }

    private void packet(
            SaSnapshot snapshot, MemorySegment memory, long offset, int length, long now) {
        switch (Ethernet.type(memory, offset)) {
            case Ethernet.TYPE_IPV4 -> {
                DropReason wrong =
                        Ipv4.check(memory, offset + Ethernet.HEADER, length - Ethernet.HEADER);
                ip(snapshot, memory, offset, length, wrong, now);
            }
            case Ethernet.TYPE_IPV6 -> {
                DropReason wrong =
                        Ipv6.check(memory, offset + Ethernet.HEADER, length - Ethernet.HEADER);
                ip(snapshot, memory, offset, length, wrong, now);
            }
            case Ethernet.TYPE_ARP -> route.linkSignal(memory, offset, length);
            default -> counters.drop(DropReason.NOT_IP);
        }
    }

    private void ip(
            SaSnapshot snapshot,
            MemorySegment memory,
            long offset,
            int length,
            DropReason wrong,
            long now) {
        if (wrong != null) {
            counters.drop(wrong);
            return;
        }
        if (VirtioHeader.needsChecksum(memory, offset)
                && VirtioHeader.gsoType(memory, offset) == VirtioHeader.GSO_NONE
                && !PartialChecksum.complete(memory, offset)) {
            counters.drop(DropReason.MALFORMED_OFFLOAD);
            return;
        }
        long ip = offset + Ethernet.HEADER;
        if (Ipv6.is(memory, ip) && LinkSignal.is(memory, ip)) {
            route.linkSignal(memory, offset, length);
        } else {
            route.ip(snapshot, memory, offset, Ip.protocol(memory, ip), now);
        }
    }
}
