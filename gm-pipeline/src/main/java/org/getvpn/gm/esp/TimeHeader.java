// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.TimeRule;

/**
 * The time of sending, in front of the inner packet, encrypted and authenticated with it
 * (draft-weis-delay-detection-03, section 4.1):
 *
 * <pre>
 * next header 1 | type 1 | length 2 (12) | seconds 4 | microseconds 4
 * </pre>
 *
 * The seconds are the low 32 bits, so that times are compared modulo 2^32.
 */
final class TimeHeader {
    /** What ESP's next header says: for experiments (RFC 3692). */
    static final int NEXT_HEADER = 253;

    private static final long MICROS_PER_SECOND = 1_000_000;

    private TimeHeader() {}

    /**
     * Writes the header.
     *
     * @param nextHeader of the packet that follows
     * @param micros 0 or above
     */
    static void write(MemorySegment memory, long offset, int nextHeader, int type, long micros) {
        long seconds = micros / MICROS_PER_SECOND;
        Octets.put32(memory, offset, nextHeader << 24 | type << 16 | TimeRule.HEADER);
        Octets.put32(memory, offset + 4, (int) seconds);
        Octets.put32(memory, offset + 8, (int) (micros - seconds * MICROS_PER_SECOND));
    }

    /** What follows the header. */
    static int nextHeader(MemorySegment memory, long offset) {
        return Octets.u8(memory, offset);
    }

    /**
     * Why a packet that proved authentic is not taken; null if its time is right.
     *
     * @param length of what was decrypted, without the trailer
     * @param now reading of the monotonic clock in nanoseconds
     */
    static DropReason refusal(
            InboundSa sa, MemorySegment memory, long offset, int length, long now) {
        TimeRule rule = sa.timeRule();
        if (length < TimeRule.HEADER) {
            return DropReason.TIME_MALFORMED;
        }
        int nextHeader = nextHeader(memory, offset);
        long micros = Integer.toUnsignedLong(Octets.i32(memory, offset + 8));
        if (nextHeader != Ipv4.IPV4 && nextHeader != Ipv6.IPV6
                || Octets.u8(memory, offset + 1) != rule.type()
                || Octets.u16(memory, offset + 2) != TimeRule.HEADER
                || micros >= MICROS_PER_SECOND) {
            return DropReason.TIME_MALFORMED;
        }
        long own = rule.time().micros(now);
        if (own == PacketTime.UNKNOWN) {
            return DropReason.TIME_UNKNOWN;
        }
        int seconds = Octets.i32(memory, offset + 4);
        long ownSeconds = own / MICROS_PER_SECOND;
        long later =
                (seconds - (int) ownSeconds) * MICROS_PER_SECOND
                        + micros
                        - (own - ownSeconds * MICROS_PER_SECOND);
        if (Math.abs(later) <= rule.toleranceMicros()) {
            return null;
        }
        sa.timeRefusals().add(Integer.toUnsignedLong(seconds) * MICROS_PER_SECOND + micros, own);
        return later < 0 ? DropReason.TIME_OLD : DropReason.TIME_FUTURE;
    }
}
