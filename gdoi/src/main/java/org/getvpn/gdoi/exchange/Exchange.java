// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/**
 * One ISAKMP exchange, or an endpoint that holds many. No sockets, no threads: the caller carries
 * the datagrams and the time, one call at a time.
 *
 * <p>Contract: <em>ignored</em> means that the state did not change, so garbage cannot kill an
 * exchange; <em>refused</em> means that the exchange is over and says with which notify. No call
 * throws for what a peer sent.
 */
public interface Exchange {
    /** Takes one datagram. */
    Outcome receive(Datagram in, Ticks now);

    /** Takes the result of a {@link Computation} that an earlier outcome asked for. */
    Outcome resume(Computation.Completion completion, Ticks now);

    /** Lets time pass: retransmit, give up. Called at or after {@link Outcome#deadline()}. */
    Outcome tick(Ticks now);
}
