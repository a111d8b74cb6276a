// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PeerIdentity;
import org.getvpn.gdoi.exchange.RegistrationAuthority.Admission;
import org.getvpn.gdoi.exchange.RegistrationRefused;
import org.getvpn.gdoi.exchange.RekeyAcknowledged;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.secret.SealedStore;

/**
 * One group: its policy, keys and members. Every change is in the store before anybody hears of it,
 * so a restart at any instant goes on where it was. Callers' threads come in one at a time; times
 * are group time in milliseconds.
 */
final class Group {
    private static final long SEEN_EVERY_MILLIS = 60_000;
    private static final int MOST_SENDER_IDS = 32;

    private final String record;
    private final SealedStore store;
    private final KeyMint mint;
    private final KeyServerShare share;
    private final MachineTime machine;
    private final MemberTable members;
    private final Evictions evictions;
    private final KeyHierarchy hierarchy;
    private final TreeRenewal treeRenewal;
    private final Renewal renewal = new Renewal();
    private final Disposal disposal;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final RekeyRounds rounds = new RekeyRounds(acknowledgements);
    private final Set<Spi> confirmed = new HashSet<>();
    private volatile GroupPolicy policy;
    private Authorisation authorisation;
    private SenderIdPool senderIds;
    private volatile GroupState state;
    private long version;

    Group(
            GroupPolicy policy,
            Optional<SealedStore.Opened> opened,
            SealedStore store,
            KeyMint mint,
            KeyServerShare share,
            Disposal disposal,
            MachineTime machine,
            long now) {
        this.machine = machine;
        this.policy = policy;
        this.record = RecordNames.group(policy.name());
        this.store = store;
        this.mint = mint;
        this.share = share;
        this.disposal = disposal;
        this.members = new MemberTable(RecordNames.members(policy.name()), store);
        this.evictions = new Evictions(RecordNames.evictions(policy.name()), store);
        this.authorisation = new Authorisation(policy, evictions);
        this.hierarchy =
                new KeyHierarchy(
                        RecordNames.keyTree(policy.name()), store, mint, members::contains);
        this.treeRenewal = new TreeRenewal(hierarchy);
        this.senderIds = pool();
        if (senderIds.isOfOtherWidth()) {
            renewal.ofEverything();
        }
        if (opened.isPresent()) {
            this.state =
                    Restart.resume(
                            GroupStateCodec.read(record, opened.get().plain()),
                            policy,
                            machine,
                            now);
            this.version = opened.get().version();
        } else {
            this.state =
                    new GroupState(
                            PolicyFingerprint.of(policy),
                            mint.signingKey(),
                            List.of(),
                            List.of(),
                            0,
                            0);
        }
        if (evictions.areKeysDue()) {
            putOut();
        }
    }

    /** Lets time pass. */
    synchronized List<GroupAction> tick(long now) {
        disposal.sweep(now);
        if (TreeRenewal.isOfOtherKind(policy, state)) {
            renewal.ofKeysToCome();
        }
        if (renewal.isUnderWay()) {
            return renew(now);
        }
        Turn turn = turn(now);
        TekStages teks = new TekStages(turn, mint, confirmed, renewal);
        boolean isNews = !state.policy().equals(PolicyFingerprint.of(policy));
        if (isNews && state.comingTek().isEmpty()) {
            adoptPolicy(turn); // a TEK that is on its way was made for the former one
        }
        new KekStages(turn, mint).advance();
        boolean renewsTree = treeRenewal.isDue(turn.state());
        if (renewsTree) {
            treeRenewal.begin(turn, mint, teks);
        }
        if (treeRenewal.isTooMuchToTell(state, turn)) {
            renewal.ofKeysToCome();
            return renew(now);
        }
        teks.advance();
        rounds.advance(turn);
        boolean tekComes = renewal.owesTek() && turn.state().tek(KeyStage.ANNOUNCED).isPresent();
        List<GroupAction> actions = commit(turn);
        if (tekComes) {
            renewal.done();
        }
        if (renewsTree || tekComes) {
            putOutIsDone();
        }
        return actions;
    }

