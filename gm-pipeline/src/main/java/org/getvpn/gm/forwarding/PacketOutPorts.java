// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.p4.PacketOutlet;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;

/**
 * The ports as a controller's packets leave by them: past all tables, as the program has it, with
 * the IPv4 checksum computed anew. Has its own way of sending, beside the packet thread's.
 */
public final class PacketOutPorts implements PacketOutlet, AutoCloseable {
    private final Map<Integer, FrameSink> sinks = new HashMap<>();

    /**
     * The ports of a switch. At the member's, a controller's packets go to the member's interface:
     * none reaches the ESP engine.
     */
    public PacketOutPorts(List<SwitchPort> ports) {
        for (SwitchPort port : ports) {
            sinks.put(port.number(), port.io().newSink());
        }
    }

    @Override
    public void send(int port, byte[] frame) throws RefusedUpdate {
        FrameSink sink = sinks.get(port);
        if (sink == null) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT,
                    "packet.metadata.egress_port "
                            + port
                            + ": no such port; there are "
                            + sinks.keySet().stream().sorted().toList());
        }
        FrameBatch batch = sink.batch();
        if (frame.length < Ethernet.HEADER || frame.length > batch.capacity()) {
            throw new RefusedUpdate(
                    Refusal.INVALID_ARGUMENT,
                    "packet.payload of "
                            + frame.length
                            + " octets: must have "
                            + Ethernet.HEADER
                            + " to "
                            + batch.capacity());
        }
        MemorySegment memory = batch.memory();
        long at = batch.next();
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, at, frame.length);
        boolean hasHeader =
                Ethernet.type(memory, at) == Ethernet.TYPE_IPV4
                        && frame.length >= Ethernet.HEADER + Ipv4.HEADER
                        && Ipv4.headerLength(memory, at + Ethernet.HEADER) == Ipv4.HEADER;
        if (hasHeader) {
            Ipv4.updateChecksum(memory, at + Ethernet.HEADER);
        }
        batch.commit(frame.length);
        sink.flush();
    }

    @Override
    public void close() {
        sinks.values().forEach(FrameSink::close);
    }
}
