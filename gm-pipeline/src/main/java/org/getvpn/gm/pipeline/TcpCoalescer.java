// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.InternetChecksum;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.packet.VirtioHeader;

/**
 * Joins TCP segments over IPv4 of one batch that follow each other in one flow to a super-frame,
 * which a host takes as one. Joined is only what would be cut into the very same packets again:
 * same addresses, ports, traffic class, time to live, DF, acknowledgement, window and options;
 * identifications that count up, unless DF makes them meaningless (RFC 6864, section 4.1); right
 * checksums. PSH and FIN end a super-frame, CWR may only begin one.
 *
 * <p>A segment is never put before another of its flow: what does not follow, or is no plain
 * segment, closes what its flow had open. Used by one thread.
 */
final class TcpCoalescer {
    private static final int FLOWS = 8;
    private static final int TCP = 6;
    private static final int IP = Ethernet.HEADER;
    private static final int TCP_START = IP + Ipv4.HEADER;
    private static final int TCP_HEADER = 20;
    private static final int SEQUENCE = TCP_START + 4;
    private static final int ACKNOWLEDGEMENT = TCP_START + 8;
    private static final int OFFSET_AND_FLAGS = TCP_START + 12; // and the window behind
    private static final int FLAGS = TCP_START + 13;
    private static final int CHECKSUM_OFFSET = 16;
    private static final int FIN = 0x01;
    private static final int PSH = 0x08;
    private static final int ACK = 0x10;
    private static final int ECE = 0x40;
    private static final int CWR = 0x80;
    private static final int NONE = -1;

    private final FrameBatch batch;
    private final int longest;
    private final long[] addresses = new long[FLOWS];
    private final int[] ports = new int[FLOWS];
    private final int[] slots = new int[FLOWS];
    private final int[] headers = new int[FLOWS]; // of IP and TCP
    private final int[] sizes = new int[FLOWS]; // payload of the first segment
    private final int[] nextSequence = new int[FLOWS];
    private final int[] joined = new int[FLOWS];
    private int flows;

    /**
     * @param batch of a sink that takes super-frames
     */
    TcpCoalescer(FrameBatch batch) {
        this.batch = batch;
        this.longest = Math.min(batch.capacity(), Ethernet.HEADER + Ipv4.MAX_LENGTH);
    }

    /**
     * Joins the frame at {@link FrameBatch#next} to an earlier one, if it can; else remembers it,
     * for the caller commits it at once.
     *
     * @param octets of a frame with a packet that {@link org.getvpn.gm.packet.Ip#check} accepted
     *     and nothing behind it
     * @return whether the frame is not needed any more
     */
    boolean join(int octets) {
        MemorySegment memory = batch.memory();
        long frame = batch.next();
        if (Ethernet.type(memory, frame) != Ethernet.TYPE_IPV4
                || Ipv4.protocol(memory, frame + IP) != TCP) {
            return false;
        }
        long between = Ipv4.addresses(memory, frame + IP);
        int header = tcpHeader(memory, frame, octets);
        if (header == NONE) {
            closeAllBetween(between);
            return false;
        }
        int port = Octets.i32(memory, frame + TCP_START);
        int payload = octets - TCP_START - header;
        int flags = Octets.u8(memory, frame + FLAGS);
        int flow = find(between, port);
        if (flow != NONE) {
            if (payload > 0
                    && (flags & ~(ECE | PSH | FIN)) == ACK
                    && follows(flow, memory, frame, header, payload)) {
                append(flow, memory, frame, payload, flags);
                return true;
            }
            close(flow);
        }
        if (payload > 0 && (flags & ~(ECE | CWR)) == ACK) {
            open(between, port, header, payload, Octets.i32(memory, frame + SEQUENCE));
        }
        return false;
    }

    /** Completes the super-frames; before the batch is sent. */
    void finish() {
        while (flows > 0) {
            close(flows - 1);
        }
    }

    /** Length of the TCP header of a whole packet without IP options; else {@link #NONE}. */
    private static int tcpHeader(MemorySegment memory, long frame, int octets) {
        if (Ipv4.headerLength(memory, frame + IP) != Ipv4.HEADER
                || (Ipv4.flagsAndOffset(memory, frame + IP) & ~Ipv4.DF) != 0
                || octets < TCP_START + TCP_HEADER) {
            return NONE;
        }
        int header = (Octets.u8(memory, frame + OFFSET_AND_FLAGS) >>> 4) * 4;
        return header < TCP_HEADER || TCP_START + header > octets ? NONE : header;
    }

    private int find(long between, int port) {
        for (int i = 0; i < flows; i++) {
            if (addresses[i] == between && ports[i] == port) {
                return i;
            }
        }
        return NONE;
    }

