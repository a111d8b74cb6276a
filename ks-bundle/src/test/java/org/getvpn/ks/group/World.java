// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PeerCapability;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.RegistrationAuthority.Admission;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.exchange.RekeyAcknowledged;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberAuthorisation;
import org.getvpn.ks.api.PolicyLine;
import org.getvpn.ks.api.RekeyAcknowledgement;
import org.getvpn.ks.secret.SealedStore;
import org.getvpn.ks.secret.WrappingKey;
import org.getvpn.ks.secret.WrappingKeys;
import org.getvpn.ks.store.MvGroupStore;

/**
 * A key server's engine with a clock that the test turns, the switches that it prepares, and
 * members that do what a download or a rekey message tells them. Every message and every second is
 * held against the invariants of the key stages.
 */
final class World {
    static final GroupId BLUE = GroupId.number(1234);

    private final MvGroupStore disk = MvGroupStore.inMemory();
    private final byte[] wrappingKey = new byte[32];
    private final SeededRandom random;
    private final Map<String, SimulatedMember> members = new TreeMap<>();
    private final Set<Spi> asked = new HashSet<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final SenderIdLedger senderIds = new SenderIdLedger();
    private final List<RekeyMessage> pushes = new ArrayList<>();
    private final List<RekeyDelivery> deliveries = new ArrayList<>();
    private final List<Set<String>> recipients = new ArrayList<>();
    private final List<GroupAction.Silent> silent = new ArrayList<>();
    private final Set<String> deaf = new HashSet<>();
    private final List<SimulatedMember> eavesdroppers = new ArrayList<>();
    private final Map<String, FormerMember> former = new TreeMap<>();
    private final Random jitter;
    private boolean membersReturn;
    private final Set<String> keksMade = new HashSet<>();
    private byte[] lastKekSpi = {};
    private final List<Spi> toConfirm = new ArrayList<>();
    private final List<Spi> withdrawn = new ArrayList<>();
    private final Set<Spi> gone = new HashSet<>();
    private List<GroupPolicy> policies;
    private DyingStore store;
    private Groups groups;
    private long wallMillis = 1_800_000_000_000L;
    private long monotonicMillis = 77;
    private long uptimeMillis = 1_000_000;
    private int boots = 1;
    private boolean switchesConfirm = true;
    private final Story story = new Story();

    World(long seed, GroupPolicy... policies) {
        random = new SeededRandom(seed);
        jitter = new Random(seed);
        this.policies = List.of(policies);
        start();
    }

    /** A policy like the one of the documentation. */
    static GroupPolicy policy(long tek, long kek, int activation, int deactivation, int bits) {
        return policy(tek, kek, activation, deactivation, bits, RekeyAcknowledgement.NONE);
    }

    /** The same, with acknowledgements. */
    static GroupPolicy policy(
            long tek,
            long kek,
            int activation,
            int deactivation,
            int bits,
            RekeyAcknowledgement acknowledgement) {
        return policy("aes-gcm-256", tek, kek, activation, deactivation, bits, acknowledgement);
    }

    /** The usual one with another ESP transform. */
    static GroupPolicy policy(String transform) {
        return policy(transform, 3600, 86400, 5, 15, 24, RekeyAcknowledgement.NONE);
    }

    private static GroupPolicy policy(
            String transform,
            long tek,
            long kek,
            int activation,
            int deactivation,
            int bits,
            RekeyAcknowledgement acknowledgement) {
        PolicyLine all =
                new PolicyLine(PolicyLine.Action.PROTECT, "10.0.0.0/8", "10.0.0.0/8", 0, 0, 0);
        return GroupPolicy.builder("blue", "1234", List.of(all))
                .transform(transform)
                .authorisation(new MemberAuthorisation(List.of("10.0.0.0/8"), List.of()))
                .tekLifetime(tek)
                .kekLifetime(kek)
                .delays(activation, deactivation)
                .senderIdBits(bits)
                .rekeyAcknowledgement(acknowledgement)
                .build();
    }

    Groups groups() {
        return groups;
    }

    Ticks now() {
        return Ticks.ofNanos(monotonicMillis * 1_000_000);
    }

    List<RekeyMessage> pushes() {
        return pushes;
    }

    /** How each of {@link #pushes} went out. */
    List<RekeyDelivery> deliveries() {
        return deliveries;
    }

    /** Who was sent each of {@link #pushes}. */
    List<Set<String>> recipients() {
        return recipients;
    }

    /** Members that the engine named. */
    List<GroupAction.Silent> silent() {
        return silent;
    }

    /** Of the KEK that the last message was sent under. */
    byte[] kekSpi() {
        return lastKekSpi;
    }

    /** No rekey message reaches that member any more, or each does again. */
    void deaf(String address, boolean unreachable) {
        if (unreachable) {
            deaf.add(address);
        } else {
            deaf.remove(address);
        }
    }

    /** A former member hears every rekey message from now on, whoever it is sent to. */
    void eavesdrop(SimulatedMember former) {
        eavesdroppers.add(former);
    }

    /** From now on members register again by themselves when they have to. */
    void membersReturn() {
        membersReturn = true;
    }

