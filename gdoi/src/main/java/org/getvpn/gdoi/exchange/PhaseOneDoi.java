// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import org.getvpn.gdoi.wire.Doi;

/**
 * The domain of interpretation that our own Phase 1 offer names. A responder takes both and repeats
 * what was offered.
 */
public enum PhaseOneDoi {
    /** 2 with situation 0, as RFC 6407, section 2.1, wants it */
    GDOI(Doi.GDOI, 0),
    /** 1 with situation SIT_IDENTITY_ONLY, for responders that know no other (RFC 2407, 4.2.1) */
    IPSEC(Doi.IPSEC, 1);

    private final int number;
    private final int situation;

    PhaseOneDoi(int number, int situation) {
        this.number = number;
        this.situation = situation;
    }

    /** On the wire. */
    public int number() {
        return number;
    }

    int situation() {
        return situation;
    }
}