    private boolean follows(int flow, MemorySegment memory, long frame, int header, int payload) {
        int slot = slots[flow];
        long first = batch.offset(slot);
        if (Octets.i32(memory, frame + SEQUENCE) != nextSequence[flow]
                || payload > sizes[flow]
                || headers[flow] != Ipv4.HEADER + header
                || batch.length(slot) + payload > longest) {
            return false;
        }
        boolean same =
                Octets.i64(memory, frame) == Octets.i64(memory, first)
                        // the rest of the Ethernet header, IP version and traffic class
                        && Octets.i64(memory, frame + 8) == Octets.i64(memory, first + 8)
                        && Octets.u16(memory, frame + IP + 6) == Octets.u16(memory, first + IP + 6)
                        && Octets.u8(memory, frame + IP + 8) == Octets.u8(memory, first + IP + 8)
                        && Octets.i32(memory, frame + ACKNOWLEDGEMENT)
                                == Octets.i32(memory, first + ACKNOWLEDGEMENT)
                        && ((Octets.i32(memory, frame + OFFSET_AND_FLAGS)
                                                ^ Octets.i32(memory, first + OFFSET_AND_FLAGS))
                                        & ~((PSH | FIN | CWR) << 16))
                                == 0;
        return same
                && identificationFollows(flow, memory, frame, first)
                && optionsAreSame(memory, frame, first, header)
                && (joined[flow] > 0 || hasRightChecksum(memory, first, header + sizes[flow]))
                && hasRightChecksum(memory, frame, header + payload);
    }

    private boolean identificationFollows(int flow, MemorySegment memory, long frame, long first) {
        int expected = Ipv4.identification(memory, first + IP) + joined[flow] + 1 & 0xffff;
        return Ipv4.identification(memory, frame + IP) == expected
                || (Ipv4.flagsAndOffset(memory, frame + IP) & Ipv4.DF) != 0;
    }

    private static boolean optionsAreSame(
            MemorySegment memory, long frame, long first, int header) {
        for (int at = TCP_START + TCP_HEADER; at < TCP_START + header; at += 4) {
            if (Octets.i32(memory, frame + at) != Octets.i32(memory, first + at)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasRightChecksum(MemorySegment memory, long frame, int length) {
        return InternetChecksum.ofTransport(
                        memory, frame + TCP_START, length, Ipv4.addresses(memory, frame + IP), TCP)
                == 0;
    }

    private void append(int flow, MemorySegment memory, long frame, int payload, int flags) {
        int slot = slots[flow];
        long first = batch.offset(slot);
        int length = batch.length(slot);
        MemorySegment.copy(
                memory, frame + Ethernet.HEADER + headers[flow], memory, first + length, payload);
        batch.extend(slot, length + payload);
        nextSequence[flow] += payload;
        joined[flow]++;
        int ending = flags & (PSH | FIN);
        if (ending != 0) {
            Octets.put8(memory, first + FLAGS, Octets.u8(memory, first + FLAGS) | ending);
        }
        if (ending != 0 || payload < sizes[flow]) {
            close(flow);
        }
    }

    private void open(long between, int port, int header, int payload, int sequence) {
        if (flows == FLOWS) {
            close(0);
        }
        addresses[flows] = between;
        ports[flows] = port;
        slots[flows] = batch.count();
        headers[flows] = Ipv4.HEADER + header;
        sizes[flows] = payload;
        nextSequence[flows] = sequence + payload;
        joined[flows] = 0;
        flows++;
    }

    private void closeAllBetween(long between) {
        for (int i = flows - 1; i >= 0; i--) {
            if (addresses[i] == between) {
                close(i);
            }
        }
    }

    /** Completes a super-frame and forgets its flow; the last flow takes its place. */
    private void close(int flow) {
        if (joined[flow] > 0) {
            complete(flow);
        }
        int last = --flows;
        addresses[flow] = addresses[last];
        ports[flow] = ports[last];
        slots[flow] = slots[last];
        headers[flow] = headers[last];
        sizes[flow] = sizes[last];
        nextSequence[flow] = nextSequence[last];
        joined[flow] = joined[last];
    }

    private void complete(int flow) {
        MemorySegment memory = batch.memory();
        long frame = batch.offset(slots[flow]);
        int length = batch.length(slots[flow]) - Ethernet.HEADER;
        Octets.put16(memory, frame + IP + 2, length);
        Ipv4.updateChecksum(memory, frame + IP);
        int pseudo =
                InternetChecksum.ofPseudoHeader(
                        Ipv4.addresses(memory, frame + IP), TCP, length - Ipv4.HEADER);
        Octets.put16(memory, frame + TCP_START + CHECKSUM_OFFSET, pseudo);
        boolean hasCwr = (Octets.u8(memory, frame + FLAGS) & CWR) != 0;
        VirtioHeader.writeSuperFrame(
                memory,
                frame,
                VirtioHeader.GSO_TCPV4 | (hasCwr ? VirtioHeader.GSO_ECN : 0),
                Ethernet.HEADER + headers[flow],
                sizes[flow],
                TCP_START,
                CHECKSUM_OFFSET);
    }
}
