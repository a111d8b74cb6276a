// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import java.util.Objects;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;

/** What a group member needs for one attempt at one key server. */
public final class RegistrationSettings {
    private final GroupId group;
    private final Endpoint local;
    private final Endpoint keyServer;
    private final SecretBytes preSharedKey;
    private final PhaseOneCredentials credentials;
    private final String keyServerIdentity;
    private final List<PhaseOneProposal> proposals;
    private final int senderIds;

    /**
     * @param local the member's control address; its address is the identity in Phase 1
     * @param proposals in order of preference, at least one
     * @param senderIds how many sender ids to ask for, 0 to 65535; 0 leaves the request out and the
     *     key server gives one if the transform needs it
     */
    public RegistrationSettings(
            GroupId group,
            Endpoint local,
            Endpoint keyServer,
            SecretBytes preSharedKey,
            List<PhaseOneProposal> proposals,
            int senderIds) {
        this(
                group,
                local,
                keyServer,
                Objects.requireNonNull(preSharedKey),
                null,
                null,
                proposals,
                senderIds);
    }

    /**
     * With certificates, beside a pre-shared key or in its place.
     *
     * @param preSharedKey null if no proposal uses one
     * @param credentials null if no proposal uses signatures
     * @param keyServerIdentity who the key server must prove to be, with signatures: a
     *     distinguished name as RFC 2253 writes it, a domain name or an address; null for the
     *     address it is reached at
     * @throws IllegalArgumentException if a proposal lacks what it needs
     */
    public RegistrationSettings(
            GroupId group,
            Endpoint local,
            Endpoint keyServer,
            SecretBytes preSharedKey,
            PhaseOneCredentials credentials,
            String keyServerIdentity,
            List<PhaseOneProposal> proposals,
            int senderIds) {
        this.credentials = credentials;
        this.keyServerIdentity =
                keyServerIdentity == null
                        ? keyServer.address().getHostAddress()
                        : keyServerIdentity;
        this.group = Objects.requireNonNull(group);
        this.local = Objects.requireNonNull(local);
        this.keyServer = Objects.requireNonNull(keyServer);
        this.preSharedKey = preSharedKey;
        this.proposals = List.copyOf(proposals);
        if (this.proposals.isEmpty()) {
            throw new IllegalArgumentException("no Phase 1 proposal: name at least one");
        }
        for (PhaseOneProposal proposal : this.proposals) {
            PhaseOneCredentials.check(proposal, credentials);
            if (!proposal.method().usesSignatures() && preSharedKey == null) {
                throw new IllegalArgumentException(
                        "Phase 1 proposal " + proposal + " needs a pre-shared key: list one");
            }
        }
        if (senderIds >>> 16 != 0) {
            throw new IllegalArgumentException("sender ids " + senderIds + ": 0 to 65535");
        }
        this.senderIds = senderIds;
    }

    /** The group to join. */
    public GroupId group() {
        return group;
    }

    /** The member's end. */
    public Endpoint local() {
        return local;
    }

    /** The key server's end. */
    public Endpoint keyServer() {
        return keyServer;
    }

    /** Our certificate and whom we trust; null without signatures. */
    PhaseOneCredentials credentials() {
        return credentials;
    }

    /** Whether an identity that came with a certificate may be this key server's. */
    void checkKeyServer(Identification claimed) throws MalformedPayload {
        if (!PhaseOneCredentials.isNamed(claimed, keyServerIdentity)) {
            throw new MalformedPayload(
                    "key server calls itself "
                            + PhaseOneCredentials.textOf(claimed)
                            + " where "
                            + keyServerIdentity
                            + " is expected");
        }
    }

    /** Shared with this key server; null without such a proposal. */
    public SecretBytes preSharedKey() {
        return preSharedKey;
    }

    /** In order of preference. */
    public List<PhaseOneProposal> proposals() {
        return proposals;
    }

    /** How many sender ids to ask for; 0 for no request. */
    public int senderIds() {
        return senderIds;
    }
}
