// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import org.getvpn.gm.p4.MeterRates;

/**
 * A meter's cell as bmv2 reckons it: whole tokens, counted from one moment on, the peak rate first;
 * a packet without a token there takes none of the committed rate's.
 */
final class Bmv2Meter {
    private final Rate peak;
    private final Rate committed;

    Bmv2Meter(MeterRates rates) {
        this.peak = new Rate(rates.peakRate(), rates.peakBurst());
        this.committed = new Rate(rates.committedRate(), rates.committedBurst());
    }

    /** 0 green, 1 yellow, 2 red. */
    int colour(long micros) {
        if (!peak.takes(micros)) {
            return 2;
        }
        return committed.takes(micros) ? 0 : 1;
    }

    private static final class Rate {
        private final double perMicro;
        private final long burst;
        private long tokens;
        private long tokensEver;

        Rate(long perSecond, long burst) {
            this.perMicro = perSecond / 1e6;
            this.burst = burst;
            this.tokens = burst;
        }

        boolean takes(long micros) {
            long ever = (long) (micros * perMicro);
            tokens = Math.min(tokens + ever - tokensEver, burst);
            tokensEver = ever;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }
}
