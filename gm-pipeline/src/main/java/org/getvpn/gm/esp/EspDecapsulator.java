// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
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
 * <p>The inner header comes out as it went in, but for a congestion mark (RFC 6040, section 4.2).
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

    private final PacketKey key = new PacketKey();
    private DropReason reason;
    private EspFormat format;

    /**
     * Opens one packet.
     *
     * @param in holds a packet that {@link Ipv4#check} accepted, of protocol ESP
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
        if ((Ipv4.flagsAndOffset(in, inOffset) & (Ipv4.MF | Ipv4.OFFSET)) != 0) {
            return drop(DropReason.ESP_FRAGMENT);
        }
        int headerLength = Ipv4.headerLength(in, inOffset);
        int payload = Ipv4.totalLength(in, inOffset) - headerLength;
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
        if (!sa.cipher().open(in, esp, text, textLength, iv, out, opened)) {
            return drop(DropReason.ICV_MISMATCH);
        }
        sa.replayCheck().accepted(sequenceNumber, iv);
        int dataLength = withoutTrailer(sa, out, opened, textLength);
        if (dataLength == DROPPED) {
            return DROPPED;
        }
        if (timeOctets != 0) {
            DropReason untimely = TimeHeader.refusal(sa, out, opened, dataLength, now);
            if (untimely != null) {
                return drop(untimely);
            }
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
        if (nextHeader != Ipv4.IPV4) {
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
        if (Ipv4.check(inner, innerOffset, available) != null) {
            return drop(DropReason.INNER_MALFORMED);
        }
        if (Ipv4.addresses(inner, innerOffset) != Ipv4.addresses(outer, outerOffset)) {
            return drop(DropReason.ADDRESS_MISMATCH);
        }
        key.read(inner, innerOffset);
        // A later fragment was matched with its first by the sender; here the group's key vouches.
        if (sa.selectors().firstMatch(key) == SelectorTable.NONE) {
            return drop(DropReason.SELECTOR_MISMATCH);
        }
        if (!passCongestionMark(outer, outerOffset, inner, innerOffset)) {
            return drop(DropReason.CONGESTION_MARK_NOT_ECT);
        }
        // What lies behind total length is traffic flow confidentiality padding: cut off.
        return Ipv4.totalLength(inner, innerOffset);
    }

    private static boolean passCongestionMark(
            MemorySegment outer, long outerOffset, MemorySegment inner, long innerOffset) {
        int outerClass = Ipv4.trafficClass(outer, outerOffset);
        int innerClass = Ipv4.trafficClass(inner, innerOffset);
        int mark = outerClass & ECN;
        int now = innerClass & ECN;
        if (mark == now) {
            return true;
        }
        int then = now;
        if (mark == CE) {
            if (now == 0) {
                return false;
            }
            then = CE;
        } else if (mark == ECT_1 && now == ECT_0) {
            then = ECT_1;
        }
        if (then != now) {
            Octets.put8(inner, innerOffset + 1, innerClass & ~ECN | then);
            Ipv4.updateChecksum(inner, innerOffset);
        }
        return true;
    }
}
