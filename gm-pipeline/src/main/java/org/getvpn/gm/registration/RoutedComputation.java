// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Exchange;

/**
 * A computation that remembers which exchange asked for it.
 *
 * @param attempt that the exchange belongs to, or null
 */
record RoutedComputation(Exchange asker, Attempt attempt, Computation work) implements Computation {
    /** A result and whom it is for. */
    record Answer(Exchange asker, Attempt attempt, Completion result) implements Completion {}

    @Override
    public Endpoint source() {
        return work.source();
    }

    @Override
    public Completion run() {
        return new Answer(asker, attempt, work.run());
    }
}
