// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import java.util.concurrent.atomic.AtomicLongArray;

/** The switch's counters: written by one thread, read by any. */
final class SwitchCounters {
    private static final int SENT = SwitchDrop.values().length;

    private final AtomicLongArray counts = new AtomicLongArray(SENT + 1);

    void drop(SwitchDrop reason) {
        add(reason.ordinal());
    }

    void sent() {
        add(SENT);
    }

    long drops(SwitchDrop reason) {
        return counts.getOpaque(reason.ordinal());
    }

    long framesSent() {
        return counts.getOpaque(SENT);
    }

    private void add(int index) {
        counts.setOpaque(index, counts.getPlain(index) + 1); // one writer
    }
}
