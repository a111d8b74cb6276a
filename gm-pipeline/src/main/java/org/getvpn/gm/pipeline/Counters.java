// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.concurrent.atomic.AtomicLongArray;
import org.getvpn.gm.packet.DropReason;

/** One packet thread's counters: written by that thread alone, read by any. */
final class Counters {
    private final AtomicLongArray drops = new AtomicLongArray(DropReason.values().length);
    private final AtomicLongArray traffic = new AtomicLongArray(TrafficCounter.values().length);

    void drop(DropReason reason) {
        drop(reason, 1);
    }

    void drop(DropReason reason, long packets) {
        add(drops, reason.ordinal(), packets);
    }

    void count(TrafficCounter counter) {
        count(counter, 1);
    }

    void count(TrafficCounter counter, long amount) {
        add(traffic, counter.ordinal(), amount);
    }

    long drops(DropReason reason) {
        return drops.getOpaque(reason.ordinal());
    }

    long traffic(TrafficCounter counter) {
        return traffic.getOpaque(counter.ordinal());
    }

    private static void add(AtomicLongArray array, int index, long amount) {
        array.setOpaque(index, array.getPlain(index) + amount); // one writer
    }
}
