// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What an endpoint dropped and holds. Counted by the network thread, read by any. */
public final class EndpointCounters {
    /** Why a datagram changed nothing. */
    public enum Ignored {
        /** not an ISAKMP message, or its lengths do not close */
        MALFORMED,
        /** cookies of no Phase 1 that is known here */
        UNKNOWN_COOKIES,
        /** an exchange type that is not spoken here */
        UNKNOWN_EXCHANGE,
        /** a message that the state does not await, or a stale one */
        UNEXPECTED,
        /** a copy of a message that is still being worked on */
        IN_WORK,
        /** no pre-shared key for the source address */
        UNKNOWN_PEER,
        /** a bound is reached: half-open entries, Phase 1 SAs, or exchanges of one peer */
        LIMIT,
        /** does not decrypt, or a HASH does not fit */
        UNAUTHENTICATED,
        /** a rekey message or acknowledgement that is known already, or older than one that is */
        REPLAYED,
        /** a rekey message under the group's KEK that the key server did not sign */
        BAD_SIGNATURE,
        /** a rekey message of the key server with a policy or keys that cannot be used here */
        UNUSABLE,
        /** an acknowledgement of somebody who is no member */
        UNKNOWN_MEMBER
    }

    private final Map<Ignored, AtomicLong> ignored = new EnumMap<>(Ignored.class);
    private final AtomicLong halfOpen = new AtomicLong();
    private final AtomicLong established = new AtomicLong();
    private final AtomicLong retransmissions = new AtomicLong();

    EndpointCounters() {
        for (Ignored reason : Ignored.values()) {
            ignored.put(reason, new AtomicLong());
        }
    }

    /** Datagrams that changed nothing, by reason. */
    public Map<Ignored, Long> ignored() {
        Map<Ignored, Long> snapshot = new EnumMap<>(Ignored.class);
        ignored.forEach((reason, count) -> snapshot.put(reason, count.get()));
        return Collections.unmodifiableMap(snapshot);
    }

    /** Phase 1 exchanges that have not yet authenticated their peer, now. */
    public long halfOpen() {
        return halfOpen.get();
    }

    /** Phase 1 SAs, now. */
    public long established() {
        return established.get();
    }

    /** Requests that were answered from the cache because they had been answered before. */
    public long retransmissions() {
        return retransmissions.get();
    }

    /**
     * Counts a datagram whose fact the endpoint's owner found to change nothing. From any thread.
     */
    public void count(Ignored reason) {
        ignored.get(reason).incrementAndGet();
    }

    void countRetransmission() {
        retransmissions.incrementAndGet();
    }

    void hold(long halfOpenNow, long establishedNow) {
        halfOpen.set(halfOpenNow);
        established.set(establishedNow);
    }
}
