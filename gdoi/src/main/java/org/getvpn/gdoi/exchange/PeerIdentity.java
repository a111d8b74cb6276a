// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Who the peer proved to be in Phase 1: the content of its Identification payload. */
public final class PeerIdentity {
    private final int type;
    private final String text;
    private final Endpoint endpoint;
    private final Set<PeerCapability> capabilities;
    private final String certificateSubject;

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
        this(type, text, endpoint, capabilities, null);
    }

    /**
     * @param type identification type, as above
     * @param text the identity in the form an operator writes it
     * @param endpoint where it came from
     * @param capabilities what it announced in Phase 1
     * @param certificateSubject the distinguished name in the certificate that it proved to hold,
     *     as RFC 2253 writes it; null without a certificate
     */
    public PeerIdentity(
            int type,
            String text,
            Endpoint endpoint,
            Set<PeerCapability> capabilities,
            String certificateSubject) {
        this.certificateSubject = certificateSubject;
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

    /** The distinguished name in its certificate, if it proved itself with one. */
    public Optional<String> certificateSubject() {
        return Optional.ofNullable(certificateSubject);
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
