// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;

/**
 * What the parser of the program finds in a frame, for one frame after another. A field of a header
 * that is not there, or not whole, is zero.
 *
 * <p>A header is read in as few pieces as can be: each is a call that the compiler has to take in,
 * and it takes in no more than so many.
 */
final class ParsedPacket {
    /** The protocol of an IPv6 packet that hides it behind extension headers. */
    static final int PROTOCOL_HIDDEN = 255;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int PORT_GDOI = 848;
    private static final int FIRST_FOUR = 4; // of TCP, UDP, ICMP
    private static final int ESP_HEADER = 8;
    private static final int ND_FIRST = 133;
    private static final int ND_LAST = 137;
    private static final int ND_HOP_LIMIT = 255;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final long LOW = 0xffff_ffffL;

    private MemorySegment frame;
    private long ip;
    private int octets;
    private int etherType;
    private boolean isIpv4;
    private boolean isIpv6;
    private boolean hasOptions;
    private boolean hasRightChecksum;
    private int checksum;
    private int hops;
    private int protocol;
    private long sourceHigh;
    private long source;
    private long destinationHigh;
    private long destination;
    private int sourcePort;
    private int destinationPort;
    private boolean isIcmp;
    private int icmpType;
    private boolean isEsp;
    private int spi;

    /**
     * Reads a frame.
     *
     * @param length of the frame, in octets
     */
    void parse(MemorySegment memory, long offset, int length) {
        frame = memory;
        ip = offset + Ethernet.HEADER;
        octets = length;
        isIpv4 = false;
        isIpv6 = false;
        sourcePort = 0;
        destinationPort = 0;
        isIcmp = false;
        icmpType = 0;
        isEsp = false;
        spi = 0;
        etherType = length < Ethernet.HEADER ? 0 : Ethernet.type(memory, offset);
        int available = length - Ethernet.HEADER;
        if (etherType == Ethernet.TYPE_IPV4 && available >= Ipv4.HEADER) {
            parseIpv4(available - Ipv4.HEADER);
        } else if (etherType == Ethernet.TYPE_IPV6 && available >= Ipv6.HEADER) {
            parseIpv6(available - Ipv6.HEADER);
        }
    }

    private void parseIpv4(int available) {
        isIpv4 = true;
        long first = Octets.i64(frame, ip);
        long second = Octets.i64(frame, ip + 8);
        destination = Octets.i32(frame, ip + 16) & LOW;
        source = second & LOW;
        checksum = (int) (second >>> 32) & 0xffff;
        protocol = (int) (second >>> 48) & 0xff;
        hops = (int) (second >>> 56);
        hasOptions = (first >>> 56 & 0x0f) != Ipv4.HEADER / 4;
        if (!hasOptions) {
            // the program compares with what it would write: never ffff, for no header is all 0
            hasRightChecksum = isIntact(first, second, destination) && checksum != 0xffff;
            if ((first & FRAGMENT_OFFSET) == 0) {
                parsePayload(Ipv4.ICMP, ip + Ipv4.HEADER, available);
            }
        }
    }

    /** Whether the header's words, the checksum among them, add up (RFC 1071). */
    private static boolean isIntact(long first, long second, long third) {
        long sum = (first >>> 32) + (first & LOW) + (second >>> 32) + (second & LOW) + third;
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        return (sum >>> 16) + (sum & 0xffff) == 0xffff;
    }

    private void parseIpv6(int available) {
        isIpv6 = true;
        long first = Octets.i64(frame, ip);
        sourceHigh = Ipv6.sourceHigh(frame, ip);
        source = Ipv6.sourceLow(frame, ip);
        destinationHigh = Ipv6.destinationHigh(frame, ip);
        destination = Ipv6.destinationLow(frame, ip);
        hops = (int) first & 0xff;
        int next = (int) first >>> 8 & 0xff;
        protocol = hides(next) ? PROTOCOL_HIDDEN : next;
        parsePayload(Ipv6.ICMP, ip + Ipv6.HEADER, available);
    }

    /** Extension headers (RFC 8200, section 4), those for experiments among them. */
    private static boolean hides(int nextHeader) {
        return switch (nextHeader) {
            case 0, 43, 44, 51, 60, 135, 139, 140, 253, 254 -> true;
            default -> false;
        };
    }

    private void parsePayload(int icmp, long payload, int available) {
        if (protocol == TCP || protocol == UDP) {
            if (available >= FIRST_FOUR) {
                int ports = Octets.i32(frame, payload);
                sourcePort = ports >>> 16;
                destinationPort = ports & 0xffff;
            }
        } else if (protocol == icmp) {
            if (available >= FIRST_FOUR) {
                isIcmp = true;
                icmpType = Octets.u8(frame, payload);
            }
        } else if (protocol == Ipv4.ESP && available >= ESP_HEADER) {
            isEsp = true;
            spi = Octets.i32(frame, payload);
        }
    }

    MemorySegment frame() {
        return frame;
    }

    /** Where the IP header begins. */
    long ip() {
        return ip;
    }

    /** Length of the frame as received. */
    int octets() {
        return octets;
    }

    int etherType() {
        return etherType;
    }

    boolean isIpv4() {
        return isIpv4;
    }

    boolean isIpv6() {
        return isIpv6;
    }

    /** Whether an IPv4 header is longer than 20 octets, or says that it is shorter. */
    boolean hasOptions() {
        return hasOptions;
    }

    /** Of an IPv4 header without options. */
    boolean hasRightChecksum() {
        return hasRightChecksum;
    }

    /** Of IPv4. */
    int checksum() {
        return checksum;
    }

    /** Hops left. */
    int hops() {
        return hops;
    }

    int protocol() {
        return protocol;
    }

    /** First half of an IPv6 address. */
    long sourceHigh() {
        return sourceHigh;
    }

    /** Second half of an IPv6 address; an IPv4 address, unsigned. */
    long source() {
        return source;
    }

    /** First half of an IPv6 address. */
    long destinationHigh() {
        return destinationHigh;
    }

    /** Second half of an IPv6 address; an IPv4 address, unsigned. */
    long destination() {
        return destination;
    }

    int sourcePort() {
        return sourcePort;
    }

    int destinationPort() {
        return destinationPort;
    }

    int icmpType() {
        return icmpType;
    }

    boolean isEsp() {
        return isEsp;
    }

    int spi() {
        return spi;
    }

    /** To UDP port 848, or UDP without ports as later fragments are. */
    boolean isGdoi() {
        return protocol == UDP
                && (destinationPort == PORT_GDOI || sourcePort == 0 && destinationPort == 0);
    }

    /** RFC 4861: of a neighbour, for what nobody forwarded has hop limit 255. */
    boolean isNeighbourDiscovery() {
        return isIpv6
                && isIcmp
                && icmpType >= ND_FIRST
                && icmpType <= ND_LAST
                && hops == ND_HOP_LIMIT;
    }
}