    List<Spi> withdrawn() {
        return withdrawn;
    }

    SimulatedMember member(String address) {
        return members.get(address);
    }

    void switchesConfirm(boolean confirm) {
        switchesConfirm = confirm;
    }

    private void tell(String event) {
        story.tell(monotonicMillis / 1000, event);
    }

    /** The process is killed and started again; the wall clock may have been set meanwhile. */
    void restart(Duration down, Duration wallStep) {
        monotonicMillis = random.nextInt(1 << 30); // another boot: the origin means nothing
        wallMillis += down.toMillis() + wallStep.toMillis();
        members.values().forEach(member -> member.sleep(down.toMillis()));
        former.values().forEach(one -> one.member().sleep(down.toMillis()));
        uptimeMillis += down.toMillis();
        tell("restart");
        start();
    }

    /** The machine was down, and started again. */
    void reboot(Duration down) {
        boots++;
        uptimeMillis = 20_000;
        restart(down, Duration.ZERO);
    }

    private void start() {
        store = new DyingStore(disk);
        WrappingKeys keys =
                new WrappingKeys(List.of(new WrappingKey(SecretBytes.copyOf(wrappingKey))));
        groups =
                new Groups(
                        new SealedStore(store, keys, random),
                        new KeyMint(
                                random,
                                () -> new SigningKey(new byte[4], SecretBytes.wrap(new byte[8])),
                                KeyServerShare.ALONE),
                        KeyServerShare.ALONE,
                        wallMillis,
                        () -> Ticks.ofNanos(monotonicMillis * 1_000_000),
                        () -> new Boot("boot " + boots, uptimeMillis),
                        group -> {});
        act(groups.configure(policies));
    }

    void configure(GroupPolicy... next) {
        policies = List.of(next);
        act(groups.configure(policies));
    }

    /** The next write but that many kills the process; it starts again at once. */
    void dieAfter(int writes, boolean last) {
        store.dieAfter(writes, last);
    }

    /** Runs something that a kill may interrupt. */
    void surviving(Runnable step) {
        try {
            step.run();
        } catch (DyingStore.Killed e) {
            restart(Duration.ZERO, Duration.ZERO);
        }
    }

    /** Time passes, second by second. */
    void pass(Duration time) {
        for (long end = time.toSeconds(); end > 0; end--) {
            monotonicMillis += 1000;
            wallMillis += 1000;
            uptimeMillis += 1000;
            members.values().forEach(member -> member.sleep(1000));
            eavesdroppers.forEach(member -> member.sleep(1000));
            former.values().forEach(FormerMember::secondPassed);
            surviving(
                    () -> {
                        List<Spi> confirmed = new ArrayList<>(toConfirm);
                        toConfirm.clear();
                        if (switchesConfirm) {
                            confirmed.forEach(spi -> act(groups.prepared("blue", spi)));
                        }
                        act(groups.tick());
                    });
            if (membersReturn) {
                new TreeMap<>(members).forEach(this::askAgain);
                new TreeMap<>(former).forEach((who, one) -> askAgain(who, one.member()));
            }
            checkEverybodyReadsEverybody();
            checkNoFormerMemberReadsAnything();
        }
    }

    /**
     * A member registers from that address for the first time in its life.
     *
     * @return what it was offered
     */
    GroupDownload register(String address) throws RegistrationRefused {
        return register(address, new SimulatedMember(jitter));
    }

    private GroupDownload register(String address, SimulatedMember member)
            throws RegistrationRefused {
        PeerIdentity peer = peer(address);
        GroupDownload offer = groups.offer(BLUE, peer);
        Admission admission = groups.admit(offer, peer, 1);
        assertFalse(evicted().contains(address), address + " is evicted, and registers");
        senderIds.give(admission.senderIds(), offer.teks());
        member.registered(offer.with(admission.senderIds(), admission.sequence()));
        members.put(address, member);
        former.remove(address);
        tell(address + " registers");
        return offer;
    }

    private void askAgain(String address, SimulatedMember member) {
        if (!member.wantsToRegister()) {
            return;
        }
        surviving(
                () -> {
                    try {
                        register(address, member);
                    } catch (RegistrationRefused e) {
                        member.refused();
                    }
                });
    }

