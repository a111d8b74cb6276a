// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;

/** Key server: a peer let every question whether it is there pass; its Phase 1 SA is over. */
public final class PeerUnresponsive implements Fact {
    private final PeerIdentity peer;

    /** Who was asked. */
    public PeerUnresponsive(PeerIdentity peer) {
        this.peer = Objects.requireNonNull(peer);
    }

    /** Who it proved to be, and where it was. */
    public PeerIdentity peer() {
        return peer;
    }

    @Override
    public String toString() {
        return "PeerUnresponsive[peer=" + peer + "]";
    }
}