    /** Whoever is no longer admitted is out; keys to come are not for it. */
    private void putOut() {
        if (TreeRenewal.isPossible(policy, state)) {
            members.removeIf(member -> !authorisation.admits(member));
            treeRenewal.ask();
        } else {
            renewal.ofKeysToCome();
        }
    }

    /** Nobody who is out can read the keys to come. */
    private void putOutIsDone() {
        members.removeIf(member -> !authorisation.admits(member));
        evictions.settle();
        treeRenewal.done();
    }

    private List<GroupAction> renew(long now) {
        Turn turn = turn(now);
        if (!renewal.isTold()) {
            renewal.tell(turn);
            return commit(turn);
        }
        renewal.replace(turn, mint, confirmed);
        if (renewal.isOfEverything()) {
            members.removeIf(member -> true);
        }
        List<GroupAction> actions = commit(turn);
        if (renewal.isOfEverything()) {
            // the ids begin anew only now that no record holds a key they were used with
            senderIds = pool();
            senderIds.reset();
        }
        if (renewal.settle(state)) {
            putOutIsDone();
        }
        return actions;
    }

    /** Every switch accepts that SPI. */
    synchronized List<GroupAction> prepared(Spi spi, long now) {
        confirmed.add(spi);
        return tick(now);
    }

    /** Asks again for every live SPI, for switches that nobody programmed before. */
    synchronized List<GroupAction> prepareAgain(long now) {
        Turn turn = turn(now);
        state.teks().forEach(turn::prepare);
        return turn.actions();
    }

    /** Begins a TEK rollover; the SPI of the one under way if there is one. */
    synchronized Spi rekey(long now, List<GroupAction> actions) {
        actions.addAll(tick(now));
        Optional<TekState> coming = state.comingTek();
        if (coming.isPresent()) {
            return coming.get().spi();
        }
        Turn turn = turn(now);
        Spi spi = new TekStages(turn, mint, confirmed, renewal).announce().spi();
        actions.addAll(commit(turn));
        return spi;
    }

    /** {@link TekStages#replaceNow}; the SPI of the TEK that comes. */
    synchronized Spi replaceNow(long now, List<GroupAction> actions) {
        actions.addAll(tick(now));
        Turn turn = turn(now);
        Spi spi = new TekStages(turn, mint, confirmed, renewal).replaceNow().spi();
        actions.addAll(commit(turn));
        return spi;
    }

    /** {@link KekStages#request}. */
    synchronized String rekeyKek(long now, List<GroupAction> actions) {
        actions.addAll(tick(now));
        Turn turn = turn(now);
        String spi = new KekStages(turn, mint).request();
        actions.addAll(commit(turn));
        return spi;
    }

    /**
     * Puts another policy in force. Members that it no longer admits are out at once, and new keys
     * go only to those that register again.
     */
    synchronized List<GroupAction> replacePolicy(GroupPolicy next, long now) {
        if (next.senderIdBits() != policy.senderIdBits()) {
            renewal.ofEverything();
        }
        policy = next;
        authorisation = new Authorisation(next, evictions);
        if (members.all().stream().anyMatch(m -> !authorisation.admits(m))) {
            putOut();
        }
        return tick(now);
    }

    /**
     * Puts an address out of the group until {@link #readmit}. Others get keys that it cannot read,
     * by the key tree or else by a registration; what it holds ends with the present TEK.
     */
    synchronized List<GroupAction> evict(InetAddress address, long now) {
        evictions.add(address);
        putOut();
        return tick(now);
    }

    /** Lets an evicted address register again; false if it was not evicted. */
    synchronized boolean readmit(InetAddress address) {
        return evictions.remove(address);
    }

    /** Addresses put out and not readmitted. */
    synchronized List<String> evicted() {
        return evictions.addresses();
    }

    /** The pseudotime at {@code now}; 0 without one. */
    synchronized long pseudotimeMillis(long now) {
        return state.line().map(line -> line.micros(machine, now) / 1000).orElse(0L);
    }

