// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.SecureRandom;
import java.util.Optional;

/** One Phase 1 exchange from the responder's side, whatever its mode. */
interface PhaseOneResponder {
    /** What it keeps whatever its mode. */
    ResponderSide side();

    /** The name of the SA to come. */
    default CookiePair cookies() {
        return side().cookies();
    }

    /** The way to the peer. */
    default ReturnPath path() {
        return side().path();
    }

    /** Main or Aggressive Mode. */
    default PhaseOneMode mode() {
        return side().mode();
    }

    /** Whether a genuine looking message has set it to work, so that it is to be kept. */
    boolean isDeriving();

    /** Takes any message of the exchange. */
    Outcome.Builder receive(Frame in, SecureRandom randomness);

    /** Takes what came of a computation that it asked for. */
    Outcome.Builder resume(PhaseOneCompletion completion);

    /** The SA, once the peer proved itself. */
    Optional<PhaseOneSa> established();

    /** Whether that peer says that it has no earlier SA with us. */
    boolean announcesInitialContact();

    /**
     * Offers a message of the next exchange that overtook the last of this one.
     *
     * @return whether it is kept, for when the SA is there
     */
    default boolean keep(Datagram early) {
        return false;
    }

    /** The message that was kept. */
    default Optional<Datagram> kept() {
        return Optional.empty();
    }

    /** Its time is over, or another needs the room. */
    void destroy();
}
