// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A direct counter: packets, and octets of their frames as received. The packet thread alone
 * counts; a controller reads, and sets by moving where the count begins.
 */
public final class EntryCounter {
    private static final VarHandle PACKETS;
    private static final VarHandle OCTETS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PACKETS = lookup.findVarHandle(EntryCounter.class, "packets", long.class);
            OCTETS = lookup.findVarHandle(EntryCounter.class, "octets", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long packets;
    private long octets;
    private volatile long packetsBefore;
    private volatile long octetsBefore;

    /** Counts a packet; the packet thread alone. */
    public void count(long frameOctets) {
        PACKETS.setOpaque(this, packets + 1); // one writer
        OCTETS.setOpaque(this, octets + frameOctets);
    }

    /** Packets since the entry was made or the counter set. */
    public long packets() {
        return (long) PACKETS.getOpaque(this) - packetsBefore;
    }

    /** Octets since the entry was made or the counter set. */
    public long octets() {
        return (long) OCTETS.getOpaque(this) - octetsBefore;
    }

    /** From now on counts from here. */
    public void set(long packetCount, long octetCount) {
        packetsBefore = (long) PACKETS.getOpaque(this) - packetCount;
        octetsBefore = (long) OCTETS.getOpaque(this) - octetCount;
    }
}
