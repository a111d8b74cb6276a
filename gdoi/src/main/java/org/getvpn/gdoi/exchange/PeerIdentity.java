// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import java.util.Set;

/** Who the peer proved to be in Phase 1: the content of its Identification payload. */
public final class PeerIdentity {
    private final int type;
    private final String text;
    private final Endpoint endpoint;
    private final Set<PeerCapability> capabilities;

    /**
     * @param type identification type (RFC 2407, section 4.6.2.1): 1 address, 2 FQDN, 3 user FQDN,
     *     9 DN, 11 KEY_ID
     * @param text the identity in the form an operator writes it
     * @param endpoint where it came from
     */
    public PeerIdentity(int type, String text, Endpoint endpoint) {
        this(type, text, endpoint, Set.of());
    }

    /**
     * @param type identification type, as above
     * @param text the identity in the form an operator writes it
     * @param endpoint where it came from
     * @param capabilities what it announced in Phase 1
     */
    public PeerIdentity(
            int type, String text, Endpoint endpoint, Set<PeerCapability> capabilities) {
        this.type = type;
        this.text = Objects.requireNonNull(text);
        this.endpoint = Objects.requireNonNull(endpoint);
        this.capabilities = Set.copyOf(capabilities);
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

    /** What it announced in Phase 1; no part of its identity. */
    public Set<PeerCapability> capabilities() {
        return capabilities;
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
