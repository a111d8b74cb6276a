// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Exchange;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.PhaseOneEstablished;
import org.getvpn.gdoi.exchange.Registered;
import org.getvpn.gdoi.exchange.RegistrationFailed;
import org.getvpn.gdoi.exchange.RegistrationSettings;
import org.getvpn.gdoi.exchange.RekeyMissed;
import org.getvpn.gdoi.exchange.RekeyReceived;
import org.getvpn.gdoi.exchange.RekeyReceiver;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.gm.registration.MembershipCounters.Event;
import org.getvpn.gm.sa.TimeRule;

/**
 * A member's side of its group, from the first registration on. As an {@link Exchange} it has no
 * sockets, threads or clock; it is called by one thread.
 *
 * <p>It fails closed: keys end with their lifetime, whatever else happens, and without keys nothing
 * protected passes. A registration that fails leaves valid keys in use until then.
 */
public final class Membership implements Exchange {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);
    private static final Duration SPREAD_WITH_KEYS = Duration.ofSeconds(20);
    private static final Duration SPREAD_WITHOUT_KEYS = Duration.ofSeconds(2);

    private final MembershipSettings settings;
    private final PhaseOneSource phaseOne;
    private final SecureRandom random;
    private final ControlLog log;
    private final KeyServerOrder order;
    private final RekeyReceiver rekeys;
    private final DownloadCheck check;
    private final GroupKeys keys;
    private final GroupTime time;
    private final MembershipCounters counters = new MembershipCounters();

    private Attempt attempt;
    private Ticks nextAttempt;
    private Endpoint keyServer;
    private String lastFailure = "";

    /**
     * Does nothing before the first {@link #tick}, which begins to register.
     *
     * @param posixMicros the host's clock, microseconds since 1970, for groups whose packets carry
     *     it
     */
    public Membership(
            MembershipSettings settings,
            PhaseOneSource phaseOne,
            SaInstaller installer,
            LongSupplier posixMicros,
            SecureRandom random) {
        this.settings = settings;
        this.phaseOne = phaseOne;
        this.random = random;
        this.log = new ControlLog(settings.group(), settings.local());
        this.order =
                new KeyServerOrder(
                        settings.keyServers(),
                        settings.firstRetry(),
                        settings.longestRetry(),
                        random);
        this.rekeys = new RekeyReceiver(settings.group(), settings.quirks(), random);
        this.check = new DownloadCheck(settings.group());
        this.keys = new GroupKeys(installer, settings.mode(), random);
        this.time = new GroupTime(posixMicros);
    }

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        Outcome.Builder out = Outcome.advanced();
        boolean push = rekeys.recognises(in) || RekeyReceiver.isRekey(in);
        Outcome outcome;
        Attempt asked = attempt;
        if (push) {
            outcome = take(rekeys, rekeys.receive(in, now), out, now);
        } else if (asked != null) {
            outcome = take(asked.exchange(), asked.exchange().receive(in, now), out, now);
            if (outcome.verdict() == Outcome.Verdict.ADVANCED) {
                asked.answered();
            }
        } else {
            outcome =
                    Outcome.ignored("under no KEK held here, and no registration is under way")
                            .build();
        }
        if (outcome.verdict() == Outcome.Verdict.IGNORED) {
            counters.count(Event.DATAGRAMS_IGNORED);
            log.detail(push ? "REKEY" : "REGISTRATION", outcome.reason());
        }
        return finish(out, now);
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        Outcome.Builder out = Outcome.advanced();
        if (completion instanceof RoutedComputation.Answer answer) {
            if (isCurrent(answer.asker())) {
                take(answer.asker(), answer.asker().resume(answer.result(), now), out, now);
            }
            if (answer.attempt() != null) {
                answer.attempt().computed();
            }
        }
        return finish(out, now);
    }

    @Override
    public Outcome tick(Ticks now) {
        Outcome.Builder out = Outcome.advanced();
        time.advance(now);
        boolean hadKeys = keys.isUsable();
        if (keys.advance(now)) {
            rekeys.clear();
            log.complain("KEK", "the lifetime of the KEK is over and no successor came", now);
        }
        if (hadKeys && !keys.isUsable()) {
            log.complain("TEK", "the lifetime of the last TEK is over: all traffic drops", now);
        }
        take(rekeys, rekeys.tick(now), out, now);
        if (attempt != null) {
            take(attempt.exchange(), attempt.exchange().tick(now), out, now);
        }
        if (attempt != null && attempt.isHopeless(now)) {
            fail(attempt.hopelessness(), out, now);
        }
        if (attempt == null && nextAttempt == null && needsRegistration(now)) {
            order.reset();
            begin(out, now);
        } else if (nextAttempt != null && !now.isBefore(nextAttempt)) {
            begin(out, now);
        }
        return finish(out, now);
    }

    /** Registers anew now: the packet path is about to run out of IVs. */
    public Outcome renew(String why, Ticks now) {
        Outcome.Builder out = Outcome.advanced();
        if (attempt == null && nextAttempt == null) {
            log.tell("REGISTRATION", "registering again: " + why);
            order.reset();
            begin(out, now);
        }
        return finish(out, now);
    }

    /** Ends the membership: the packet path has no key any more, and secrets are zeroed. */
    public void close() {
        endAttempt();
        nextAttempt = null;
        rekeys.clear();
        keys.clear();
        time.clear();
    }

    /** Multicast groups in which rekeys are heard now. */
    Set<RekeyAddress> rekeyAddresses() {
        return rekeys.rekeyAddresses();
    }

    /** The state at {@code now}. */
    public MembershipStatus status(Ticks now) {
        boolean registering = attempt != null || nextAttempt != null;
        MemberState state;
        if (keys.isUsable()) {
            state = registering ? MemberState.REREGISTERING : MemberState.REGISTERED;
        } else {
            state = attempt == null ? MemberState.WAITING : MemberState.REGISTERING;
        }
        return new MembershipStatus(
                state,
                settings.group().toString(),
                keyServer == null ? "" : keyServer.toString(),
                keys.teks(now),
                keys.kekRemainingSeconds(now),
                keys.senderIds(),
                lastFailure,
                time.describe(now),
                counters.byName(rekeys.counters().ignored()));
    }

    private boolean needsRegistration(Ticks now) {
        return !keys.isUsable() || keys.isRenewalDue(now) || time.isDoubtful(now);
    }

    private boolean isCurrent(Exchange asker) {
        return asker == rekeys || attempt != null && asker == attempt.exchange();
    }

    private void begin(Outcome.Builder out, Ticks now) {
        nextAttempt = null;
        Optional<Endpoint> next = order.next();
        if (next.isEmpty()) {
            nextAttempt = now.plus(order.pause());
            return;
        }
        counters.count(Event.REGISTRATIONS_ATTEMPTED);
        if (!keys.isUsable()) {
            keyServer = next.get();
        }
        PhaseOneMeans means;
        try {
            means = phaseOne.meansFor(next.get());
        } catch (IOException e) {
            recordFailure(next.get(), e.getMessage(), now);
            begin(out, now);
            return;
        }
        GroupMemberEndpoint exchange =
                new GroupMemberEndpoint(
                        new RegistrationSettings(
                                        settings.group(),
                                        settings.local(),
                                        next.get(),
                                        means.preSharedKey(),
                                        means.keyServerIdentity(),
                                        means.settings(),
                                        1)
                                .with(means.profile()),
                        random);
        attempt = new Attempt(next.get(), exchange, means, now);
        log.tell("REGISTRATION", "asking key server " + next.get());
        take(exchange, exchange.start(now), out, now);
    }

    /** Passes on what an exchange wants to send and compute, and acts on its facts. */
    private Outcome take(Exchange exchange, Outcome outcome, Outcome.Builder out, Ticks now) {
        outcome.send().forEach(out::send);
        Attempt asking = exchange == rekeys ? null : attempt;
        for (Computation work : outcome.computations()) {
            if (asking != null) {
                asking.computes();
            }
            out.compute(new RoutedComputation(exchange, asking, work));
        }
        for (Fact fact : outcome.facts()) {
            if (fact instanceof Registered registered) {
                registered(registered, out, now);
            } else if (fact instanceof PhaseOneEstablished established) {
                log.tell("PHASE_ONE", "key server proved to be " + established.peer());
            } else if (fact instanceof RegistrationFailed failed) {
                fail(failed.reason(), out, now);
            } else if (fact instanceof RekeyReceived rekey) {
                rekeyed(rekey, now);
            } else if (fact instanceof RekeyMissed missed) {
                log.complain("REKEY", missed.reason(), now);
                registerAgain(now);
            }
        }
        return outcome;
    }

    private void registered(Registered registered, Outcome.Builder out, Ticks now) {
        Optional<String> refused =
                check.refuseRegistration(registered.download())
                        .or(
                                () ->
                                        GroupTime.refusal(
                                                registered.download(),
                                                registered.policyAsked(),
                                                registered.policyReceived()))
                        .or(() -> refuseKek(registered.download()));
        if (refused.isPresent()) {
            GroupKeys.destroy(registered.download());
            fail(refused.get(), out, now);
            return;
        }
        endAttempt();
        order.reset();
        keyServer = registered.keyServer();
        lastFailure = "";
        counters.count(Event.REGISTRATIONS_SUCCEEDED);
        keys.register(
                registered.download(),
                now,
                time.registered(
                        registered.download(),
                        registered.policyAsked(),
                        registered.policyReceived(),
                        now));
        destroyKek(registered.download());
        log.tell("REGISTRATION", "registered with " + keyServer + " " + keys.describe(now));
    }

    private void fail(String reason, Outcome.Builder out, Ticks now) {
        if (attempt == null) {
            return;
        }
        recordFailure(attempt.keyServer(), reason, now);
        endAttempt();
        begin(out, now);
    }

    private void recordFailure(Endpoint asked, String reason, Ticks now) {
        counters.count(Event.REGISTRATIONS_FAILED);
        lastFailure = reason.contains(asked.toString()) ? reason : asked + ": " + reason;
        log.complain("REGISTRATION", lastFailure, now);
    }

    private void rekeyed(RekeyReceived rekey, Ticks now) {
        Optional<String> refused = rekey.message().download().flatMap(check::refuseRekey);
        if (refused.isPresent()) {
            counters.count(Event.REKEYS_REFUSED);
            log.complain("REKEY", "from " + rekey.keyServer() + ": " + refused.get(), now);
            rekey.message().download().ifPresent(GroupKeys::destroy);
            return;
        }
        counters.count(Event.REKEYS_RECEIVED);
        TimeRule rule = rekey.message().download().map(d -> time.rekeyed(d, now)).orElse(null);
        boolean membershipGoesOn = keys.rekey(rekey.message(), now, rule);
        rekey.message().download().ifPresent(Membership::destroyKek);
        log.tell(
                "REKEY",
                "seq="
                        + rekey.message().sequence()
                        + " from "
                        + rekey.keyServer()
                        + " "
                        + keys.describe(now));
        if (!membershipGoesOn) {
            registerAgain(now);
        }
    }

    /** At a random instant soon: all members may have to at once. */
    private void registerAgain(Ticks now) {
        if (attempt == null) {
            rekeys.clear();
            Duration spread = keys.isUsable() ? SPREAD_WITH_KEYS : SPREAD_WITHOUT_KEYS;
            order.reset();
            nextAttempt = now.plus(Duration.ofNanos(random.nextLong(spread.toNanos() + 1)));
            log.tell("REGISTRATION", "the key server asks to register again");
        }
    }

    /**
     * Believes rekeys under the download's KEK from now on. One that is held already keeps its
     * sequence number: no way for a replay.
     *
     * @return why the KEK cannot be used, or empty
     */
    private Optional<String> refuseKek(GroupDownload download) {
        if (download.kek().isEmpty()) {
            rekeys.clear();
            return Optional.empty();
        }
        try {
            rekeys.install(download.kek().get(), download.sequence(), download.keyPath());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("the KEK cannot be used here: " + e.getMessage());
        }
    }

    /** The receiver of rekeys has its own copies. */
    private static void destroyKek(GroupDownload download) {
        download.kek().ifPresent(kek -> kek.ivAndKey().destroy());
        download.keyPath().forEach(node -> node.ivAndKey().destroy());
    }

    private void endAttempt() {
        if (attempt != null) {
            attempt.end();
            attempt = null;
        }
    }

    private Outcome finish(Outcome.Builder out, Ticks now) {
        Ticks deadline = now.plus(LONGEST_SILENCE);
        for (Optional<Ticks> other :
                List.of(
                        Optional.ofNullable(nextAttempt),
                        keys.nextChange(now),
                        rekeys.nextAcknowledgement())) {
            if (other.isPresent() && other.get().isBefore(deadline)) {
                deadline = other.get();
            }
        }
        return out.deadline(deadline).build();
    }
}
