// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counters of one path: written by its thread alone, read by anybody, never torn. */
public final class PathCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PACKETS = 0;
    private static final int OCTETS = 1;
    private static final int DROPS = 2;

    private final long[] cells = new long[DROPS + DropReason.values().length];

    private void add(int cell, long amount) {
        CELL.setOpaque(cells, cell, cells[cell] + amount); // one writer
    }

    private long read(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    /** One packet of that many octets went through. */
    void passed(int octets) {
        add(PACKETS, 1);
        add(OCTETS, octets);
    }

    /** One packet was dropped. */
    void dropped(DropReason reason) {
        add(DROPS + reason.ordinal(), 1);
    }

    /** {@code count} packets were dropped. */
    void dropped(DropReason reason, int count) {
        add(DROPS + reason.ordinal(), count);
    }

    /** Packets that went through. */
    public long packets() {
        return read(PACKETS);
    }

    /** Octets of their inner packets. */
    public long octets() {
        return read(OCTETS);
    }

    /** Packets dropped for that reason. */
    public long drops(DropReason reason) {
        return read(DROPS + reason.ordinal());
    }
}
