// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** What came of work for Phase 1, with the exchange that it belongs to. */
interface PhaseOneCompletion extends Computation.Completion {
    /** The name of the exchange. */
    CookiePair cookies();

    /** Nobody wants the result any more: secrets in it are zeroed. */
    void discard();
}
