// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.EndpointCounters;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.KeyServerEndpoint;
import org.getvpn.gdoi.exchange.MemberRegistered;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.PeerUnresponsive;
import org.getvpn.gdoi.exchange.PhaseOneEstablished;
import org.getvpn.gdoi.exchange.PreSharedKeys;
import org.getvpn.gdoi.exchange.RegistrationDenied;
import org.getvpn.gdoi.exchange.RekeyAcknowledged;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.ks.api.KeyServerSettings;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.group.AcknowledgementVerdict;
import org.getvpn.ks.group.Groups;
import org.getvpn.ks.group.KeyMint;
import org.getvpn.ks.group.KeyServerShare;
import org.getvpn.ks.net.ComputationPool;
import org.getvpn.ks.net.ExchangeDriver;
import org.getvpn.ks.secret.SealedStore;
import org.getvpn.ks.secret.WrappingKeys;
import org.getvpn.ks.store.MvGroupStore;

/**
 * A key server under one {@link KeyServerSettings}: store, engine and network from start to end.
 */
final class Service implements AutoCloseable {
    private static final int WORK_PER_SOURCE = 8;
    private static final int WORK_IN_ALL = 4096;

    private volatile KeyServerSettings settings;
    private final EventLog log;
    private final Ticks started = clock();
    private final AtomicLong registrations = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final Deque<Runnable> opened = new ArrayDeque<>();
    private final Groups groups;
    private final GroupEngine engine;
    private final KeyServerEndpoint endpoint;
    private final ExchangeDriver driver;
    private volatile Secrets secrets;

    /**
     * Opens everything. Configure {@link #engine}, then {@link #serve}.
     *
     * @param wrappingKeys belong to this object from now on
     * @param changed hears the name of a group whose members or keys changed
     * @throws IOException if an address cannot be bound; nothing stays open
     */
    Service(
            KeyServerSettings settings,
            WrappingKeys wrappingKeys,
            Secrets secrets,
            EventLog log,
            Consumer<String> changed)
            throws IOException {
        this.settings = settings;
        this.secrets = secrets;
        this.log = log;
        opened.push(wrappingKeys::destroy);
        try {
            MvGroupStore store = MvGroupStore.open(settings.stateDirectory());
            opened.push(store::close);
            SealedStore sealed = new SealedStore(store, wrappingKeys, random);
            int rewrapped = sealed.rewrap();
            if (rewrapped > 0) {
                log.info("-", "-", "-", "-", rewrapped + " records are sealed with the new key");
            }
            Supplier<Ticks> clock = Service::clock;
            KeyServerShare share = KeyServerShare.ALONE;
            KeyMint mint = new KeyMint(random, () -> KeyMint.rsa(random), share);
            groups =
                    new Groups(
                            sealed,
                            mint,
                            share,
                            System.currentTimeMillis(),
                            clock,
                            LinuxBoot::read,
                            changed);
            groups.proveWith(() -> this.secrets.phaseOne().credentials());
            opened.push(groups::close);
            ComputationPool pool =
                    new ComputationPool(
                            Math.max(1, Runtime.getRuntime().availableProcessors()),
                            WORK_PER_SOURCE,
                            WORK_IN_ALL);
            opened.push(pool::close);
            endpoint = new KeyServerEndpoint(secrets.phaseOne(), new KeysNow(), groups, random);
            List<Endpoint> locals = locals(settings);
            driver = new ExchangeDriver(locals, endpoint, pool, clock, new Observer());
            opened.push(driver::close);
            RekeySender sender =
                    new RekeySender(locals, driver.transport(), endpoint.acknowledgements(), log);
            engine = new GroupEngine(groups, clock, sender, log);
            opened.push(engine::close);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Ticks clock() {
        return Ticks.ofNanos(System.nanoTime());
    }

    private static List<Endpoint> locals(KeyServerSettings settings) {
        List<Endpoint> locals = new ArrayList<>();
        for (String text : settings.addresses()) {
            InetAddress address = AddressText.parse(text).orElseThrow();
            locals.add(new Endpoint(address, settings.port()));
        }
        return locals;
    }

    /** The keys of the file as it was read last. */
    private final class KeysNow implements PreSharedKeys {
        @Override
        public Optional<SecretBytes> sharedWith(InetAddress peer) {
            return secrets.preSharedKeys().sharedWith(peer);
        }

        @Override
        public Optional<SecretBytes> sharedWith(String name) {
            return secrets.preSharedKeys().sharedWith(name);
        }
    }

    /** Another way of Phase 1, for exchanges that begin from now on. */
    void replaceSecrets(KeyServerSettings configured, Secrets next) {
        settings = configured;
        secrets = next;
        endpoint.replacePhaseOne(next.phaseOne());
    }

    /**
     * Begins to answer members. Not before the groups are configured: a member that asks in the
     * first second after a restart must wait for its group, not hear that there is none.
     */
    void serve() {
        driver.serve();
    }

    KeyServerSettings settings() {
        return settings;
    }

    Groups groups() {
        return groups;
    }

    GroupEngine engine() {
        return engine;
    }

    long uptimeSeconds() {
        return clock().since(started).getSeconds();
    }

    long registrations() {
        return registrations.get();
    }

    long refusals() {
        return refusals.get();
    }

    Map<String, Long> ignored() {
        Map<String, Long> byName = new TreeMap<>();
        endpoint.counters().ignored().forEach((reason, count) -> byName.put(reason.name(), count));
        return byName;
    }

    int halfOpen() {
        return (int) endpoint.counters().halfOpen();
    }

    /** Last opened, first closed. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            opened.pop().run();
        }
    }

    private final class Observer implements ExchangeDriver.Observer {
        private void count(AcknowledgementVerdict verdict) {
            if (verdict == AcknowledgementVerdict.UNKNOWN_MEMBER) {
                endpoint.counters().count(EndpointCounters.Ignored.UNKNOWN_MEMBER);
            } else if (verdict == AcknowledgementVerdict.REPEATED) {
                endpoint.counters().count(EndpointCounters.Ignored.REPLAYED);
            }
        }

        @Override
        public void fact(Fact fact) {
            if (fact instanceof MemberRegistered) {
                MemberRegistered registered = (MemberRegistered) fact;
                registrations.incrementAndGet();
                log.info(
                        groups.name(registered.group()).orElse("-"),
                        "-",
                        registered.member().toString(),
                        "REGISTERED",
                        "registration granted");
            } else if (fact instanceof RekeyAcknowledged) {
                count(groups.acknowledged((RekeyAcknowledged) fact));
            } else if (fact instanceof PhaseOneEstablished) {
                log.proven(
                        ((PhaseOneEstablished) fact).peer().toString(),
                        "AUTHENTICATED",
                        "Phase 1 is established");
            } else if (fact instanceof PeerUnresponsive) {
                log.proven(
                        ((PeerUnresponsive) fact).peer().toString(),
                        "UNRESPONSIVE",
                        "did not say that it is there (RFC 3706): its Phase 1 SA is over");
            } else if (fact instanceof RegistrationDenied) {
                RegistrationDenied denied = (RegistrationDenied) fact;
                refusals.incrementAndGet();
                log.rejected(
                        denied.group().flatMap(groups::name).orElse("-"),
                        denied.peer().toString(),
                        "DENIED",
                        denied.reason());
            }
        }

        @Override
        public void rejected(Endpoint peer, Outcome.Verdict verdict, String reason) {
            // a refusal is told by a fact that also names the group
            if (verdict == Outcome.Verdict.IGNORED && !reason.isEmpty()) {
                log.rejected("-", peer, "IGNORED", reason);
            }
        }
    }
}
