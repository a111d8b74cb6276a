// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.neighbour;

import java.util.HashMap;
import java.util.Map;
import org.onlab.packet.IpAddress;

/**
 * How often an address is asked for: once a second. A flood of destinations stops at {@value
 * #MOST_ASKED} addresses a second. Times are monotonic nanoseconds.
 */
final class Pace {
    static final long QUIET_NANOS = 1_000_000_000L;
    static final int MOST_ASKED = 1024;

    private final Map<IpAddress, Long> asked = new HashMap<>();

    /** Whether {@code address} may be asked for; if so, it has been. */
    synchronized boolean mayAsk(IpAddress address, long now) {
        if (asked.size() >= MOST_ASKED) {
            asked.values().removeIf(at -> now - at > QUIET_NANOS);
        }
        Long before = asked.get(address);
        if (asked.size() >= MOST_ASKED || before != null && now - before <= QUIET_NANOS) {
            return false;
        }
        asked.put(address, now);
        return true;
    }
}
