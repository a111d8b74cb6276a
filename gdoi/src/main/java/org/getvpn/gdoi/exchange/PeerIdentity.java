// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;

/** Who the peer proved to be in Phase 1: the content of its Identification payload. */
public final class PeerIdentity {
    private final int type;
    private final String text;
    private final Endpoint endpoint;

    /**
     * @param type identification type (RFC 2407, section 4.6.2.1): 1 address, 2 FQDN, 3 user FQDN,
     *     9 DN, 11 KEY_ID
     * @param text the identity in the form an operator writes it
     * @param endpoint where it came from
     */
    public PeerIdentity(int type, String text, Endpoint endpoint) {
        this.type = type;
        this.text = Objects.requireNonNull(text);
        this.endpoint = Objects.requireNonNull(endpoint);
    }

    /** Identification type. */
    public int type() {
        return type;
    }

    /** In the form an operator writes it. */
    public String text() {
        return text;
    }

    /** Where it came from. */
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerIdentity
                && type == ((PeerIdentity) other).type
                && text.equals(((PeerIdentity) other).text);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + type;
    }

    @Override
    public String toString() {
        return text + "@" + endpoint;
    }
}
