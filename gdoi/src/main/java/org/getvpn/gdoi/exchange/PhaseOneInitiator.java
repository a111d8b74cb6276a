// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Optional;
import org.getvpn.gdoi.wire.MalformedPayload;

/** One Phase 1 exchange from the initiator's side, whatever its mode. */
interface PhaseOneInitiator {
    /** The first message, or the work that it needs. */
    PhaseOneStep begin();

    /** Takes any message of the exchange; if it throws, nothing has changed. */
    PhaseOneStep receive(Frame in) throws MalformedPayload;

    /**
     * Takes what came of a computation that it asked for.
     *
     * @throws MalformedPayload if what the peer sent turned out not to fit: as if it had not come
     */
    PhaseOneStep resume(PhaseOneCompletion completion) throws MalformedPayload;

    /** Main or Aggressive Mode. */
    PhaseOneMode mode();

    /** The SA, once the peer proved itself. */
    Optional<PhaseOneSa> established();

    /** Whether a message with these cookies may belong to this exchange. */
    boolean owns(CookiePair other);

    /** What is awaited, for the reason of a time-out. */
    String awaited();

    /** Whether a peer with another pre-shared key would be silent now. */
    boolean awaitsProofOfSharedKey();

    /** The attempt is over. */
    void destroy();
}
