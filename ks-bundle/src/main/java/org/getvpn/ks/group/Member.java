// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.SenderId;

/** A group member as its record holds it. Immutable. */
final class Member {
    static final int FORM = 1;

    private final String identity;
    private final Endpoint endpoint;
    private final long registeredMillis;
    private final long registrations;
    private final long pushesBefore;
    private final List<SenderId> senderIds;

    /**
     * @param endpoint where rekeys are sent to
     * @param registrations of this identity, the present one included
     * @param pushesBefore rekey messages of the group sent before it joined
     */
    Member(
            String identity,
            Endpoint endpoint,
            long registeredMillis,
            long registrations,
            long pushesBefore,
            List<SenderId> senderIds) {
        this.identity = identity;
        this.endpoint = endpoint;
        this.registeredMillis = registeredMillis;
        this.registrations = registrations;
        this.pushesBefore = pushesBefore;
        this.senderIds = List.copyOf(senderIds);
    }

    String identity() {
        return identity;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long registeredMillis() {
        return registeredMillis;
    }

    long registrations() {
        return registrations;
    }

    long pushesBefore() {
        return pushesBefore;
    }

    List<SenderId> senderIds() {
        return senderIds;
    }

    byte[] write() {
        RecordWriter writer =
                new RecordWriter(FORM)
                        .text(identity)
                        .octets(endpoint.address().getAddress())
                        .number32(endpoint.port())
                        .number64(registeredMillis)
                        .number64(registrations)
                        .number64(pushesBefore)
                        .number8(senderIds.size());
        senderIds.forEach(id -> writer.number32(id.value()).number8(id.bits()));
        return writer.finish();
    }

    static Member read(RecordReader reader) {
        String identity = reader.text();
        Endpoint endpoint = new Endpoint(address(reader.octets()), reader.number32());
        long registered = reader.number64();
        long registrations = reader.number64();
        long before = reader.number64();
        List<SenderId> ids = new ArrayList<>();
        for (int count = reader.number8(); count > 0; count--) {
            ids.add(new SenderId(reader.number32(), reader.number8()));
        }
        return new Member(identity, endpoint, registered, registrations, before, ids);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + octets.length + " octets", e);
        }
    }
}
