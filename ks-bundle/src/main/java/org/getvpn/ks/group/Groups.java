// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.gdoi.exchange.RegistrationAuthority;
import org.getvpn.gdoi.exchange.RegistrationProfile;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.exchange.RekeyAcknowledged;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.SaStatus;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.secret.SealedStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All groups of a key server. The caller ticks it at {@link #deadline} and carries out the actions
 * that come back, in order.
 */
public final class Groups implements RegistrationAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

    private final SealedStore store;
    private final KeyMint mint;
    private final KeyServerShare share;
    private final GroupClock clock;
    private final MachineTime machine;
    private final Supplier<Ticks> now;
    private final Consumer<String> changed;
    private final Disposal disposal = new Disposal();
    private final Map<String, Group> groups = new ConcurrentSkipListMap<>();
    private volatile Dialects dialects = new Dialects(Optional::empty);

    /**
     * Opens the store's groups; each comes alive when {@link #configure} names it.
     *
     * @param wallMillis what the wall clock says at this instant
     * @param now reads the monotonic clock
     * @param boot reads the run of the machine
     * @param changed hears the name of a group that a registration changed
     */
    public Groups(
            SealedStore store,
            KeyMint mint,
            KeyServerShare share,
            long wallMillis,
            Supplier<Ticks> now,
            Supplier<Boot> boot,
            Consumer<String> changed) {
        this.store = store;
        this.mint = mint;
        this.share = share;
        this.now = now;
        this.changed = changed;
        this.clock = new GroupClock(wallMillis, seenMillis(), now.get());
        this.machine = new MachineTime(boot.get(), millis());
    }

    private long seenMillis() {
        long seen = 0;
        for (Map.Entry<String, SealedStore.Opened> each : store.list("group/").entrySet()) {
            GroupState state = GroupStateCodec.read(each.getKey(), each.getValue().plain());
            seen = Math.max(seen, state.seenMillis());
            state.teks().forEach(tek -> tek.key().destroy());
            state.keks().forEach(kek -> kek.ivAndKey().destroy());
            state.signingKey().privateKey().destroy();
        }
        return seen;
    }

    /**
     * Puts these policies in force: groups that stay keep their keys, groups that are gone lose
     * them, also those that only the store remembers.
     */
    public List<GroupAction> configure(List<GroupPolicy> policies) {
        List<GroupAction> actions = new ArrayList<>();
        Set<String> names = new HashSet<>();
        policies.forEach(policy -> names.add(policy.name()));
        for (Map.Entry<String, Group> each : groups.entrySet()) {
            if (!names.contains(each.getKey())) {
                groups.remove(each.getKey());
                actions.addAll(each.getValue().dissolve(millis()));
            }
        }
        for (GroupPolicy policy : policies) {
            Group group = groups.get(policy.name());
            if (group == null) {
                group = open(policy);
                groups.put(policy.name(), group);
                actions.addAll(group.prepareAgain(millis()));
            }
            // also for a group that was just opened: its members may not be admitted any more
            Group configured = group;
            actions.addAll(observed(group, () -> configured.replacePolicy(policy, millis())));
            changed.accept(policy.name());
        }
        forgetUnknown(names);
        return actions;
    }

    private Group open(GroupPolicy policy) {
        return new Group(
                policy,
                store.read(RecordNames.group(policy.name())),
                store,
                mint,
                share,
                disposal,
                machine,
                millis());
    }

    private void forgetUnknown(Set<String> names) {
        for (String record : store.list("group/").keySet()) {
            String name = record.substring("group/".length());
            if (!names.contains(name)) {
                store.remove(record);
                store.removeAll(RecordNames.members(name));
                store.removeAll(RecordNames.evictions(name));
                store.removeAll(RecordNames.keyTree(name));
                store.remove(RecordNames.senderIds(name));
            }
        }
    }

    /** Lets time pass in every group. */
    public List<GroupAction> tick() {
        List<GroupAction> actions = new ArrayList<>();
        for (Group group : groups.values()) {
            actions.addAll(observed(group, () -> group.tick(millis())));
        }
        return actions;
    }

    /** Tells the listener if a step changed keys. */
    private <T> T observed(Group group, Supplier<T> step) {
        GroupState before = group.state();
        T result = step.get();
        GroupState after = group.state();
        if (before.teks() != after.teks() || before.keks() != after.keks()) {
            changed.accept(group.policy().name());
        }
        return result;
    }

    /** When {@link #tick} wants to be called next. */
    public Ticks deadline() {
        long next =
                groups.values().stream()
                        .mapToLong(Group::deadline)
                        .min()
                        .orElse(millis() + Duration.ofMinutes(1).toMillis());
        return clock.ticks(Math.max(next, millis()));
    }

    /** Every switch accepts that SPI of that group. */
    public List<GroupAction> prepared(String group, Spi spi) {
        Group found = groups.get(group);
        return found == null ? List.of() : observed(found, () -> found.prepared(spi, millis()));
    }

    /** Asks for every live SPI again. */
    public List<GroupAction> prepareAgain() {
        List<GroupAction> actions = new ArrayList<>();
        groups.values().forEach(group -> actions.addAll(group.prepareAgain(millis())));
        return actions;
    }

    /**
     * Begins a TEK rollover.
     *
     * @param actions gets what follows
     * @throws IllegalArgumentException for an unknown group
     */
    public Spi rekey(String group, List<GroupAction> actions) {
        Group found = named(group);
        return observed(found, () -> found.rekey(millis(), actions));
    }

    /**
     * Begins a TEK rollover, or hurries the one under way, after which the old TEK does not stay
     * for the deactivation delay.
     *
     * @param actions gets what follows
     * @throws IllegalArgumentException for an unknown group
     */
    public Spi replaceNow(String group, List<GroupAction> actions) {
        Group found = named(group);
        return observed(found, () -> found.replaceNow(millis(), actions));
    }

    /**
     * Begins a KEK rollover.
     *
     * @param actions gets what follows
     * @return the SPI that comes, as {@link SaStatus#spi} has it
     * @throws IllegalArgumentException for an unknown group
     * @throws IllegalStateException while the TEK changes
     */
    public String rekeyKek(String group, List<GroupAction> actions) {
        Group found = named(group);
        return observed(found, () -> found.rekeyKek(millis(), actions));
    }

    /**
     * Puts the member at an address out of a group, also one that is not registered now.
     *
     * @throws IllegalArgumentException for an unknown group, or what is not an address
     */
    public List<GroupAction> evict(String group, String address) {
        Group found = named(group);
        InetAddress evicted = address(address);
        List<GroupAction> actions = observed(found, () -> found.evict(evicted, millis()));
        LOG.warn("group={} member={} evicted", group, evicted.getHostAddress());
        changed.accept(group);
        return actions;
    }

    /**
     * Lets an evicted address register again.
     *
     * @throws IllegalArgumentException for an unknown group, or an address that is not evicted
     */
    public void readmit(String group, String address) {
        InetAddress evicted = address(address);
        if (!named(group).readmit(evicted)) {
            throw new IllegalArgumentException(
                    "member " + address + " of group \"" + group + "\" is not evicted");
        }
        LOG.info("group={} member={} readmitted", group, evicted.getHostAddress());
        changed.accept(group);
    }

    private static InetAddress address(String text) {
        return AddressText.parse(text)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "address \""
                                                + text
                                                + "\" is none: give the member's IPv4 or IPv6"
                                                + " address as getvpn:members shows it"));
    }

    private Group named(String group) {
        Group found = groups.get(group);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no group \"" + group + "\"; there are: " + String.join(", ", groups.keySet()));
        }
        return found;
    }

    /**
     * With which certificate the key server proves itself in groups of RFC 3547. From any thread.
     *
     * @param credentials asked at each registration
     */
    public void proveWith(Supplier<Optional<PhaseOneCredentials>> credentials) {
        dialects = new Dialects(credentials);
    }

    @Override
    public RegistrationProfile profile(GroupId group, PeerIdentity peer)
            throws RegistrationRefused {
        return dialects.profile(find(group).policy());
    }

    @Override
    public GroupDownload offer(GroupId group, PeerIdentity peer) throws RegistrationRefused {
        Group found = find(group);
        return answer(found, () -> found.offer(peer, millis()));
    }

    @Override
    public Admission admit(GroupDownload offered, PeerIdentity peer, int senderIds)
            throws RegistrationRefused {
        Group group = find(offered.group());
        Admission admission = answer(group, () -> group.admit(offered, peer, senderIds, millis()));
        changed.accept(group.policy().name());
        return admission;
    }

    /**
     * A member acknowledges a rekey.
     *
     * @return whether it is news
     */
    public AcknowledgementVerdict acknowledged(RekeyAcknowledged said) {
        return groups.values().stream()
                .filter(group -> Downloads.groupId(group.policy()).equals(said.group()))
                .findFirst()
                .map(group -> group.acknowledged(said))
                .orElse(AcknowledgementVerdict.UNKNOWN_MEMBER);
    }

    private interface Answer<T> {
        T get() throws RegistrationRefused;
    }

    /** A store that fails must not end the exchange in any other way than by a refusal. */
    private static <T> T answer(Group group, Answer<T> answer) throws RegistrationRefused {
        try {
            return answer.get();
        } catch (RuntimeException e) {
            LOG.error("group={} reason=\"{}\"", group.policy().name(), e.getMessage(), e);
            throw new RegistrationRefused(
                    RegistrationRefused.Cause.UNAVAILABLE,
                    "the key server cannot write its state: " + e.getMessage());
        }
    }

    private Group find(GroupId id) throws RegistrationRefused {
        for (Group group : groups.values()) {
            if (Downloads.groupId(group.policy()).equals(id)) {
                return group;
            }
        }
        throw new RegistrationRefused(
                RegistrationRefused.Cause.UNKNOWN_GROUP,
                "no group has the identity "
                        + id
                        + ": compare the member's group with groups[].id");
    }

    /** The name of the group of that identity. */
    public Optional<String> name(GroupId id) {
        return groups.values().stream()
                .map(Group::policy)
                .filter(policy -> Downloads.groupId(policy).equals(id))
                .map(GroupPolicy::name)
                .findFirst();
    }

    /** One entry per group, by name. */
    public List<GroupStatus> statuses() {
        List<GroupStatus> statuses = new ArrayList<>();
        groups.values().forEach(group -> statuses.add(StatusView.of(group, millis())));
        return statuses;
    }

    /** Members of a group, by address; empty for an unknown group. */
    public List<MemberStatus> members(String group) {
        return Optional.ofNullable(groups.get(group))
                .map(found -> StatusView.members(found, millis()))
                .orElseGet(List::of);
    }

    /** Live keys of a group, oldest first, TEKs before KEKs; empty for an unknown group. */
    public List<SaStatus> sas(String group) {
        return Optional.ofNullable(groups.get(group))
                .map(found -> StatusView.sas(found, millis()))
                .orElseGet(List::of);
    }

    /** Keys leave the memory; the records stay. */
    public void close() {
        new TreeMap<>(groups).values().forEach(Group::close);
        groups.clear();
        disposal.close();
    }

    private long millis() {
        return clock.millis(now.get());
    }
}
