// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;

/** Either end: the peer proved who it is, and a Phase 1 SA protects what follows. */
public final class PhaseOneEstablished implements Fact {
    private final PeerIdentity peer;

    /** Who proved what. */
    public PhaseOneEstablished(PeerIdentity peer) {
        this.peer = Objects.requireNonNull(peer);
    }

    /** Who it proved to be, and where it is. */
    public PeerIdentity peer() {
        return peer;
    }

    @Override
    public String toString() {
        return "PhaseOneEstablished[peer=" + peer + "]";
    }
}
