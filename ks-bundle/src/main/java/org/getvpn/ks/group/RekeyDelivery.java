// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.RekeyTransport;
import org.getvpn.ks.config.AddressText;

/**
 * How one rekey message goes out: a datagram to the KEK's multicast group if it has one, and copies
 * for those who do not hear that.
 */
public final class RekeyDelivery {
    private final Optional<RekeyAddress> group;
    private final List<Endpoint> copies;
    private final List<Endpoint> members;

    private RekeyDelivery(
            Optional<RekeyAddress> group, List<Endpoint> copies, List<Endpoint> members) {
        this.group = group;
        this.copies = List.copyOf(copies);
        this.members = List.copyOf(members);
    }

    /** A copy for each. */
    static RekeyDelivery ofCopies(List<Endpoint> members) {
        return new RekeyDelivery(Optional.empty(), members, members);
    }

    /**
     * A message for {@code members} under {@code kek}.
     *
     * @param doubtful those of them that did not acknowledge what they should have heard
     */
    static RekeyDelivery under(
            KekState kek,
            GroupPolicy policy,
            List<Endpoint> members,
            Collection<Endpoint> doubtful) {
        if (kek.rekeyAddress().isEmpty() || members.isEmpty()) {
            return ofCopies(members);
        }
        Predicate<InetAddress> listeners = listeners(kek.rekeyAddress().get(), policy);
        Set<Endpoint> inDoubt = new HashSet<>(doubtful);
        return new RekeyDelivery(
                kek.rekeyAddress(),
                members.stream()
                        .filter(one -> !listeners.test(one.address()) || inDoubt.contains(one))
                        .collect(Collectors.toList()),
                members);
    }

    /**
     * Whether a member listens to the multicast group of the KEK: not if the operator said so, nor
     * if it is of another IP version. Nobody can be counted on to hear it once the policy names
     * another group or none, because the network may have forgotten the way.
     */
    static boolean listens(KekState kek, GroupPolicy policy, InetAddress member) {
        return kek.rekeyAddress().filter(to -> listeners(to, policy).test(member)).isPresent();
    }

    /** Made once for all members of a message: it is to cost the same for ten and ten thousand. */
    private static Predicate<InetAddress> listeners(RekeyAddress group, GroupPolicy policy) {
        if (!isStill(group, policy.rekeyTransport())) {
            return nobody -> false;
        }
        Class<? extends InetAddress> version = group.address().getClass();
        Set<InetAddress> alone =
                policy.rekeyTransport().unicastMembers().stream()
                        .map(text -> AddressText.parse(text).orElseThrow())
                        .collect(Collectors.toSet());
        return member -> member.getClass() == version && !alone.contains(member);
    }

    private static boolean isStill(RekeyAddress group, RekeyTransport transport) {
        return transport.port() == group.port()
                && transport.address().filter(group.address().getHostAddress()::equals).isPresent();
    }

    /** Where one datagram goes for all that listen; empty if nobody does. */
    public Optional<RekeyAddress> group() {
        return group;
    }

    /** Who gets a copy of its own. */
    public List<Endpoint> copies() {
        return copies;
    }

    /** Whom the message concerns, one way or the other. */
    public List<Endpoint> members() {
        return members;
    }
}
