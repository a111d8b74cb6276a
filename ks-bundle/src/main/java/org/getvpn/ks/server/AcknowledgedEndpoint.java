// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Exchange;
import org.getvpn.gdoi.exchange.GroupKeyPushAck;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.wire.MalformedPayload;

/**
 * An endpoint that takes acknowledgements of rekeys out of the stream of datagrams (RFC 8263). They
 * belong to no Phase 1. At most so many wait for the engine; one that is turned away is sent again
 * with the next round.
 */
final class AcknowledgedEndpoint implements Exchange {
    private static final int MOST_WAITING = 20_000;

    private final Exchange endpoint;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong ignored = new AtomicLong();
    private volatile GroupEngine engine;

    /**
     * @param endpoint gets everything else
     */
    AcknowledgedEndpoint(Exchange endpoint) {
        this.endpoint = endpoint;
    }

    /** Tells who takes them; until then they are ignored. */
    void deliverTo(GroupEngine next) {
        engine = next;
    }

    /** Acknowledgements that were malformed, forged, repeated, of no member, or too many. */
    long ignored() {
        return ignored.get();
    }

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        if (!GroupKeyPushAck.recognises(in.octets())) {
            return endpoint.receive(in, now);
        }
        GroupEngine taker = engine;
        if (taker == null || waiting.get() >= MOST_WAITING) {
            return ignore("too many acknowledgements wait");
        }
        GroupKeyPushAck ack;
        try {
            ack = GroupKeyPushAck.read(in.octets());
        } catch (MalformedPayload e) {
            return ignore("acknowledgement: " + e.getMessage());
        }
        if (!ack.member().equals(in.remote().address())) {
            return ignore("acknowledgement in the name of " + ack.member().getHostAddress());
        }
        waiting.incrementAndGet();
        taker.acknowledge(
                ack,
                counted -> {
                    waiting.decrementAndGet();
                    if (!counted) {
                        ignored.incrementAndGet();
                    }
                });
        return Outcome.advanced().build();
    }

    private Outcome ignore(String reason) {
        ignored.incrementAndGet();
        return Outcome.ignored(reason).build();
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        return endpoint.resume(completion, now);
    }

    @Override
    public Outcome tick(Ticks now) {
        return endpoint.tick(now);
    }
}
