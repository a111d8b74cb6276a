// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.TrafficRule;

/**
 * The member's SAs. One control thread changes them; packet paths read {@link #snapshot()}. Every
 * change is one volatile write, so a packet sees the state before or after it, never between.
 */
public final class SaDatabase {
    private volatile SaSnapshot snapshot = SaSnapshot.EMPTY;

    /** What holds now. */
    public SaSnapshot snapshot() {
        return snapshot;
    }

    /** Receives with {@code sa} from now on. A second SA of the same SPI replaces the first. */
    public synchronized void install(InboundSa sa) {
        SaSnapshot old = snapshot;
        List<InboundSa> inbound = new ArrayList<>(Arrays.asList(old.allInbound()));
        inbound.removeIf(present -> present.spi().equals(sa.spi()));
        inbound.add(sa);
        snapshot = new SaSnapshot(old.outbound(), inbound.toArray(new InboundSa[0]), old.rules());
    }

    /**
     * Sends with {@code sa} from now on.
     *
     * @throws IllegalStateException if nothing of that SPI is received yet: receive before send
     */
    public synchronized void activate(OutboundSa sa) {
        SaSnapshot old = snapshot;
        if (old.inbound(sa.spi().value()) == null) {
            throw new IllegalStateException("SA " + sa.spi() + " is not received yet");
        }
        snapshot = new SaSnapshot(sa, old.allInbound(), old.rules());
    }

    /** No longer receives with {@code spi}, and no longer sends with it if it did. */
    public synchronized void remove(Spi spi) {
        SaSnapshot old = snapshot;
        List<InboundSa> inbound = new ArrayList<>(Arrays.asList(old.allInbound()));
        inbound.removeIf(present -> present.spi().equals(spi));
        OutboundSa outbound =
                old.outbound() != null && old.outbound().spi().equals(spi) ? null : old.outbound();
        snapshot = new SaSnapshot(outbound, inbound.toArray(new InboundSa[0]), old.rules());
    }

    /** Puts an ordered policy in force. */
    public synchronized void replaceRules(List<TrafficRule> rules) {
        SaSnapshot old = snapshot;
        snapshot = new SaSnapshot(old.outbound(), old.allInbound(), new RuleTable(rules));
    }

    /** Drops everything: nothing is sent and nothing received. */
    public synchronized void clear() {
        snapshot = SaSnapshot.EMPTY;
    }
}