    static PeerIdentity peer(String address) {
        try {
            return new PeerIdentity(
                    1,
                    address,
                    new Endpoint(InetAddress.getByName(address), 848),
                    Set.of(PeerCapability.TIME_BASED_REPLAY));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    void leave(String address) {
        members.remove(address);
    }

    Spi rekey() {
        List<GroupAction> actions = new ArrayList<>();
        Spi spi = groups.rekey("blue", actions);
        act(actions);
        return spi;
    }

    Spi replaceNow() {
        List<GroupAction> actions = new ArrayList<>();
        Spi spi = groups.replaceNow("blue", actions);
        act(actions);
        return spi;
    }

    String rekeyKek() {
        List<GroupAction> actions = new ArrayList<>();
        String spi = groups.rekeyKek("blue", actions);
        act(actions);
        return spi;
    }

    void evict(String address) {
        act(groups.evict("blue", address));
    }

    /**
     * The operator evicts a member, also if a kill interrupts that; the member does not go.
     *
     * @see FormerMember
     */
    void evictForGood(String address) {
        keksMade.addAll(stages("KEK").keySet());
        Set<Spi> teks = new HashSet<>(asked);
        Set<String> keks = new HashSet<>(keksMade);
        surviving(() -> evict(address));
        SimulatedMember member = members.get(address);
        if (member != null && evicted().contains(address)) {
            members.remove(address);
            former.put(address, new FormerMember(member, teks, keks));
            tell(address + " is evicted");
        }
    }

    /** Lets it register again, if it is evicted. */
    void readmit(String address) {
        if (evicted().contains(address)) {
            groups.readmit("blue", address);
        }
    }

    private List<String> evicted() {
        return groups.statuses().get(0).evicted();
    }

    Map<String, KeyStage> stages(String kind) {
        Map<String, KeyStage> stages = new LinkedHashMap<>();
        groups.sas("blue").stream()
                .filter(sa -> sa.kind().equals(kind))
                .forEach(sa -> stages.put(sa.spi(), sa.stage()));
        return stages;
    }

    private void act(List<GroupAction> actions) {
        for (GroupAction action : actions) {
            tell(Story.of(action) + " " + stages("TEK") + stages("KEK"));
            keksMade.addAll(stages("KEK").keySet());
            if (action instanceof GroupAction.Prepare) {
                Spi spi = ((GroupAction.Prepare) action).spi();
                asked.add(spi);
                toConfirm.add(spi);
            } else if (action instanceof GroupAction.Withdraw) {
                Spi spi = ((GroupAction.Withdraw) action).spi();
                withdrawn.add(spi);
                if (Set.of(KeyStage.ANNOUNCED).containsAll(stages("TEK").values())) {
                    gone.add(spi);
                }
            } else if (action instanceof GroupAction.Silent) {
                silent.add((GroupAction.Silent) action);
            } else if (action instanceof GroupAction.Push) {
                push((GroupAction.Push) action);
            }
        }
        for (KeyStage single :
                List.of(KeyStage.ANNOUNCED, KeyStage.RECEIVABLE, KeyStage.SENDABLE)) {
            for (String kind : List.of("TEK", "KEK")) {
                long count = stages(kind).values().stream().filter(single::equals).count();
                assertTrue(count <= 1, kind + " " + stages(kind));
            }
        }
    }

    private void push(GroupAction.Push push) {
        String kek = push.kek().toString().substring(0, 36);
        long before = sequences.getOrDefault(kek, 0L);
        assertTrue(push.message().sequence() > before, kek + " " + before);
        sequences.put(kek, push.message().sequence());
        lastKekSpi = push.kek().spi();
        pushes.add(push.message());
        eavesdroppers.forEach(one -> one.rekeyed(push.kek(), push.message()));
        former.values().forEach(one -> one.member().rekeyed(push.kek(), push.message()));
        push.message()
                .download()
                .ifPresent(
                        download ->
                                download.teks()
                                        .forEach(tek -> assertTrue(asked.contains(tek.spi()))));
        deliveries.add(push.delivery());
        Set<String> sentTo = new TreeSet<>();
        for (Endpoint member : push.delivery().members()) {
            String address = member.address().getHostAddress();
            sentTo.add(address);
            if (members.containsKey(address) && !deaf.contains(address)) {
                members.get(address).rekeyed(push.kek(), push.message());
                if (push.kek().acknowledgement() != 0) {
                    groups.acknowledged(
                            new RekeyAcknowledged(
                                    push.groupId(),
                                    push.kek().spi(),
                                    push.message().sequence(),
                                    address,
                                    member));
                }
            }
        }
        recipients.add(sentTo);
    }

    private void checkEverybodyReadsEverybody() {
        for (Map.Entry<String, SimulatedMember> sender : members.entrySet()) {
            if (sender.getValue().sending().isEmpty()
                    || deaf.contains(sender.getKey())
                    || sender.getValue().isUntold(gone)) {
                continue;
            }
            Spi spi = sender.getValue().sending().get();
            assertTrue(asked.contains(spi), "the switch was never asked to accept " + spi);
            assertTrue(
                    !withdrawn.contains(spi),
                    () -> sender.getKey() + " sends with the withdrawn " + spi + story);
            for (Map.Entry<String, SimulatedMember> receiver : members.entrySet()) {
                SimulatedMember one = receiver.getValue();
                if (one.takesPart() && !deaf.contains(receiver.getKey()) && !one.isUntold(gone)) {
                    assertTrue(
                            one.receives(spi),
                            receiver.getKey()
                                    + " cannot read "
                                    + sender.getKey()
                                    + "'s "
                                    + spi
                                    + story);
                }
            }
        }
    }

    /** An evicted member learns no key, and soon nobody sends with one that it has. */
    private void checkNoFormerMemberReadsAnything() {
        Map<String, SimulatedMember> senders = new TreeMap<>(members);
        senders.keySet().removeAll(deaf);
        former.forEach(
                (who, one) -> {
                    if (evicted().contains(who)) {
                        one.check(senders, story::toString);
                    }
                });
    }
}
