// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.TimeRule;

/**
 * Makes ESP packets in tunnel mode with address preservation (RFC 4303; RFC 5374, section 3.1). The
 * outer header is of the inner one's version and carries its source and destination, DSCP, ECN (RFC
 * 6040, normal mode) and time to live or hop limit. IPv4: DF, no options, and an identification
 * that is the low half of the sequence number, unique where it matters although all inner protocols
 * share the outer one. IPv6: the flow label, no extension headers (RFC 4301, section 5.1.2.2).
 *
 * <p>The time to live is copied, not made anew, and neither end lowers the inner one: the switch is
 * the router, the pipeline a bump in the wire (RFC 4301, section 5.1.2.1, note 2). So a packet that
 * loops through members still dies. Used by one thread.
 */
public final class EspEncapsulator {
    /** Returned when the SA has no number left. */
    public static final int SPENT = 0;

    /** Returned when the SA's packets carry a time and nobody knows it. */
    public static final int TIME_UNKNOWN = -1;

    private final int worker;

    /** For the only packet thread. */
    public EspEncapsulator() {
        this(0);
    }

    /**
     * For one of several.
     *
     * @param worker which, from 0
     */
    public EspEncapsulator(int worker) {
        this.worker = worker;
    }

    /**
     * Encrypts one packet.
     *
     * @param in holds a packet that {@link Ipv4#check} or {@link Ipv6#check} accepted, at {@code
     *     inOffset}; the 17 octets behind it are overwritten. If the SA's packets carry a time, the
     *     12 octets before it are used for a moment and are then as they were
     * @param out room for {@link EspFormat#outerLength} octets at {@code outOffset}; another area
     * @param now reading of the monotonic clock in nanoseconds
     * @return length of the outer packet in octets, {@link #SPENT} or {@link #TIME_UNKNOWN}
     */
    public int encapsulate(
            OutboundSa sa,
            MemorySegment in,
            long inOffset,
            MemorySegment out,
            long outOffset,
            long now) {
        TimeRule rule = sa.timeRule();
        long micros = rule == null ? 0 : rule.time().micros(now);
        if (micros == PacketTime.UNKNOWN) {
            return TIME_UNKNOWN;
        }
        long number = sa.nextNumber();
        if (number == OutboundSa.SPENT) {
            return SPENT;
        }
        boolean six = Ipv6.is(in, inOffset);
        int innerLength = six ? Ipv6.totalLength(in, inOffset) : Ipv4.totalLength(in, inOffset);
        int nextHeader = six ? Ipv6.IPV6 : Ipv4.IPV4;
        EspFormat format = sa.format();
        int padding = format.padding(innerLength);
        long trailer = inOffset + innerLength;
        for (int i = 1; i <= padding; i++) {
            Octets.put8(in, trailer++, i); // 1, 2, 3 and so on, as RFC 4303, section 2.4 asks
        }
        Octets.put8(in, trailer, padding);
        Octets.put8(in, trailer + 1, rule == null ? nextHeader : TimeHeader.NEXT_HEADER);
        int timeOctets = format.timeOctets();
        long text = inOffset - timeOctets;
        long before = 0;
        int beforeToo = 0;
        if (rule != null) {
            before = Octets.i64(in, text);
            beforeToo = Octets.i32(in, text + Long.BYTES);
            TimeHeader.write(in, text, nextHeader, rule.type(), micros);
        }

        int ipHeader = six ? Ipv6.HEADER : Ipv4.HEADER;
        int outerLength = format.outerLength(ipHeader, innerLength);
        if (six) {
            Ipv6.write(
                    out,
                    outOffset,
                    Ipv6.firstWord(in, inOffset),
                    outerLength,
                    Ipv4.ESP,
                    Ipv6.hopLimit(in, inOffset),
                    in,
                    inOffset);
        } else {
            Ipv4.write(
                    out,
                    outOffset,
                    Ipv4.trafficClass(in, inOffset),
                    outerLength,
                    (int) number & 0xffff,
                    Ipv4.DF, // a receiver puts no fragments together; so routers say what fits
                    Ipv4.timeToLive(in, inOffset),
                    Ipv4.ESP,
                    Ipv4.addresses(in, inOffset));
        }
        long esp = outOffset + ipHeader;
        long iv = sa.iv(number);
        // at once, as the cipher reads them
        Octets.put64(out, esp, (long) sa.spi().value() << Integer.SIZE | number & 0xffff_ffffL);
        if (format.ivOctets() == Long.BYTES) {
            Octets.put64(out, esp + EspFormat.HEADER, iv);
        }
        sa.cipher(worker)
                .seal(
                        in,
                        text,
                        timeOctets + innerLength + padding + EspFormat.TRAILER,
                        iv,
                        out,
                        esp,
                        esp + format.head());
        if (rule != null) {
            Octets.put64(in, text, before);
            Octets.put32(in, text + Long.BYTES, beforeToo);
        }
        return outerLength;
    }
}
