// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.esp;

import static org.getvpn.gm.Fixture.memory;
import static org.getvpn.gm.Fixture.octets;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaSnapshot;

/** Seals and opens whole packets. */
final class EspPackets {
    private static final int ROOM = 64;

    private EspPackets() {}

    static byte[] seal(SaSnapshot sas, byte[] inner) {
        byte[] roomy = new byte[ROOM + inner.length + ROOM];
        System.arraycopy(inner, 0, roomy, ROOM, inner.length);
        MemorySegment in = NativeMemory.of(roomy);
        MemorySegment out = NativeMemory.of(new byte[inner.length + EspFormat.MAX_OVERHEAD]);
        PacketKey key = new PacketKey();
        key.read(in, ROOM);
        int length = new EspEncapsulator().encapsulate(sas.outbound(key), in, ROOM, out, 0, 0);
        return octets(out, length);
    }

    /** The inner packet; null if the packet is dropped. */
    static byte[] open(SaSnapshot sas, byte[] outer) {
        MemorySegment out = NativeMemory.of(new byte[outer.length + ROOM]);
        int length =
                new EspDecapsulator().decapsulate(sas, NativeMemory.of(outer), 0, out, ROOM, 0);
        return length == EspDecapsulator.DROPPED
                ? null
                : Arrays.copyOfRange(NativeMemory.octets(out), ROOM, ROOM + length);
    }

    /** Why the packet is dropped; null if it is not. */
    static DropReason refusal(SaSnapshot sas, byte[] outer) {
        EspDecapsulator decapsulator = new EspDecapsulator();
        MemorySegment out = NativeMemory.of(new byte[outer.length + ROOM]);
        int length = decapsulator.decapsulate(sas, NativeMemory.of(outer), 0, out, ROOM, 0);
        return length == EspDecapsulator.DROPPED ? decapsulator.reason() : null;
    }

    /** The packet's first octets, with the lengths of a packet that ends there. */
    static byte[] cut(byte[] packet, int length) {
        byte[] cut = Arrays.copyOf(packet, length);
        MemorySegment header = memory(cut, 0);
        Octets.put16(header, 2, length);
        Ipv4.updateChecksum(header, 0);
        return octets(header, length);
    }
}
