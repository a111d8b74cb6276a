// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.Optional;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.ks.api.GroupPolicy;

/** Who may be a member under one policy: whom the lists name, who is not evicted. */
final class Authorisation {
    private static final int LONGEST_IDENTITY = 255;

    private final GroupPolicy policy;
    private final AccessList access;
    private final Evictions evictions;

    Authorisation(GroupPolicy policy, Evictions evictions) {
        this.policy = policy;
        this.access = new AccessList(policy.authorisation());
        this.evictions = evictions;
    }

    /** Whether a member stays one. */
    boolean admits(Member member) {
        return access.admits(member)
                && !evictions.contains(member.endpoint().address())
                && member.understands(policy.replay());
    }

    /**
     * Lets a peer pass that may register.
     *
     * @throws RegistrationRefused that says why it may not
     */
    void check(PeerIdentity peer) throws RegistrationRefused {
        if (peer.text().length() > LONGEST_IDENTITY) {
            throw refused(
                    "the member's identity is longer than " + LONGEST_IDENTITY + " characters");
        }
        InetAddress address = peer.endpoint().address();
        if (evictions.contains(address)) {
            throw refused(
                    "member "
                            + address.getHostAddress()
                            + " was evicted from group "
                            + policy.name()
                            + ": readmit it if it should register again");
        }
        Optional<String> refusal = access.refusal(Member.asking(peer));
        if (refusal.isPresent()) {
            throw refused(refusal.get());
        }
    }

    private static RegistrationRefused refused(String reason) {
        return new RegistrationRefused(RegistrationRefused.Cause.NOT_AUTHORISED, reason);
    }
}
