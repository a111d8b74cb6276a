// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.List;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.SenderId;

/**
 * The key server's engine as a GROUPKEY-PULL responder sees it. Both calls come from a {@link
 * Computation}, never from the network thread, and possibly from several threads at once.
 */
public interface RegistrationAuthority {
    /**
     * How the group speaks with a peer that {@link #offer} authorised.
     *
     * @return {@link RegistrationProfile#RFC6407} unless overridden
     * @throws RegistrationRefused if the key server cannot speak so
     */
    default RegistrationProfile profile(GroupId group, PeerIdentity peer)
            throws RegistrationRefused {
        return RegistrationProfile.RFC6407;
    }

    /**
     * Authorises the peer and gives the group's policy and keys as of now, without sender ids.
     * Changes nothing: the peer has not yet proven that it is alive (RFC 6407, section 3.2).
     *
     * <p>An offer with {@link GroupDownload#rules()} needs a peer with {@link
     * PeerCapability#RULE_LIST}, one with {@link GroupDownload#timeBasedReplay()} a peer with
     * {@link PeerCapability#TIME_BASED_REPLAY} or {@link PeerCapability#DELAY_DETECTION}; to any
     * other peer the exchange refuses it. A profile with proof of possession needs a KEK.
     *
     * @throws RegistrationRefused if the group is unknown or the peer is not authorised
     */
    GroupDownload offer(GroupId group, PeerIdentity peer) throws RegistrationRefused;

    /**
     * Admits the peer after a valid HASH(3): enters it as a member and allocates sender ids.
     * Durable when it returns.
     *
     * @param offered what message 2 told the peer
     * @param senderIds how many the peer asked for; 0 stands for one (RFC 6407, section 5.4.3)
     * @throws RegistrationRefused if the offer no longer stands
     */
    Admission admit(GroupDownload offered, PeerIdentity peer, int senderIds)
            throws RegistrationRefused;

    /** What message 4 adds to the offer. */
    final class Admission {
        private final List<SenderId> senderIds;
        private final long sequence;

        /**
         * @param sequence the last rekey sequence number used under the offered KEK
         */
        public Admission(List<SenderId> senderIds, long sequence) {
            this.senderIds = List.copyOf(senderIds);
            this.sequence = sequence;
        }

        /** Given to this member alone. */
        public List<SenderId> senderIds() {
            return senderIds;
        }

        /** The last rekey sequence number used. */
        public long sequence() {
            return sequence;
        }
    }
}
