// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

/** What the packet path sees at one instant; immutable but for the counters of the SAs. */
public final class SaSnapshot {
    /** Nothing is sent and nothing received. */
    public static final SaSnapshot EMPTY =
            new SaSnapshot(null, new InboundSa[0], new RuleTable(java.util.List.of()));

    private final OutboundSa outbound;
    private final InboundSa[] inbound;
    private final RuleTable rules;

    SaSnapshot(OutboundSa outbound, InboundSa[] inbound, RuleTable rules) {
        this.outbound = outbound;
        this.inbound = inbound;
        this.rules = rules;
    }

    /** The SA to send with, or null. */
    public OutboundSa outbound() {
        return outbound;
    }

    /** The SA of that SPI, or null. A handful: the keys of one group that are alive. */
    public InboundSa inbound(int spi) {
        for (InboundSa sa : inbound) {
            if (sa.spi().value() == spi) {
                return sa;
            }
        }
        return null;
    }

    InboundSa[] allInbound() {
        return inbound;
    }

    /** The ordered policy. */
    public RuleTable rules() {
        return rules;
    }
}
