// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.GroupKeyPush;
import org.getvpn.gdoi.exchange.KeyServerEndpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.PhaseOneProposal;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.RegistrationProfile;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.Fixture;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaReader;
import org.getvpn.gm.sa.SequenceWatch;

/**
 * A member and two real key server endpoints in one process: datagrams are carried by hand, the
 * clock is turned by hand, computations run at once unless told otherwise. The SA database is the
 * real one.
 */
final class MembershipLab {
    static final Endpoint MEMBER = endpoint("10.1.0.2");
    static final Endpoint FIRST = endpoint("10.255.0.1");
    static final Endpoint SECOND = endpoint("10.255.0.2");
    static final String SECRET = "correct horse battery staple";

    private static final List<PhaseOneProposal> PROPOSALS =
            List.of(PhaseOneProposal.parse("aes256-sha256-ecp256"));

    final GroupAuthority group = new GroupAuthority();
    final SaDatabase sas = new SaDatabase(new JdkAead(), SequenceWatch.NONE);
    private final SaReader packetThread = sas.reader();
    final List<TrafficKeys> installed = new ArrayList<>();
    final List<Endpoint> asked = new ArrayList<>();
    final List<Ticks> askedAt = new ArrayList<>();
    final Set<Endpoint> down = new HashSet<>();
    String memberSecret = SECRET;
    boolean losesRekeys;
    boolean computesLate;
    final Deque<Computation> waiting = new ArrayDeque<>();
    final List<SecretBytes> secrets = new ArrayList<>();
    long posixMicros = 1_800_000_000_000_000L;
    Ticks now = Ticks.ofNanos(1);
    Membership member;

    private final Map<Endpoint, KeyServerEndpoint> keyServers = new HashMap<>();
    private final Deque<Datagram> wire = new ArrayDeque<>();
    private final Set<String> cookies = new HashSet<>();
    private Ticks deadline = now;

    MembershipLab() {
        for (Endpoint keyServer : List.of(FIRST, SECOND)) {
            keyServers.put(
                    keyServer,
                    new KeyServerEndpoint(
                            PROPOSALS,
                            peer -> Optional.of(secret(SECRET)),
                            group,
                            new SeededRandom(keyServer.hashCode())));
        }
        offer(() -> KeyMaker.tek(300, 3600));
        member = start(1);
    }

    /** What registration gives from now on: KEK 1, and a TEK to be sent with at once. */
    void offer(Supplier<Tek> tek) {
        group.offer = () -> KeyMaker.offer(KeyMaker.kek(1, 86_400), 0, tek.get());
    }

    /** What a packet within the group's policy is sent under, or null. */
    OutboundSa outbound() {
        PacketKey packet = new PacketKey();
        packet.read(Fixture.memory(Fixture.udp(28), 0), 0);
        return packetThread.refresh().outbound(packet);
    }

    /** The IV of one more packet. */
    long nextIv() {
        OutboundSa sa = outbound();
        return sa.iv(sa.nextNumber());
    }

    /** What is received under {@code spi}, or null. */
    InboundSa inbound(int spi) {
        return packetThread.refresh().inbound(spi);
    }

    /** Whether the packet path has neither policy nor keys. */
    boolean packetPathIsBlank() {
        return packetThread.refresh().isBlank();
    }

    /** A member's process begins; the one before it is dead. */
    Membership start(long seed) {
        SaDatabaseInstaller installer = new SaDatabaseInstaller(sas);
        member =
                new Membership(
                        new MembershipSettings(
                                KeyMaker.GROUP,
                                MEMBER,
                                List.of(FIRST, SECOND),
                                Set.of(),
                                MemberMode.ACTIVE,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30)),
                        keyServer -> {
                            secrets.add(secret(memberSecret));
                            return new PhaseOneMeans(
                                    PhaseOneSettings.of(PROPOSALS),
                                    secrets.get(secrets.size() - 1),
                                    null,
                                    RegistrationProfile.RFC6407);
                        },
                        keys -> {
                            installed.add(keys);
                            installer.install(keys);
                        },
                        () -> posixMicros,
                        new SeededRandom(seed));
        deadline = now;
        return member;
    }

    /** Lets time pass, deadline by deadline, and carries what it brings. */
    void pass(Duration time) {
        Ticks end = now.plus(time);
        while (true) {
            perform(member.tick(now));
            settle();
            if (!now.isBefore(end)) {
                return;
            }
            Ticks next = now.plus(Duration.ofMillis(500));
            next = deadline.isBefore(next) && now.isBefore(deadline) ? deadline : next;
            now = next.isBefore(end) ? next : end;
            for (Map.Entry<Endpoint, KeyServerEndpoint> each : keyServers.entrySet()) {
                answer(each.getKey(), each.getValue().tick(now));
            }
        }
    }

    void pass(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** A rekey of the key server: what its datagram looks like. */
    byte[] seal(Kek kek, RekeyMessage message) {
        return GroupKeyPush.seal(kek, message, KeyMaker.signing().getPrivate(), FIRST);
    }

    void deliver(byte[] rekey) {
        if (!losesRekeys) {
            perform(member.receive(new Datagram(MEMBER, FIRST, rekey), now));
            settle();
        }
    }

    void push(Kek kek, RekeyMessage message) {
        deliver(seal(kek, message));
    }

    MembershipStatus status() {
        return member.status(now);
    }

    /** SPI and stage of each TEK, oldest first. */
    String teks() {
        return status().teks().stream()
                .map(tek -> tek.spi() + " " + tek.stage())
                .collect(Collectors.joining(", "));
    }

    long counted(String counter) {
        return status().counters().get(counter);
    }

    void perform(Outcome outcome) {
        outcome.send().forEach(this::carry);
        outcome.deadline().ifPresent(at -> deadline = at);
        waiting.addAll(outcome.computations());
        while (!computesLate && !waiting.isEmpty()) {
            compute();
        }
    }

    /** The computation that has waited longest gets its turn. */
    void compute() {
        perform(member.resume(waiting.remove().run(), now));
    }

    private void carry(Datagram sent) {
        if (isFirstMessage(sent.octets()) && newCookie(sent)) {
            asked.add(sent.remote());
            askedAt.add(now);
        }
        wire.add(new Datagram(sent.remote(), sent.local(), sent.octets()));
    }

    /** No cookie of the responder yet. */
    private static boolean isFirstMessage(byte[] octets) {
        for (int i = 8; i < 16; i++) {
            if (octets[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean newCookie(Datagram sent) {
        return cookies.add(HexFormat.of().formatHex(sent.octets(), 0, 8));
    }

    private void settle() {
        for (Datagram next = wire.poll(); next != null; next = wire.poll()) {
            Endpoint keyServer = next.local();
            if (keyServer.equals(MEMBER)) {
                perform(member.receive(next, now));
            } else if (!down.contains(keyServer)) {
                answer(keyServer, keyServers.get(keyServer).receive(next, now));
            }
        }
    }

    private void answer(Endpoint keyServer, Outcome outcome) {
        for (Datagram sent : outcome.send()) {
            wire.add(new Datagram(sent.remote(), sent.local(), sent.octets()));
        }
        for (Computation work : outcome.computations()) {
            answer(keyServer, keyServers.get(keyServer).resume(work.run(), now));
        }
    }

    private static SecretBytes secret(String text) {
        return SecretBytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Endpoint endpoint(String address) {
        return new Endpoint(InetAddress.ofLiteral(address), 848);
    }
}
