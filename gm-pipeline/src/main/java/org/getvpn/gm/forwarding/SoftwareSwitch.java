// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.getvpn.gm.io.Arrivals;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableSnapshot;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.pipeline.CryptoPort;

/**
 * Ports, the program and a member behind one of the port numbers. One thread: {@link #turn} handles
 * what has arrived, without a lock and without allocating per packet.
 */
public final class SoftwareSwitch implements CryptoPort.Receiver, AutoCloseable {
    private static final int PORT_NUMBERS = 512;
    private static final int MULTICAST = 0xe; // first four bits of an address (RFC 1112, section 4)

    private final SwitchPort[] ports;
    private final PortExit[] exits = new PortExit[PORT_NUMBERS];
    private final InsideMember inside;
    private final int memberPort;
    private final CryptoPort member;
    private final Arrivals arrivals;
    private final SwitchTables tables;
    private final GroupMemberProgram program;
    private final PuntRing punts;
    private final SwitchCounters counters = new SwitchCounters();
    private final LongSupplier clock;
    private volatile RuntimeException firstDefect;
    private TableSnapshot snapshot;
    private long now;

    /**
     * A switch that drops everything until its tables say otherwise.
     *
     * @param ports each number once
     * @param inside at a number that none of {@code ports} has
     * @param arrivals at {@code ports} in their order, then at the member's interface; closed with
     *     the switch
     * @param punts takes frames for a controller
     * @param clock monotonic nanoseconds
     */
    public SoftwareSwitch(
            List<SwitchPort> ports,
            InsideMember inside,
            Arrivals arrivals,
            SwitchTables tables,
            PuntRing punts,
            LongSupplier clock) {
        this.ports =
                Stream.concat(ports.stream(), Stream.of(inside.port())).toArray(SwitchPort[]::new);
        this.inside = inside;
        this.memberPort = inside.number();
        this.member = inside.crypto();
        this.arrivals = arrivals;
        this.tables = tables;
        this.program = new GroupMemberProgram(tables.shapes(), tables.meters().shapes());
        this.punts = punts;
        this.clock = clock;
        this.snapshot = tables.snapshot();
        for (SwitchPort port : this.ports) {
            if (exits[port.number()] != null) {
                throw new IllegalArgumentException(
                        "port " + port.number() + ": stands there twice; give each its own number");
            }
            exits[port.number()] = new PortExit(port.io().newSuperFrameSink(), counters);
        }
        member.connect(this);
    }

    /**
     * Handles one batch of each port that has frames.
     *
     * @param waitMillis how long to wait for the first of them
     */
    public void turn(int waitMillis) {
        arrivals.await(waitMillis);
        for (int i = 0; i < ports.length; i++) {
            if (arrivals.at(i)) {
                handle(ports[i]);
            }
        }
        member.begin(); // also while nothing comes: a key that is gone must be let go of
    }

    private void handle(SwitchPort port) {
        FrameBatch batch = port.io().receive(0);
        int frames = batch.count();
        snapshot = tables.snapshot();
        member.begin();
        if (frames == 0) {
            return;
        }
        now = clock.getAsLong();
        for (int i = 0; i < frames; i++) {
            int length = batch.length(i);
            if (length > batch.capacity()) {
                counters.drop(SwitchDrop.OVERSIZED_FRAME);
                continue;
            }
            try {
                process(batch.memory(), batch.offset(i), length, port.number());
            } catch (RuntimeException e) { // no packet may end the loop, whatever is wrong here
                defect(e);
            }
        }
        member.flush();
        for (SwitchPort each : ports) {
            exits[each.number()].flush();
        }
    }

    @Override
    public void fromMember(MemorySegment memory, long offset, int length) {
        try {
            process(memory, offset, length, memberPort);
        } catch (RuntimeException e) {
            defect(e);
        }
    }

    private void defect(RuntimeException cause) {
        counters.drop(SwitchDrop.INTERNAL_ERROR);
        if (firstDefect == null) {
            firstDefect = cause;
        }
    }

