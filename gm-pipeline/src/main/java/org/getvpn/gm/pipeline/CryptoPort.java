// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ip;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.LinkSignal;
import org.getvpn.gm.packet.PartialChecksum;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaReader;
import org.getvpn.gm.sa.SaSnapshot;

/**
 * A group member as a port of a switch in the same process: frames that the switch would send to a
 * member port are taken here, and what the member makes of them comes back. Clear text is
 * encrypted, ESP is decrypted, everything else is dropped. Used by one thread, which calls {@link
 * #begin} before and {@link #flush} after each batch of frames.
 */
public final class CryptoPort implements AutoCloseable {
    private static final int SLOTS = 64;

    private final SaReader sas;
    private final Counters counters = new Counters();
    private final Exit exit;
    private final OutboundPath outbound;
    private final InboundPath inbound;
    private SaSnapshot snapshot;
    private Receiver receiver;

    /** Where the member's frames go. */
    public interface Receiver {
        /** A frame from the member, which the receiver may change. */
        void fromMember(MemorySegment memory, long offset, int length);
    }

    /**
     * A member with the keys of a database.
     *
     * @param mtu of the path across the WAN where the settings name none, in octets
     */
    public CryptoPort(SaDatabase database, PipelineSettings settings, int mtu) {
        Paths paths = new Paths(settings.pathMtu() == 0 ? mtu : settings.pathMtu());
        Framing framing = new Framing.Gateway(); // the switch writes the addresses when it forwards
        sas = database.reader();
        snapshot = sas.refresh();
        exit =
                Exit.single(
                        new Loopback(
                                new FrameBatch(
                                        Arena.ofAuto(), SLOTS, Ethernet.HEADER + Ipv4.MAX_LENGTH)),
                        counters);
        outbound =
                new OutboundPath(
                        Attachment.MEMBER_PORT, framing, exit, exit, counters, settings, paths);
        inbound = new InboundPath(framing, exit, counters, settings, paths);
    }

    /** Says who takes the member's frames; once, before the first frame. */
    public void connect(Receiver to) {
        receiver = to;
    }

    /** Takes the present keys for the frames that follow. */
    public void begin() {
        snapshot = sas.refresh();
    }

    /**
     * Takes a frame, behind its {@link VirtioHeader}.
     *
     * @param length at least an Ethernet header's
     * @param now monotonic nanoseconds
     */
    public void take(MemorySegment memory, long offset, int length, long now) {
        long ip = offset + Ethernet.HEADER;
        DropReason wrong = refusal(memory, offset, length);
        if (wrong == null
                && VirtioHeader.needsChecksum(memory, offset)
                && VirtioHeader.gsoType(memory, offset) == VirtioHeader.GSO_NONE
                && !PartialChecksum.complete(memory, offset)) {
            wrong = DropReason.MALFORMED_OFFLOAD;
        }
        if (wrong != null) {
            counters.drop(wrong);
        } else if (Ip.protocol(memory, ip) == Ipv4.ESP) {
            inbound.processEsp(snapshot, memory, offset, now);
        } else if (!inbound.takeReport(snapshot, memory, offset, now)) {
            outbound.process(snapshot, memory, offset, now);
        }
    }

    /** What a link's neighbours tell each other stays on the link, whatever the entries say. */
    private static DropReason refusal(MemorySegment memory, long offset, int length) {
        long ip = offset + Ethernet.HEADER;
        int available = length - Ethernet.HEADER;
        switch (Ethernet.type(memory, offset)) {
            case Ethernet.TYPE_IPV4 -> {
                return Ipv4.check(memory, ip, available);
            }
            case Ethernet.TYPE_IPV6 -> {
                DropReason wrong = Ipv6.check(memory, ip, available);
                return wrong == null && LinkSignal.is(memory, ip) ? DropReason.NO_POLICY : wrong;
            }
            default -> {
                return DropReason.NOT_IP;
            }
        }
    }

    /** Gives back what is still held. */
    public void flush() {
        exit.flush();
    }

    /** Packets dropped since the start, for every reason there is. */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            all.put(reason, counters.drops(reason));
        }
        return all;
    }

    /** What else happened since the start. */
    public Map<TrafficCounter, Long> traffic() {
        Map<TrafficCounter, Long> all = new EnumMap<>(TrafficCounter.class);
        for (TrafficCounter counter : TrafficCounter.values()) {
            all.put(counter, counters.traffic(counter));
        }
        return all;
    }

    /** Lets go of the keys; the thread has ended. */
    @Override
    public void close() {
        sas.close();
    }

    private final class Loopback implements FrameSink {
        private final FrameBatch batch;

        Loopback(FrameBatch batch) {
            this.batch = batch;
        }

        @Override
        public FrameBatch batch() {
            return batch;
        }

        @Override
        public int flush() {
            for (int i = 0; i < batch.count(); i++) {
                receiver.fromMember(batch.memory(), batch.offset(i), batch.length(i));
            }
            batch.clear();
            return 0;
        }

        @Override
        public void close() {
            batch.clear();
        }
    }
}
