// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.HeaderChain;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.SelectorTable;

/**
 * Opens ESP packets in tunnel mode with address preservation. A packet is believed step by step:
 * its SPI, the replay check, the ICV, the padding, its time, the inner header, that inner and outer
 * addresses are the same, that the SA protects such packets. Used by one thread.
 *
 * <p>The outer header is of the inner one's version. The inner header comes out as it went in, but
 * for a congestion mark (RFC 6040, section 4.2).
 */
public final class EspDecapsulator {
    /** Returned when the packet is dropped; {@link #reason()} says why. */
    public static final int DROPPED = -1;

    private static final int NEXT_DUMMY = 59;
    private static final int LEAST_ICV = 8;
    private static final int MIN_PAYLOAD = EspFormat.HEADER + EspFormat.TRAILER + LEAST_ICV;
    private static final int ECN = 3;
    private static final int ECT_0 = 2;
    private static final int ECT_1 = 1;
    private static final int CE = 3;
    private static final int NOT_UNDERSTOOD = -1;

    private final int worker;
    private final PacketKey key = new PacketKey();
    private DropReason reason;
    private EspFormat format;

    /** For the only packet thread. */
    public EspDecapsulator() {
        this(0);
    }

    /**
     * For one of several.
     *
     * @param worker which, from 0
     */
    public EspDecapsulator(int worker) {
        this.worker = worker;
    }

    /**
     * Opens one packet.
     *
     * @param in holds a packet that {@link Ipv4#check} or {@link Ipv6#check} accepted, of protocol
     *     ESP
     * @param out room for the outer packet's length at {@code outOffset}, and the 12 octets before
     *     it, which a packet with a time overwrites; another area
     * @param now reading of the monotonic clock in nanoseconds
     * @return length of the inner packet in octets, or {@link #DROPPED}
     */
    public int decapsulate(
            SaSnapshot sas,
            MemorySegment in,
            long inOffset,
            MemorySegment out,
            long outOffset,
            long now) {
        boolean six = Ipv6.is(in, inOffset);
        int headerLength;
        int payload;
        if (six) {
            long chain = HeaderChain.of(in, inOffset);
            if (HeaderChain.isFragment(chain)) {
                return drop(DropReason.ESP_FRAGMENT);
            }
            headerLength = HeaderChain.length(chain);
            payload = Ipv6.totalLength(in, inOffset) - headerLength;
        } else {
            if ((Ipv4.flagsAndOffset(in, inOffset) & (Ipv4.MF | Ipv4.OFFSET)) != 0) {
                return drop(DropReason.ESP_FRAGMENT);
            }
            headerLength = Ipv4.headerLength(in, inOffset);
            payload = Ipv4.totalLength(in, inOffset) - headerLength;
        }
        if (payload < MIN_PAYLOAD) {
            return drop(DropReason.RUNT_ESP);
        }
        long esp = inOffset + headerLength;
        InboundSa sa = sas.inbound(Octets.i32(in, esp));
        if (sa == null) {
            return drop(DropReason.UNKNOWN_SPI);
        }
        format = sa.format();
        if (payload < format.leastPayload()) {
            return drop(DropReason.RUNT_ESP);
        }
        int sequenceNumber = Octets.i32(in, esp + 4);
        long iv = Octets.i64(in, esp + EspFormat.HEADER);
        DropReason replayed = sa.replayCheck().refusal(sequenceNumber, iv);
        if (replayed != null) {
            return drop(replayed);
        }
        int textLength = payload - format.head() - format.icvOctets();
        long text = esp + format.head();
        int timeOctets = format.timeOctets();
        long opened = outOffset - timeOctets;
        if (!sa.cipher(worker).open(in, esp, text, textLength, iv, out, opened)) {
            return drop(DropReason.ICV_MISMATCH);
        }
        replayed = sa.replayCheck().accepted(sequenceNumber, iv);
        if (replayed != null) {
            return drop(replayed); // another thread took the same packet meanwhile
        }
        int nextHeader = Octets.u8(out, opened + textLength - 1);
        int dataLength = withoutTrailer(sa, out, opened, textLength);
        if (dataLength == DROPPED) {
            return DROPPED;
        }
        if (timeOctets != 0) {
            DropReason untimely = TimeHeader.refusal(sa, out, opened, dataLength, now);
            if (untimely != null) {
                return drop(untimely);
            }
            nextHeader = TimeHeader.nextHeader(out, opened);
        }
        if ((nextHeader == Ipv6.IPV6) != six) {
            return drop(DropReason.ADDRESS_MISMATCH); // another version's can be no copies
        }
        return checkInner(sa, in, inOffset, out, outOffset, dataLength - timeOctets);
    }

