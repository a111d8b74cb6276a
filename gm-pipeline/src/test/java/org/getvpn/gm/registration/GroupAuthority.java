// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.RegistrationAuthority;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.SenderId;

/** What a key server offers in a test: set by hand, sender ids counted up. */
final class GroupAuthority implements RegistrationAuthority {
    final List<SenderId> given = new ArrayList<>();
    Supplier<GroupDownload> offer;
    String refusal;
    long sequence;

    private int nextSenderId = 1;

    /** As a key server does that lost its state. */
    void repeatFirstSenderId() {
        nextSenderId = 1;
    }

    @Override
    public GroupDownload offer(GroupId group, PeerIdentity peer) throws RegistrationRefused {
        if (refusal != null) {
            throw new RegistrationRefused(RegistrationRefused.Cause.NOT_AUTHORISED, refusal);
        }
        return offer.get();
    }

    @Override
    public Admission admit(GroupDownload offered, PeerIdentity peer, int senderIds) {
        SenderId id = new SenderId(nextSenderId++, 24);
        given.add(id);
        return new Admission(List.of(id), sequence);
    }
}
