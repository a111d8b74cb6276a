// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.List;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.EspFormat;

/**
 * What is needed to receive under one key, from any sender of the group. It has no counter and no
 * sender id, and nothing can be sent with it.
 */
public final class InboundSa {
    private final Spi spi;
    private final AeadCipher[] ciphers; // by worker
    private final SelectorTable selectors;
    private final ReplayCheck replayCheck;
    private final TimeRule timeRule;
    private final EspFormat format;
    private final TimeRefusals timeRefusals;

    /**
     * @param ciphers one for each worker
     * @param timeRule null for none
     */
    InboundSa(
            Spi spi,
            List<AeadCipher> ciphers,
            SelectorTable selectors,
            ReplayCheck replayCheck,
            TimeRule timeRule,
            EspFormat format) {
        this(
                spi,
                ciphers.toArray(AeadCipher[]::new),
                selectors,
                replayCheck,
                timeRule,
                format,
                new TimeRefusals());
    }

    private InboundSa(
            Spi spi,
            AeadCipher[] ciphers,
            SelectorTable selectors,
            ReplayCheck replayCheck,
            TimeRule timeRule,
            EspFormat format,
            TimeRefusals timeRefusals) {
        this.timeRule = timeRule;
        this.format = format;
        this.timeRefusals = timeRefusals;
        this.spi = spi;
        this.ciphers = ciphers;
        this.selectors = selectors;
        this.replayCheck = replayCheck;
    }

    /** The same SA with other selectors; it shares ciphers and replay check. */
    InboundSa with(SelectorTable changed) {
        return new InboundSa(spi, ciphers, changed, replayCheck, timeRule, format, timeRefusals);
    }

    /** Identity on the wire. */
    public Spi spi() {
        return spi;
    }

    /**
     * Decrypts for one packet thread.
     *
     * @param worker 0 or above, below the database's number of workers
     */
    public AeadCipher cipher(int worker) {
        return ciphers[worker];
    }

    /** Sizes of the packets. */
    public EspFormat format() {
        return format;
    }

    /** What may arrive under this SA. */
    public SelectorTable selectors() {
        return selectors;
    }

    /** Asked before, told after the packet proved authentic. */
    public ReplayCheck replayCheck() {
        return replayCheck;
    }

    /** How packets are judged by their time, or null if they carry none. */
    public TimeRule timeRule() {
        return timeRule;
    }

    /** What {@link #timeRule} refused. */
    public TimeRefusals timeRefusals() {
        return timeRefusals;
    }
}
