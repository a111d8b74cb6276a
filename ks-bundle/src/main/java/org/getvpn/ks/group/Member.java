// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PeerCapability;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.ks.api.ReplayPolicy;

/** A group member as its record holds it. Immutable. */
final class Member {
    static final int FORM = 4;

    private final int identityType;
    private final String identity;
    private final String certificateSubject;
    private final Endpoint endpoint;
    private final long registeredMillis;
    private final long registrations;
    private final List<SenderId> senderIds;
    private final Set<PeerCapability> capabilities;

    /**
     * @param registrations of this identity, the present one included
     */
    Member(PeerIdentity peer, long registeredMillis, long registrations, List<SenderId> senderIds) {
        this(
                peer.type(),
                peer.text(),
                peer.certificateSubject().orElse(""),
                peer.endpoint(),
                registeredMillis,
                registrations,
                senderIds,
                peer.capabilities());
    }

    private Member(
            int identityType,
            String identity,
            String certificateSubject,
            Endpoint endpoint,
            long registeredMillis,
            long registrations,
            List<SenderId> senderIds,
            Set<PeerCapability> capabilities) {
        this.capabilities = Set.copyOf(capabilities);
        this.identityType = identityType;
        this.identity = identity;
        this.certificateSubject = certificateSubject;
        this.endpoint = endpoint;
        this.registeredMillis = registeredMillis;
        this.registrations = registrations;
        this.senderIds = List.copyOf(senderIds);
    }

    /** Somebody who asks to join, without a registration yet. */
    static Member asking(PeerIdentity peer) {
        return new Member(peer, 0, 0, List.of());
    }

    /** Identification type (RFC 2407, section 4.6.2.1). */
    int identityType() {
        return identityType;
    }

    /** As an operator writes it. */
    String identity() {
        return identity;
    }

    /** The subject of the certificate that proved the identity, as RFC 2253 writes it. */
    Optional<String> certificateSubject() {
        return Optional.of(certificateSubject).filter(subject -> !subject.isEmpty());
    }

    /** Where rekeys are sent to. */
    Endpoint endpoint() {
        return endpoint;
    }

    long registeredMillis() {
        return registeredMillis;
    }

    long registrations() {
        return registrations;
    }

    List<SenderId> senderIds() {
        return senderIds;
    }

    /** Whether it announced what it needs in order to tell a packet's age under that policy. */
    boolean understands(ReplayPolicy replay) {
        return !replay.isByTime()
                || capabilities.contains(PeerCapability.TIME_BASED_REPLAY)
                || replay.clock() == ReplayPolicy.Clock.POSIX
                        && capabilities.contains(PeerCapability.DELAY_DETECTION);
    }

    byte[] write() {
        RecordWriter writer =
                new RecordWriter(FORM)
                        .number8(identityType)
                        .text(identity)
                        .text(certificateSubject)
                        .octets(endpoint.address().getAddress())
                        .number32(endpoint.port())
                        .number64(registeredMillis)
                        .number64(registrations)
                        .number8(senderIds.size());
        senderIds.forEach(id -> writer.number32(id.value()).number8(id.bits()));
        writer.number8(capabilities.size());
        capabilities.forEach(one -> writer.number8(one.ordinal()));
        return writer.finish();
    }

    static Member read(RecordReader reader) {
        int type = reader.number8();
        String identity = reader.text();
        String subject = reader.text();
        Endpoint endpoint = new Endpoint(address(reader.octets()), reader.number32());
        long registered = reader.number64();
        long registrations = reader.number64();
        List<SenderId> ids = new ArrayList<>();
        for (int count = reader.number8(); count > 0; count--) {
            ids.add(new SenderId(reader.number32(), reader.number8()));
        }
        Set<PeerCapability> capabilities = EnumSet.noneOf(PeerCapability.class);
        for (int count = reader.number8(); count > 0; count--) {
            capabilities.add(capability(reader.number8()));
        }
        return new Member(
                type, identity, subject, endpoint, registered, registrations, ids, capabilities);
    }

    private static PeerCapability capability(int ordinal) {
        if (ordinal >= PeerCapability.values().length) {
            throw new IllegalArgumentException("capability " + ordinal);
        }
        return PeerCapability.values()[ordinal];
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + octets.length + " octets", e);
        }
    }
}
