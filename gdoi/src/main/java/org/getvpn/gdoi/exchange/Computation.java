// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/**
 * Work that is too slow for the network thread: Diffie-Hellman, RSA, or a durable write. The caller
 * runs it on a bounded executor that is fair per source, then hands the result to {@link
 * Exchange#resume}. It touches no state of the exchange.
 */
public interface Computation {
    /** The source that pays for the work: fairness is counted per remote address. */
    Endpoint source();

    /** Does the work; never throws for what a peer sent: failure is a result. */
    Completion run();

    /** The result, opaque to the caller. */
    interface Completion {}
}
