// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.util.concurrent.TimeUnit;
import org.getvpn.gm.sa.PacketKey;

/**
 * Remembers the ports, and the protocol of IPv6, that first fragments showed, so that later
 * fragments meet the same policy. Bounded: a new entry replaces whatever has its place. Used by one
 * thread.
 */
final class FragmentTable {
    private static final int ENTRIES = 1024;
    private static final long LIFETIME = TimeUnit.SECONDS.toNanos(30); // RFC 791: reassembly time
    private static final int WORDS = 4;

    private final long[] addresses = new long[ENTRIES * WORDS];
    private final int[] versions = new int[ENTRIES]; // 0 for an empty place
    private final int[] identity = new int[ENTRIES];
    private final int[] protocols = new int[ENTRIES];
    private final int[] sourcePorts = new int[ENTRIES];
    private final int[] destinationPorts = new int[ENTRIES];
    private final long[] seenAt = new long[ENTRIES];

    /** Learns from a first fragment, and completes {@code key} for a later one if it can. */
    void apply(PacketKey key, long now) {
        if (key.part() == PacketKey.Part.WHOLE) {
            return;
        }
        int at = place(key);
        if (key.part() == PacketKey.Part.FIRST) {
            if (key.sourcePort() != PacketKey.UNKNOWN_PORT) {
                remember(key, at, now);
            }
        } else if (isAt(key, at) && now - seenAt[at] < LIFETIME) {
            key.protocol(protocols[at]);
            key.ports(sourcePorts[at], destinationPorts[at]);
        }
    }

    private void remember(PacketKey key, int at, long now) {
        versions[at] = key.version();
        addresses[at * WORDS] = key.sourceHigh();
        addresses[at * WORDS + 1] = key.sourceLow();
        addresses[at * WORDS + 2] = key.destinationHigh();
        addresses[at * WORDS + 3] = key.destinationLow();
        identity[at] = key.identification();
        protocols[at] = key.protocol();
        sourcePorts[at] = key.sourcePort();
        destinationPorts[at] = key.destinationPort();
        seenAt[at] = now;
    }

    private boolean isAt(PacketKey key, int at) {
        return versions[at] == key.version()
                && addresses[at * WORDS] == key.sourceHigh()
                && addresses[at * WORDS + 1] == key.sourceLow()
                && addresses[at * WORDS + 2] == key.destinationHigh()
                && addresses[at * WORDS + 3] == key.destinationLow()
                && identity[at] == key.identification();
    }

    private static int place(PacketKey key) {
        long between =
                key.sourceHigh() * 0xc2b2_ae3d_27d4_eb4fL
                        ^ key.destinationHigh() * 0x1656_67b1_9e37_79f9L
                        ^ (key.sourceLow() << 32 | key.sourceLow() >>> 32)
                        ^ key.destinationLow();
        long mixed =
                (between ^ key.identification() * 0x9e37_79b9_7f4a_7c15L) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed >>> 54);
    }
}
