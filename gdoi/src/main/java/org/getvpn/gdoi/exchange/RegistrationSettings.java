// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import java.util.Objects;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupId;

/** What a group member needs for one attempt at one key server. */
public final class RegistrationSettings {
    private final GroupId group;
    private final Endpoint local;
    private final Endpoint keyServer;
    private final SecretBytes preSharedKey;
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
        this.group = Objects.requireNonNull(group);
        this.local = Objects.requireNonNull(local);
        this.keyServer = Objects.requireNonNull(keyServer);
        this.preSharedKey = Objects.requireNonNull(preSharedKey);
        this.proposals = List.copyOf(proposals);
        if (this.proposals.isEmpty()) {
            throw new IllegalArgumentException("no Phase 1 proposal: name at least one");
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

    /** Shared with this key server. */
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
