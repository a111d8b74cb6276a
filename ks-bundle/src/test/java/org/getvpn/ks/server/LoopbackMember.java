// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Exchange;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.GroupMemberEndpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.Registered;
import org.getvpn.gdoi.exchange.RegistrationSettings;
import org.getvpn.gdoi.exchange.RekeyReceived;
import org.getvpn.gdoi.exchange.RekeyReceiver;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.ks.net.ComputationPool;
import org.getvpn.ks.net.ExchangeDriver;

/** A member with real datagrams: registers once, then hears rekeys. */
public final class LoopbackMember implements Exchange, AutoCloseable {
    private static final int PUSH_EXCHANGE = 33;
    private static final int EXCHANGE_OFFSET = 18;

    private final GroupMemberEndpoint registration;
    private final RekeyReceiver rekeys;
    private final ComputationPool pool = new ComputationPool(1, 8, 8);
    private final ExchangeDriver driver;
    private final List<Fact> facts = new CopyOnWriteArrayList<>();
    private final List<Endpoint> answeredFrom = new CopyOnWriteArrayList<>();

    /** Binds the member's address and begins to register. */
    public LoopbackMember(String address, String keyServer, int port, String secret, long group)
            throws IOException {
        GroupId id = GroupId.number(group);
        Endpoint local = new Endpoint(InetAddress.getByName(address), port);
        registration =
                new GroupMemberEndpoint(
                        new RegistrationSettings(
                                id,
                                local,
                                new Endpoint(InetAddress.getByName(keyServer), port),
                                SecretBytes.wrap(secret.getBytes(StandardCharsets.UTF_8)),
                                List.of(PhaseOneProposal.parse("aes256-sha256-ecp256")),
                                1),
                        new SecureRandom());
        rekeys = new RekeyReceiver(id);
        driver =
                new ExchangeDriver(
                        List.of(local),
                        this,
                        pool,
                        () -> Ticks.ofNanos(System.nanoTime()),
                        new ExchangeDriver.Observer() {
                            @Override
                            public void fact(Fact fact) {
                                note(fact);
                            }

                            @Override
                            public void rejected(
                                    Endpoint peer, Outcome.Verdict verdict, String reason) {
                                // counted by whoever asks; a member's own log is not under test
                            }
                        });
        driver.begin(registration::start);
    }

    private void note(Fact fact) {
        if (fact instanceof Registered) {
            GroupDownload download = ((Registered) fact).download();
            rekeys.install(download.kek().orElseThrow(), download.sequence(), download.keyPath());
        }
        facts.add(fact);
    }

    @Override
    public Outcome receive(Datagram in, Ticks now) {
        answeredFrom.add(in.remote());
        boolean push =
                in.octets().length > EXCHANGE_OFFSET
                        && in.octets()[EXCHANGE_OFFSET] == PUSH_EXCHANGE;
        return push ? rekeys.receive(in, now) : registration.receive(in, now);
    }

    @Override
    public Outcome resume(Computation.Completion completion, Ticks now) {
        Outcome outcome = registration.resume(completion, now);
        return outcome.verdict() == Outcome.Verdict.IGNORED
                ? rekeys.resume(completion, now)
                : outcome;
    }

    @Override
    public Outcome tick(Ticks now) {
        return registration.tick(now);
    }

    /** What happened so far. */
    public List<Fact> facts() {
        return facts;
    }

    /** Downloads of registrations so far. */
    public List<GroupDownload> downloads() {
        return of(Registered.class).stream().map(Registered::download).collect(Collectors.toList());
    }

    /** Rekey messages taken so far. */
    public List<RekeyMessage> rekeys() {
        return of(RekeyReceived.class).stream()
                .map(RekeyReceived::message)
                .collect(Collectors.toList());
    }

    /** Facts of a kind. */
    public <T extends Fact> List<T> of(Class<T> kind) {
        return facts.stream().filter(kind::isInstance).map(kind::cast).collect(Collectors.toList());
    }

    /** Sources of the datagrams that arrived. */
    public List<Endpoint> answeredFrom() {
        return answeredFrom;
    }

    @Override
    public void close() {
        driver.close();
        pool.close();
    }
}