    /** When {@link #tick} wants to be called next. */
    synchronized long deadline() {
        if (renewal.isUnderWay() || treeRenewal.isDue(state)) {
            return state.seenMillis();
        }
        RekeySchedule schedule = new RekeySchedule(policy);
        long next = Math.min(state.seenMillis() + SEEN_EVERY_MILLIS, rounds.nextMillis());
        for (TekState tek : state.teks()) {
            next = Math.min(next, tek.expiresMillis());
            boolean waits = tek.stage() == KeyStage.ANNOUNCED && state.kekIsChanging();
            if (!waits) {
                next = Math.min(next, tek.changesMillis());
            }
            if (tek.stage() == KeyStage.SENDABLE && !state.isChanging()) {
                next = Math.min(next, schedule.rekeyPoint(tek));
            }
        }
        for (KekState kek : state.keks()) {
            next = Math.min(next, Math.min(kek.changesMillis(), kek.expiresMillis()));
            if (kek.stage() == KeyStage.SENDABLE && !state.isChanging()) {
                next = Math.min(next, schedule.rekeyPoint(kek));
            }
        }
        return next;
    }

    /** {@link org.getvpn.gdoi.exchange.RegistrationAuthority#offer}. */
    synchronized GroupDownload offer(PeerIdentity peer, long now) throws RegistrationRefused {
        authorisation.check(peer);
        GroupDownload offer =
                Downloads.registration(state, policy, machine, now)
                        .filter(one -> !renewal.isUnderWay())
                        .orElseThrow(
                                () ->
                                        new RegistrationRefused(
                                                RegistrationRefused.Cause.UNAVAILABLE,
                                                "group "
                                                        + policy.name()
                                                        + " has no key yet that the switches accept; the"
                                                        + " member tries again"));
        InetAddress address = peer.endpoint().address();
        KekState kek = state.newestKek().orElseThrow();
        if (!RekeyDelivery.listens(kek, policy, address)) {
            offer = offer.with(offer.kek().orElseThrow().sentToEach());
        }
        return hierarchy.join(offer, kek, address);
    }

    /** {@link org.getvpn.gdoi.exchange.RegistrationAuthority#admit}. */
    synchronized Admission admit(GroupDownload offered, PeerIdentity peer, int wanted, long now)
            throws RegistrationRefused {
        authorisation.check(peer);
        KekState kek = state.newestKek().orElse(null);
        boolean stands =
                kek != null
                        && !renewal.isUnderWay()
                        && offered.kek().isPresent()
                        && Arrays.equals(offered.kek().get().spi(), kek.spi())
                        && spis(offered).equals(liveSpis(now));
        if (!stands) {
            throw new RegistrationRefused(
                    RegistrationRefused.Cause.UNAVAILABLE,
                    "the keys of group "
                            + policy.name()
                            + " changed during the registration; the member tries again");
        }
        List<SenderId> ids = List.of();
        if (offered.teks().stream().anyMatch(tek -> tek.transform().counterMode())) {
            int count = Math.min(Math.max(1, wanted), MOST_SENDER_IDS);
            if (!senderIds.has(count)) {
                renewal.ofEverything();
                throw new RegistrationRefused(
                        RegistrationRefused.Cause.UNAVAILABLE,
                        "group "
                                + policy.name()
                                + " has used up its sender ids and gets new keys; the member tries"
                                + " again (raise senderIdBits if this happens often)");
            }
            ids = senderIds.take(count);
        }
        InetAddress address = peer.endpoint().address();
        if (!members.contains(address)) {
            acknowledgements.forget(address);
        }
        members.admit(peer, ids, now);
        acknowledgements.registered(address);
        return new Admission(ids, kek.sequence());
    }

    /**
     * A member has a rekey message; the network thread says so, which waits for no write to the
     * disk. That a member which shares the KEK could say so for another is met as far as it goes:
     * the datagram must come from the address it speaks for.
     *
     * @return whether it is news
     */
    AcknowledgementVerdict acknowledged(RekeyAcknowledged said) {
        InetAddress from = said.from().address();
        if (!said.member().equals(from.getHostAddress()) || !members.contains(from)) {
            return AcknowledgementVerdict.UNKNOWN_MEMBER;
        }
        return acknowledgements.take(said.kekSpi(), said.sequence(), from)
                ? AcknowledgementVerdict.TAKEN
                : AcknowledgementVerdict.REPEATED;
    }