    /** Why the last packet was dropped. */
    public DropReason reason() {
        return reason;
    }

    /** Of the last packet that was opened. */
    public EspFormat format() {
        return format;
    }

    private int drop(DropReason why) {
        reason = why;
        return DROPPED;
    }

    private int withoutTrailer(InboundSa sa, MemorySegment out, long offset, int textLength) {
        int padding = Octets.u8(out, offset + textLength - 2);
        int nextHeader = Octets.u8(out, offset + textLength - 1);
        int dataLength = textLength - EspFormat.TRAILER - padding;
        if (dataLength < 0) {
            return drop(DropReason.BAD_PADDING);
        }
        if (nextHeader == NEXT_DUMMY) {
            return drop(DropReason.DUMMY_PACKET);
        }
        for (int i = 0; i < padding; i++) {
            if (Octets.u8(out, offset + dataLength + i) != i + 1) {
                return drop(DropReason.BAD_PADDING);
            }
        }
        if (sa.timeRule() != null) {
            return nextHeader == TimeHeader.NEXT_HEADER
                    ? dataLength
                    : drop(DropReason.TIME_MISSING);
        }
        if (nextHeader != Ipv4.IPV4 && nextHeader != Ipv6.IPV6) {
            return drop(
                    nextHeader == TimeHeader.NEXT_HEADER
                            ? DropReason.TIME_UNEXPECTED
                            : DropReason.NOT_TUNNEL_MODE);
        }
        return dataLength;
    }

    private int checkInner(
            InboundSa sa,
            MemorySegment outer,
            long outerOffset,
            MemorySegment inner,
            long innerOffset,
            int available) {
        boolean six = Ipv6.is(outer, outerOffset);
        DropReason wrong =
                six
                        ? Ipv6.check(inner, innerOffset, available)
                        : Ipv4.check(inner, innerOffset, available);
        if (wrong != null) {
            return drop(DropReason.INNER_MALFORMED);
        }
        boolean same =
                six
                        ? Ipv6.haveSameAddresses(inner, innerOffset, outer, outerOffset)
                        : Ipv4.addresses(inner, innerOffset) == Ipv4.addresses(outer, outerOffset);
        if (!same) {
            return drop(DropReason.ADDRESS_MISMATCH);
        }
        key.read(inner, innerOffset);
        // A later fragment was matched with its first by the sender; here the group's key vouches.
        if (sa.selectors().firstMatch(key) == SelectorTable.NONE) {
            return drop(DropReason.SELECTOR_MISMATCH);
        }
        boolean understood =
                six
                        ? passCongestionMark6(outer, outerOffset, inner, innerOffset)
                        : passCongestionMark4(outer, outerOffset, inner, innerOffset);
        if (!understood) {
            return drop(DropReason.CONGESTION_MARK_NOT_ECT);
        }
        // What lies behind total length is traffic flow confidentiality padding: cut off.
        return six ? Ipv6.totalLength(inner, innerOffset) : Ipv4.totalLength(inner, innerOffset);
    }

    private static boolean passCongestionMark4(
            MemorySegment outer, long outerOffset, MemorySegment inner, long innerOffset) {
        int innerClass = Ipv4.trafficClass(inner, innerOffset);
        int now = innerClass & ECN;
        int then = combined(Ipv4.trafficClass(outer, outerOffset) & ECN, now);
        if (then != now && then != NOT_UNDERSTOOD) {
            Octets.put8(inner, innerOffset + 1, innerClass & ~ECN | then);
            Ipv4.updateChecksum(inner, innerOffset);
        }
        return then != NOT_UNDERSTOOD;
    }

    private static boolean passCongestionMark6(
            MemorySegment outer, long outerOffset, MemorySegment inner, long innerOffset) {
        int innerClass = Ipv6.trafficClass(inner, innerOffset);
        int now = innerClass & ECN;
        int then = combined(Ipv6.trafficClass(outer, outerOffset) & ECN, now);
        if (then != now && then != NOT_UNDERSTOOD) {
            Ipv6.putTrafficClass(inner, innerOffset, innerClass & ~ECN | then);
        }
        return then != NOT_UNDERSTOOD;
    }

    /** The ECN field of a packet that comes out (RFC 6040, figure 4). */
    private static int combined(int mark, int now) {
        if (mark == CE) {
            return now == 0 ? NOT_UNDERSTOOD : CE;
        }
        return mark == ECT_1 && now == ECT_0 ? ECT_1 : now;
    }
}
