// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.time.Duration;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * Group time: milliseconds since 1970 that never run backwards. Read once from the wall clock at
 * start, then carried on by the monotonic clock, so that a step of the wall clock moves no key's
 * end. A wall clock that stands before the last instant the store has seen is not believed: group
 * time goes on from there, and keys live longer by the downtime at most.
 */
public final class GroupClock {
    private final Ticks origin;
    private final long originMillis;

    /**
     * @param wallMillis what the wall clock says at {@code now}
     * @param seenMillis the latest group time in the store, 0 for none
     */
    public GroupClock(long wallMillis, long seenMillis, Ticks now) {
        this.origin = now;
        this.originMillis = Math.max(wallMillis, seenMillis);
    }

    /** Group time at {@code now}. */
    public long millis(Ticks now) {
        return originMillis + now.since(origin).toMillis();
    }

    /** When group time reaches {@code millis}. */
    public Ticks ticks(long millis) {
        return origin.plus(Duration.ofMillis(millis - originMillis));
    }
}