    /** What the member at {@code address} was sent and acknowledged. */
    synchronized Acknowledgements.Count deliveries(InetAddress address) {
        return acknowledgements.of(address);
    }

    /** In force now; whoever asks waits for nobody. */
    GroupPolicy policy() {
        return policy;
    }

    GroupState state() {
        return state;
    }

    /** Those who are put out stay in the table until the keys are replaced, for a kill's sake. */
    synchronized Collection<Member> members() {
        Collection<Member> all = members.all();
        if (renewal.owesTek()) {
            all.removeIf(member -> !authorisation.admits(member));
        }
        return all;
    }

    /** The group is no longer configured: its members hear of it, its records go. */
    synchronized List<GroupAction> dissolve(long now) {
        Turn turn = turn(now);
        turn.state()
                .kek(KeyStage.SENDABLE)
                .ifPresent(kek -> turn.delete(kek, List.of(), true, true));
        turn.state().teks().forEach(turn::bury);
        turn.state().keks().forEach(turn::bury);
        disposal.add(turn.dead(), now);
        disposal.add(List.of(state.signingKey().privateKey()), now);
        store.remove(record);
        store.removeAll(RecordNames.members(policy.name()));
        store.removeAll(RecordNames.evictions(policy.name()));
        store.removeAll(RecordNames.keyTree(policy.name()));
        hierarchy.close();
        store.remove(RecordNames.senderIds(policy.name()));
        return turn.actions();
    }

    /** The process ends: keys leave the memory, records stay. */
    synchronized void close() {
        state.teks().forEach(tek -> tek.key().destroy());
        state.keks().forEach(kek -> kek.ivAndKey().destroy());
        state.signingKey().privateKey().destroy();
        hierarchy.close();
    }

    private void adoptPolicy(Turn turn) {
        turn.become(turn.state().withPolicy(PolicyFingerprint.of(policy)));
        if (!turn.state().teks().isEmpty()) {
            new TekStages(turn, mint, confirmed, renewal).announce();
        }
    }

    private Turn turn(long now) {
        List<Endpoint> told =
                renewal.owesTek() ? members.endpoints(authorisation::admits) : members.endpoints();
        return new Turn(timed(now), policy, told, hierarchy, machine, now);
    }

    /** With a line of pseudotime, if the policy needs one and none goes on. */
    private GroupState timed(long now) {
        return policy.replay().isByPseudotime() && state.line().isEmpty()
                ? state.withLine(mint.line(machine, now))
                : state;
    }

    private List<GroupAction> commit(Turn turn) {
        boolean changed = turn.state() != state;
        if (changed || turn.now() - state.seenMillis() >= SEEN_EVERY_MILLIS) {
            GroupState next = turn.state().withSeen(Math.max(turn.now(), state.seenMillis()));
            version = store.write(record, version, GroupStateCodec.write(next));
            state = next;
            disposal.add(turn.dead(), turn.now());
            confirmed.retainAll(
                    state.teks().stream().map(TekState::spi).collect(Collectors.toSet()));
        }
        for (GroupAction action : turn.actions()) {
            follow(action);
        }
        return turn.actions();
    }

    private void follow(GroupAction action) {
        if (action instanceof GroupAction.Push) {
            List<Endpoint> sentTo = ((GroupAction.Push) action).delivery().members();
            acknowledgements.counted(sentTo, members.endpoints());
        } else if (action instanceof GroupAction.Silent
                && ((GroupAction.Silent) action).verdict() == GroupAction.Verdict.GIVEN_UP) {
            InetAddress gone = ((GroupAction.Silent) action).member().address();
            members.remove(gone);
            acknowledgements.forget(gone);
        }
    }

    private SenderIdPool pool() {
        return new SenderIdPool(
                RecordNames.senderIds(policy.name()), store, share, policy.senderIdBits());
    }

    private static List<Spi> spis(GroupDownload download) {
        return download.teks().stream().map(Tek::spi).collect(Collectors.toList());
    }

    private List<Spi> liveSpis(long now) {
        return Downloads.registration(state, policy, machine, now)
                .map(Group::spis)
                .orElseGet(List::of);
    }
}
