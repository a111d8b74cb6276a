// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.List;

/** A running data plane: its counters, and how to stop it. */
public interface Pipeline extends AutoCloseable {
    /** Starts the threads. */
    void start();

    /** Counters of the paths from the site to the WAN. */
    List<PathCounters> outbound();

    /** Counters of the paths from the WAN to the site. */
    List<PathCounters> inbound();

    /** Drops for {@code reason} on all paths. */
    default long drops(DropReason reason) {
        long sum = 0;
        for (PathCounters counters : outbound()) {
            sum += counters.drops(reason);
        }
        for (PathCounters counters : inbound()) {
            sum += counters.drops(reason);
        }
        return sum;
    }

    /** Stops the threads and waits for them; nothing passes afterwards. */
    @Override
    void close();
}
