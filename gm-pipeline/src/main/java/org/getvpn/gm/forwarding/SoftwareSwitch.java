// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.p4.SwitchTables;
import org.getvpn.gm.p4.TableSnapshot;
import org.getvpn.gm.pipeline.CryptoPort;

/**
 * Ports, the program and a member behind one of the port numbers. One thread: {@link #turn} handles
 * what has arrived, without a lock and without allocating per packet.
 */
public final class SoftwareSwitch implements CryptoPort.Receiver, AutoCloseable {
    private static final int PORT_NUMBERS = 512;

    private final SwitchPort[] ports;
    private final PortExit[] exits = new PortExit[PORT_NUMBERS];
    private final int memberPort;
    private final CryptoPort member;
    private final SwitchTables tables;
    private final GroupMemberProgram program;
    private final PuntRing punts;
    private final SwitchCounters counters = new SwitchCounters();
    private final LongSupplier clock;
    private volatile RuntimeException firstDefect;
    private TableSnapshot snapshot;
    private long now;
    private int waitingAt;

    /**
     * A switch that drops everything until its tables say otherwise.
     *
     * @param ports each number once
     * @param memberPort number of the port that the member is behind; none of {@code ports}
     * @param punts takes frames for a controller
     * @param clock monotonic nanoseconds
     */
    public SoftwareSwitch(
            List<SwitchPort> ports,
            int memberPort,
            CryptoPort member,
            SwitchTables tables,
            PuntRing punts,
            LongSupplier clock) {
        this.ports = ports.toArray(SwitchPort[]::new);
        this.memberPort = memberPort;
        this.member = member;
        this.tables = tables;
        this.program = new GroupMemberProgram(tables.shapes());
        this.punts = punts;
        this.clock = clock;
        this.snapshot = tables.snapshot();
        for (SwitchPort port : ports) {
            if (exits[port.number()] != null || port.number() == memberPort) {
                throw new IllegalArgumentException(
                        "port " + port.number() + ": stands there twice; give each its own number");
            }
            exits[port.number()] = new PortExit(port.io().newSuperFrameSink(), counters);
        }
        member.connect(this);
    }

    /**
     * Handles one batch of each port; waits at one port, another each time, if there is nothing.
     *
     * @param waitMillis how long
     */
    public void turn(int waitMillis) {
        int handled = 0;
        for (SwitchPort port : ports) {
            handled += handle(port, 0);
        }
        if (handled == 0 && waitMillis > 0) {
            waitingAt = (waitingAt + 1) % ports.length;
            handle(ports[waitingAt], waitMillis);
        }
    }

    private int handle(SwitchPort port, int waitMillis) {
        FrameBatch batch = port.io().receive(waitMillis);
        int frames = batch.count();
        snapshot = tables.snapshot();
        member.begin();
        if (frames == 0) {
            return 0;
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
        return frames;
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
        int verdict = program.run(snapshot, memory, offset, length, from);
        switch (verdict) {
            case GroupMemberProgram.DROP -> counters.drop(program.dropped());
            case GroupMemberProgram.REPLICATE -> replicate(memory, offset, length, from);
            default -> send(verdict, memory, offset, length, from);
        }
    }

    private void replicate(MemorySegment memory, long offset, int length, int from) {
        boolean isCopied = false;
        for (int port : snapshot.ports(program.group())) {
            if (port != from && exits[port] != null) {
                exits[port].copy(memory, offset, length);
                isCopied = true;
            }
        }
        if (!isCopied) {
            counters.drop(SwitchDrop.NO_REPLICA);
        }
    }

    private void send(int port, MemorySegment memory, long offset, int length, int from) {
        if (port == GroupMemberProgram.PORT_CONTROLLER) {
            if (!punts.offer(memory, offset, length, from)) {
                counters.drop(SwitchDrop.PUNT_OVERFLOW);
            }
        } else if (port == memberPort && from != memberPort) {
            member.take(memory, offset, length, now);
        } else if (exits[port] != null) {
            exits[port].copy(memory, offset, length);
        } else {
            counters.drop(SwitchDrop.NO_SUCH_PORT);
        }
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

    /** Closes ports and member; the thread has ended. */
    @Override
    public void close() {
        for (SwitchPort port : ports) {
            exits[port.number()].close();
            port.io().close();
        }
        member.close();
    }
}
