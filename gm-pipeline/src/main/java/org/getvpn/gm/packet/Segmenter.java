// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.packet;

import java.lang.foreign.MemorySegment;

/**
 * Cuts a super-frame, which a host's TCP or UDP left to its interface to cut, into the packets that
 * the interface would have sent. Holds one packet at a time; used by one thread.
 *
 * <p>Each packet has the original's headers with its own length, identification (IPv4: counted up)
 * and checksums. TCP: sequence number; PSH and FIN on the last segment alone; CWR on the first
 * alone (RFC 3168, section 6.1.2), also where both ends speak Accurate ECN, which the virtio header
 * does not tell apart.
 */
public final class Segmenter {
    /** Shortest payload of a packet; less is no host's, and would make a storm of one frame. */
    static final int MIN_SIZE = 32;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int NOTHING = -1;
    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int FIN = 0x01;
    private static final int PSH = 0x08;
    private static final int CWR = 0x80;

    private MemorySegment packet;
    private long offset;
    private boolean six;
    private int protocol;
    private int ipHeader;
    private int headers;
    private int payload;
    private int size;
    private int done;
    private int index;

    /**
     * Takes a super-frame.
     *
     * @param frame begins with an Ethernet header, then an IP packet that {@link Ip#check}
     *     accepted; before it stands a {@link VirtioHeader}
     * @return false if that header contradicts the packet or asks for something unknown
     */
    public boolean begin(MemorySegment from, long frame) {
        packet = from;
        offset = frame + Ethernet.HEADER;
        size = VirtioHeader.gsoSize(from, frame);
        done = 0;
        index = 0;
        six = Ipv6.is(from, offset);
        ipHeader = Ip.headerLength(from, offset);
        protocol = Ip.protocol(from, offset);
        int transport = Ip.totalLength(from, offset) - ipHeader;
        int wanted;
        int header;
        int type = VirtioHeader.gsoType(from, frame);
        switch (type & ~VirtioHeader.GSO_ECN) {
            case VirtioHeader.GSO_TCPV4, VirtioHeader.GSO_TCPV6 -> {
                boolean wantedSix = (type & ~VirtioHeader.GSO_ECN) == VirtioHeader.GSO_TCPV6;
                wanted = six == wantedSix ? TCP : NOTHING;
                header = transport < TCP_HEADER ? 0 : tcpHeader();
                if (header < TCP_HEADER) {
                    return false;
                }
            }
            case VirtioHeader.GSO_UDP_L4 -> {
                wanted = UDP;
                header = UDP_HEADER;
            }
            default -> {
                return false;
            }
        }
        headers = ipHeader + header;
        payload = transport - header;
        return protocol == wanted && payload > 0 && size >= MIN_SIZE && isWhole();
    }

    private boolean isWhole() {
        if (six) {
            long chain = HeaderChain.of(packet, offset);
            // behind a routing header the checksum is of another destination
            return !HeaderChain.isFragment(chain) && !HeaderChain.hasRouting(chain);
        }
        return (Ipv4.flagsAndOffset(packet, offset) & (Ipv4.MF | Ipv4.OFFSET)) == 0;
    }

    private int tcpHeader() {
        return (Octets.u8(packet, offset + ipHeader + 12) >>> 4) * 4;
    }

    /** Packets that are still to come. */
    public int remaining() {
        return (payload - done + size - 1) / size;
    }

    /** Length of the longest packet, in octets. */
    public int longest() {
        return headers + Math.min(size, payload);
    }

    /**
     * Writes the next packet; only if {@link #remaining} is above 0.
     *
     * @param out room for {@link #longest} octets at {@code outOffset}; another area
     * @return length of the packet in octets
     */
    public int next(MemorySegment out, long outOffset) {
        int part = Math.min(size, payload - done);
        int length = headers + part;
        MemorySegment.copy(packet, offset, out, outOffset, headers);
        MemorySegment.copy(packet, offset + headers + done, out, outOffset + headers, part);
        if (six) {
            Ipv6.putTotalLength(out, outOffset, length);
        } else {
            Octets.put16(out, outOffset + 2, length);
            Octets.put16(out, outOffset + 4, Ipv4.identification(packet, offset) + index);
            Ipv4.updateChecksum(out, outOffset);
        }
        long transport = outOffset + ipHeader;
        if (protocol == TCP) {
            int sequence = Octets.i32(packet, offset + ipHeader + 4) + done;
            Octets.put32(out, transport + 4, sequence);
            int notHere = (done + part < payload ? FIN | PSH : 0) | (done > 0 ? CWR : 0);
            Octets.put8(out, transport + 13, Octets.u8(out, transport + 13) & ~notHere);
            checksum(out, outOffset, transport, TCP_CHECKSUM, length - ipHeader);
        } else {
            Octets.put16(out, transport + 4, length - ipHeader);
            checksum(out, outOffset, transport, UDP_CHECKSUM, length - ipHeader);
        }
        done += part;
        index++;
        return length;
    }

    private void checksum(MemorySegment out, long ip, long transport, int field, int length) {
        Octets.put16(out, transport + field, 0);
        int checksum =
                six
                        ? InternetChecksum.ofIpv6Transport(out, ip, transport, length, protocol)
                        : InternetChecksum.ofTransport(
                                out, transport, length, Ipv4.addresses(out, ip), protocol);
        Octets.put16(out, transport + field, checksum == 0 && protocol == UDP ? 0xffff : checksum);
    }
}