    private void process(MemorySegment memory, long offset, int length, int from) {
        int verdict = program.run(snapshot, memory, offset, length, from, now);
        switch (verdict) {
            case GroupMemberProgram.DROP -> counters.drop(program.dropped());
            case GroupMemberProgram.REPLICATE -> replicate(memory, offset, length, from);
            default -> send(verdict, memory, offset, length, from);
        }
    }

    private void replicate(MemorySegment memory, long offset, int length, int from) {
        boolean hasReplica = false;
        boolean isForMember = false;
        for (int port : snapshot.ports(program.group())) {
            if (!program.permitsCopy(port)) { // asked for a port without interface too: it counts
                if (port != from) {
                    counters.drop(SwitchDrop.FORBIDDEN_EGRESS);
                    hasReplica = true;
                }
            } else if (port == memberPort) {
                isForMember = true;
            } else if (exits[port] != null) {
                exits[port].copy(memory, offset, length);
                hasReplica = true;
            }
        }
        if (isForMember) { // last: the member may change the frame, and answers by the program
            toMember(memory, offset, length, from);
        } else if (!hasReplica) {
            counters.drop(SwitchDrop.NO_REPLICA);
        }
    }

    private void send(int port, MemorySegment memory, long offset, int length, int from) {
        if (port == GroupMemberProgram.PORT_CONTROLLER) {
            if (!punts.offer(memory, offset, length, from)) {
                counters.drop(SwitchDrop.PUNT_OVERFLOW);
            }
        } else if (port == memberPort) {
            toMember(memory, offset, length, from);
        } else if (exits[port] != null) {
            exits[port].copy(memory, offset, length);
        } else {
            counters.drop(SwitchDrop.NO_SUCH_PORT);
        }
    }

    private void toMember(MemorySegment memory, long offset, int length, int from) {
        if (isAddressedToMember(memory, offset, length)) {
            exits[memberPort].copy(memory, offset, length);
        } else if (from != memberPort) {
            member.take(memory, offset, length, now);
        } else {
            counters.drop(SwitchDrop.NO_SUCH_PORT);
        }
    }

    /**
     * Its own address is, and what the program lets come to a group's address from the WAN in
     * clear, rekeys. ESP never is: the kernel is to see no packet of the group.
     */
    private boolean isAddressedToMember(MemorySegment memory, long offset, int length) {
        long ip = offset + Ethernet.HEADER;
        if (length < Ethernet.HEADER + Ipv4.HEADER
                || Ethernet.type(memory, offset) != Ethernet.TYPE_IPV4
                || Ipv4.protocol(memory, ip) == Ipv4.ESP) {
            return false;
        }
        int destination = Ipv4.destination(memory, ip);
        return destination == inside.address()
                || destination >>> 28 == MULTICAST && program.isFromWan();
    }

    /** Packets that the switch dropped since the start, for every reason there is. */
    public Map<SwitchDrop, Long> drops() {
        Map<SwitchDrop, Long> all = new EnumMap<>(SwitchDrop.class);
        for (SwitchDrop reason : SwitchDrop.values()) {
            all.put(reason, counters.drops(reason));
        }
        return all;
    }

    /** Frames that left by a port. */
    public long framesSent() {
        return counters.framesSent();
    }

    /** The first defect of this program that a packet met, or null. */
    public RuntimeException firstDefect() {
        return firstDefect;
    }

    /** Frames that the interfaces lost because they were not read in time. */
    public long receiveLosses() {
        long losses = 0;
        for (SwitchPort port : ports) {
            losses += port.io().receiveLosses();
        }
        return losses;
    }

    /** Closes ports and member; the thread has ended. */
    @Override
    public void close() {
        arrivals.close();
        for (SwitchPort port : ports) {
            exits[port.number()].close();
            port.io().close();
        }
        member.close();
    }
}
