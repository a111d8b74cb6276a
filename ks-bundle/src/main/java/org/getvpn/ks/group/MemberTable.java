// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.ks.secret.SealedStore;

/**
 * The members of one group, in memory and in the store: one per address, so that a peer cannot fill
 * it by calling itself many names. One thread changes it; any may ask {@link #contains}.
 */
final class MemberTable {
    private final String prefix;
    private final SealedStore store;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private List<Endpoint> endpoints; // null if they have changed

    private static final class Entry {
        private final long version;
        private final Member member;

        Entry(long version, Member member) {
            this.version = version;
            this.member = member;
        }
    }

    /**
     * @param prefix of the members' records, ends with a slash
     */
    MemberTable(String prefix, SealedStore store) {
        this.prefix = prefix;
        this.store = store;
        store.list(prefix)
                .forEach(
                        (name, opened) ->
                                entries.put(
                                        name,
                                        new Entry(
                                                opened.version(),
                                                RecordReader.read(
                                                        name,
                                                        Member.FORM,
                                                        opened.plain(),
                                                        Member::read))));
    }

    /** Enters a member, or renews its entry; durable on return. */
    void admit(PeerIdentity peer, List<SenderId> ids, long now) {
        String name = prefix + peer.endpoint().address().getHostAddress();
        Entry former = entries.get(name);
        Member member =
                new Member(peer, now, former == null ? 1 : former.member.registrations() + 1, ids);
        long version = store.write(name, former == null ? 0 : former.version, member.write());
        entries.put(name, new Entry(version, member));
        endpoints = null;
    }

    /**
     * Removes those that {@code condition} tells.
     *
     * @return how many
     */
    int removeIf(Predicate<Member> condition) {
        List<String> names = new ArrayList<>();
        entries.forEach(
                (name, entry) -> {
                    if (condition.test(entry.member)) {
                        names.add(name);
                    }
                });
        names.forEach(store::remove);
        names.forEach(entries::remove);
        endpoints = null;
        return names.size();
    }

    /** Removes the member of that address, if there is one. */
    void remove(InetAddress address) {
        String name = prefix + address.getHostAddress();
        if (entries.containsKey(name)) {
            store.remove(name);
            entries.remove(name);
            endpoints = null;
        }
    }

    /** Where their rekeys go; made anew only after a change, for each step of the group asks. */
    List<Endpoint> endpoints() {
        if (endpoints == null) {
            List<Endpoint> all = new ArrayList<>(entries.size());
            entries.values().forEach(entry -> all.add(entry.member.endpoint()));
            endpoints = List.copyOf(all);
        }
        return endpoints;
    }

    /** Where the rekeys of those go that {@code condition} tells. */
    List<Endpoint> endpoints(Predicate<Member> condition) {
        List<Endpoint> some = new ArrayList<>();
        entries.values().stream()
                .map(entry -> entry.member)
                .filter(condition)
                .forEach(member -> some.add(member.endpoint()));
        return some;
    }

    /** In no particular order. */
    Collection<Member> all() {
        List<Member> members = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> members.add(entry.member));
        return members;
    }

    boolean contains(InetAddress address) {
        return entries.containsKey(prefix + address.getHostAddress());
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
