// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.Ticks;

/**
 * One attempt at one key server under way. A key server that does not answer at all is left sooner
 * than the exchange would do it, because the next one of the list may be well.
 */
final class Attempt {
    private static final Duration SILENCE = Duration.ofSeconds(8);
    private static final Duration WHOLE = Duration.ofSeconds(60);

    private final Endpoint keyServer;
    private final GroupMemberEndpoint exchange;
    private final PhaseOneMeans means;
    private final Ticks begun;
    private boolean answered;
    private boolean ended;
    private int computing;

    Attempt(Endpoint keyServer, GroupMemberEndpoint exchange, PhaseOneMeans means, Ticks begun) {
        this.keyServer = keyServer;
        this.exchange = exchange;
        this.means = means;
        this.begun = begun;
    }

    Endpoint keyServer() {
        return keyServer;
    }

    GroupMemberEndpoint exchange() {
        return exchange;
    }

    /** The key server said something that fits. */
    void answered() {
        answered = true;
    }

    /** Whether to give up, whatever the exchange still hopes for. */
    boolean isHopeless(Ticks now) {
        return now.since(begun).compareTo(answered ? WHOLE : SILENCE) >= 0;
    }

    /** Why, in an operator's words. */
    String hopelessness() {
        return answered
                ? "no end after " + WHOLE.toSeconds() + " seconds; look at the key server's log"
                : "no answer in "
                        + SILENCE.toSeconds()
                        + " seconds: is it running, is UDP "
                        + keyServer.port()
                        + " open on the way, does it have a pre-shared key for this address?";
    }

    /** A computation begins, which may need the attempt's secret until it is done. */
    void computes() {
        computing++;
    }

    /** One of them is done. */
    void computed() {
        computing--;
        destroyWhenIdle();
    }

    /** Nothing more comes of it; a computation may still be waiting for its turn. */
    void end() {
        ended = true;
        destroyWhenIdle();
    }

    private void destroyWhenIdle() {
        if (ended && computing == 0) {
            means.destroy();
        }
    }
}
