// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import java.util.Objects;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;

/** What a group member needs for one attempt at one key server. */
public final class RegistrationSettings {
    /** What a key server reads from a stranger: {@link PhaseOneOpening#MOST_OFFER_OCTETS}. */
    private static final int MOST_PROPOSALS = 12;

    private final GroupId group;
    private final Endpoint local;
    private final Endpoint keyServer;
    private final SecretBytes preSharedKey;
    private final String keyServerIdentity;
    private final PhaseOneSettings phaseOne;
    private final int senderIds;
    private final RegistrationProfile profile;

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
     * @param keyServerIdentity as below
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
        this(
                group,
                local,
                keyServer,
                preSharedKey,
                keyServerIdentity,
                PhaseOneSettings.of(proposals, credentials),
                senderIds);
    }

    /**
     * With all that Phase 1 can be told.
     *
     * @param preSharedKey null if no proposal uses one
     * @param keyServerIdentity who the key server must prove to be, with certificates: a
     *     distinguished name as RFC 2253 writes it, a domain name or an address; null for the
     *     address it is reached at
     * @throws IllegalArgumentException if a proposal lacks what it needs, or if Aggressive Mode is
     *     to offer more than one group or kind of authentication
     */
    public RegistrationSettings(
            GroupId group,
            Endpoint local,
            Endpoint keyServer,
            SecretBytes preSharedKey,
            String keyServerIdentity,
            PhaseOneSettings phaseOne,
            int senderIds) {
        this(
                group,
                local,
                keyServer,
                preSharedKey,
                keyServerIdentity,
                phaseOne,
                senderIds,
                RegistrationProfile.RFC6407);
    }

    private RegistrationSettings(
            GroupId group,
            Endpoint local,
            Endpoint keyServer,
            SecretBytes preSharedKey,
            String keyServerIdentity,
            PhaseOneSettings phaseOne,
            int senderIds,
            RegistrationProfile profile) {
        this.profile = Objects.requireNonNull(profile);
        this.keyServerIdentity =
                keyServerIdentity == null
                        ? keyServer.address().getHostAddress()
                        : keyServerIdentity;
        this.group = Objects.requireNonNull(group);
        this.local = Objects.requireNonNull(local);
        this.keyServer = Objects.requireNonNull(keyServer);
        this.preSharedKey = preSharedKey;
        this.phaseOne = phaseOne;
        if (phaseOne.proposals().size() > MOST_PROPOSALS) {
            throw new IllegalArgumentException(
                    phaseOne.proposals().size()
                            + " Phase 1 proposals: a first message has room for "
                            + MOST_PROPOSALS);
        }
        for (PhaseOneProposal proposal : phaseOne.proposals()) {
            if (proposal.method().usesEncryption()) {
                checkKeyServerCertificate();
            }
            if (proposal.method().usesPreSharedKey() && preSharedKey == null) {
                throw new IllegalArgumentException(
                        "Phase 1 proposal " + proposal + " needs a pre-shared key: list one");
            }
        }
        if (phaseOne.mode() == PhaseOneMode.AGGRESSIVE) {
            AggressiveModeInitiator.check(phaseOne);
        }
        if (senderIds >>> 16 != 0) {
            throw new IllegalArgumentException("sender ids " + senderIds + ": 0 to 65535");
        }
        this.senderIds = senderIds;
    }

    /** The same for a group that is not spoken to by RFC 6407 to the letter. */
    public RegistrationSettings with(RegistrationProfile other) {
        return new RegistrationSettings(
                group,
                local,
                keyServer,
                preSharedKey,
                keyServerIdentity,
                phaseOne,
                senderIds,
                other);
    }

    /** How the group is spoken to. */
    public RegistrationProfile profile() {
        return profile;
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

    /** How to do Phase 1. */
    public PhaseOneSettings phaseOne() {
        return phaseOne;
    }

    /** Our certificate and whom we trust; null without signatures. */
    PhaseOneCredentials credentials() {
        return phaseOne.credentialsOrNull();
    }

    /** Who the key server must prove to be, with certificates. */
    Identification keyServerIdentity() {
        return IdentityText.parse(keyServerIdentity);
    }

    private void checkKeyServerCertificate() {
        boolean known =
                credentials()
                        .certificateOf(keyServerIdentity())
                        .filter(one -> AuthenticationMethod.RSA_ENCRYPTION.fits(one.getPublicKey()))
                        .isPresent();
        if (!known) {
            throw new IllegalArgumentException(
                    "RSA encryption needs the certificate of key server "
                            + keyServerIdentity
                            + ", with an RSA key of 2048 bits or more: list it");
        }
    }

    /** Whether an identity that came with a certificate may be this key server's. */
    void checkKeyServer(Identification claimed) throws MalformedPayload {
        if (!IdentityText.isNamed(claimed, keyServerIdentity)) {
            throw new MalformedPayload(
                    "key server calls itself "
                            + IdentityText.of(claimed)
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
        return phaseOne.proposals();
    }

    /** How many sender ids to ask for; 0 for no request. */
    public int senderIds() {
        return senderIds;
    }
}
