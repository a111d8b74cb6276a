// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.List;

/**
 * Everything the packet path knows about keys and policy at one instant; immutable but for the
 * counters inside its SAs.
 */
public final class SaSnapshot {
    private final long generation;
    private final PolicyTable policy;
    private final InboundSa[] inbound;
    private final int inboundMask;
    private final OutboundSa[] outbound;
    private final SelectorTable[] outboundSelectors;
    private final SelectorTable[] known;
    private final SelectorTable[] receiveOnly;

    /**
     * @param outbound in the order in which they are tried, newest first
     * @param outboundSelectors what each of them may send
     * @param known the selectors of every SA, whatever its stage
     * @param receiveOnly the selectors of those that nobody sends with
     */
    SaSnapshot(
            long generation,
            PolicyTable policy,
            List<InboundSa> inbound,
            List<OutboundSa> outbound,
            List<SelectorTable> outboundSelectors,
            List<SelectorTable> known,
            List<SelectorTable> receiveOnly) {
        this.generation = generation;
        this.policy = policy;
        int size = 4;
        while (size < inbound.size() * 2) {
            size *= 2;
        }
        this.inbound = new InboundSa[size];
        this.inboundMask = size - 1;
        for (InboundSa sa : inbound) {
            int at = slot(sa.spi().value());
            while (this.inbound[at] != null) {
                at = at + 1 & inboundMask;
            }
            this.inbound[at] = sa;
        }
        this.outbound = outbound.toArray(OutboundSa[]::new);
        this.outboundSelectors = outboundSelectors.toArray(SelectorTable[]::new);
        this.known = known.toArray(SelectorTable[]::new);
        this.receiveOnly = receiveOnly.toArray(SelectorTable[]::new);
    }

    private int slot(int spi) {
        return (spi * 0x9e37_79b9 >>> 16) & inboundMask;
    }

    /** Counts the changes of the database. */
    long generation() {
        return generation;
    }

    /** The group's ordered lines. */
    public PolicyTable policy() {
        return policy;
    }

    /** The SA that receives {@code spi}, or null. */
    public InboundSa inbound(int spi) {
        for (int at = slot(spi); inbound[at] != null; at = at + 1 & inboundMask) {
            if (inbound[at].spi().value() == spi) {
                return inbound[at];
            }
        }
        return null;
    }

    /** The SA to send such a packet under, or null. */
    public OutboundSa outbound(PacketKey key) {
        for (int i = 0; i < outbound.length; i++) {
            if (outboundSelectors[i].firstMatch(key) >= 0) {
                return outbound[i];
            }
        }
        return null;
    }

    /**
     * Whether the selectors of any SA name such a packet.
     *
     * @return 0 or above if so, else {@link SelectorTable#NONE} or {@link
     *     SelectorTable#NEEDS_PORTS}
     */
    public int protectedBySelectors(PacketKey key) {
        int answer = SelectorTable.NONE;
        for (SelectorTable selectors : known) {
            int match = selectors.firstMatch(key);
            if (match >= 0) {
                return match;
            }
            if (match == SelectorTable.NEEDS_PORTS) {
                answer = match;
            }
        }
        return answer;
    }

    /**
     * Whether a receive-only SA names such a packet: then the group is on its way from clear text
     * to encryption, and clear text is received beside ESP until that SA is gone.
     */
    public boolean isReceiveOnly(PacketKey key) {
        for (SelectorTable selectors : receiveOnly) {
            if (selectors.firstMatch(key) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether neither policy nor keys are known: before registration, after eviction. */
    public boolean isBlank() {
        return policy.isEmpty() && known.length == 0;
    }
}
