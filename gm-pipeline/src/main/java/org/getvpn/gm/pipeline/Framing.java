// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gm.packet.Ethernet;

/** Which Ethernet addresses a frame leaves with; differs by attachment. */
interface Framing {
    /** Writes the header of a processed frame, given the one received. */
    void onward(MemorySegment in, long inOffset, MemorySegment out, long outOffset);

    /** Writes the header of an answer to the sender of the frame received. */
    void back(MemorySegment in, long inOffset, MemorySegment out, long outOffset);

    /**
     * On a switch's member port: to the gateway's virtual MAC address, as the frame came, from the
     * interface's own. The switch routes it by its IP addresses, an answer too.
     *
     * @param own the interface's MAC address
     */
    record MemberPort(long own) implements Framing {
        @Override
        public void onward(MemorySegment in, long inOffset, MemorySegment out, long outOffset) {
            long gateway = Ethernet.destination(in, inOffset);
            Ethernet.write(out, outOffset, gateway, own, Ethernet.type(in, inOffset));
        }

        @Override
        public void back(MemorySegment in, long inOffset, MemorySegment out, long outOffset) {
            onward(in, inOffset, out, outOffset);
        }
    }

    /** Between two interfaces: addresses untouched, as if the gateway were a piece of wire. */
    record Gateway() implements Framing {
        @Override
        public void onward(MemorySegment in, long inOffset, MemorySegment out, long outOffset) {
            Ethernet.write(
                    out,
                    outOffset,
                    Ethernet.destination(in, inOffset),
                    Ethernet.source(in, inOffset),
                    Ethernet.type(in, inOffset));
        }

        @Override
        public void back(MemorySegment in, long inOffset, MemorySegment out, long outOffset) {
            Ethernet.write(
                    out,
                    outOffset,
                    Ethernet.source(in, inOffset),
                    Ethernet.destination(in, inOffset),
                    Ethernet.type(in, inOffset));
        }
    }
}
