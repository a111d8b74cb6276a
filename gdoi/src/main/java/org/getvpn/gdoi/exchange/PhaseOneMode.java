// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import org.getvpn.gdoi.wire.ExchangeType;

/** The exchange that makes a Phase 1 SA (RFC 2409, sections 5.1 to 5.4). */
public enum PhaseOneMode {
    /** Six messages; identities are encrypted, and no work is done before a cookie came back. */
    MAIN(ExchangeType.MAIN),
    /**
     * Three messages. The responder does its Diffie-Hellman work for the first one, identities are
     * in the clear, and with a pre-shared key anybody who asks gets a hash to guess the key by. For
     * peers that speak nothing else.
     */
    AGGRESSIVE(ExchangeType.AGGRESSIVE);

    private final ExchangeType exchange;

    PhaseOneMode(ExchangeType exchange) {
        this.exchange = exchange;
    }

    ExchangeType exchange() {
        return exchange;
    }
}
