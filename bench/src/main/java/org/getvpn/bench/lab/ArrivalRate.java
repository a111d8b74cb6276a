// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.File;
import java.io.IOException;
import java.time.Duration;

/** How many packets arrive each second while {@link FrameLoad} sends. */
public final class ArrivalRate {
    private static final int FLOWING = 200; // packets that show that the load has begun
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int STARTING = 5; // seconds that the load may take to begin
    private static final double NANOS = 1e9;

    private ArrivalRate() {}

    /** Packets that arrived so far. */
    @FunctionalInterface
    public interface Count {
        long now() throws IOException;
    }

    /**
     * Measures it; the generator has ended when this returns.
     *
     * @param from sends by its interface {@code a0}
     * @param mac where its frames go
     * @param octets of the IP packets in turn, separated by commas
     * @param offered packets each second; 0 for as many as the generator can
     * @param warmUp seconds before it is looked
     * @param log takes what the generator says
     */
    public static double measure(
            Node from,
            String mac,
            String octets,
            long offered,
            Count arrived,
            int warmUp,
            int seconds,
            File log)
            throws IOException {
        Process load =
                FrameLoad.start(from, "a0", mac, octets, offered, warmUp + seconds + STARTING, log);
        try {
            long idle = arrived.now();
            Patience.until(() -> arrived.now() > idle + FLOWING, PATIENCE, "packets to arrive");
            Patience.pause(Duration.ofSeconds(warmUp));
            long begin = System.nanoTime();
            long first = arrived.now();
            Patience.pause(Duration.ofSeconds(seconds));
            long packets = arrived.now() - first;
            return packets * NANOS / (System.nanoTime() - begin);
        } finally {
            Command.stop(load);
        }
    }
}
