// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;

/**
 * A key server and members in one process: a relay carries the datagrams, the clock is turned by
 * hand, computations run at once.
 */
final class Lab {
    /** What the network does to a datagram: any number of datagrams come out. */
    interface Relay {
        List<Datagram> carry(Datagram sent);
    }

    static final Endpoint KEY_SERVER = endpoint("10.255.0.1", 848);
    static final Endpoint MEMBER = endpoint("10.1.0.2", 848);

    final BlueGroup group = new BlueGroup();
    final KeyServerEndpoint keyServer;
    final List<Fact> keyServerFacts = new ArrayList<>();
    final List<Fact> memberFacts = new ArrayList<>();
    final List<Datagram> seen = new ArrayList<>();
    final List<Outcome> keyServerOutcomes = new ArrayList<>();
    final List<Outcome> memberOutcomes = new ArrayList<>();
    GroupMemberEndpoint member;
    Relay relay = List::of;
    Ticks now = Ticks.ofNanos(Long.MAX_VALUE - 5_000_000_000L);

    private final Deque<Datagram> toKeyServer = new ArrayDeque<>();
    private final Deque<Datagram> toMember = new ArrayDeque<>();

    Lab(String proposals) {
        this(proposals, peer -> Optional.of(secret("correct horse battery staple")), null);
    }

    Lab(String proposals, PreSharedKeys preSharedKeys, PhaseOneCredentials credentials) {
        this(PhaseOneSettings.of(proposals(proposals), credentials), preSharedKeys);
    }

    Lab(PhaseOneSettings phaseOne) {
        this(phaseOne, peer -> Optional.of(secret("correct horse battery staple")));
    }

    Lab(PhaseOneSettings phaseOne, PreSharedKeys preSharedKeys) {
        keyServer = new KeyServerEndpoint(phaseOne, preSharedKeys, group, new SeededRandom(1));
    }

    static List<PhaseOneProposal> proposals(String text) {
        return List.of(text.split(" ")).stream()
                .map(PhaseOneProposal::parse)
                .collect(Collectors.toList());
    }

    static SecretBytes secret(String text) {
        return SecretBytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    static Endpoint endpoint(String address, int port) {
        try {
            return new Endpoint(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static RegistrationSettings settings(String proposals) {
        return new RegistrationSettings(
                BlueGroup.ID,
                MEMBER,
                KEY_SERVER,
                secret("correct horse battery staple"),
                proposals(proposals),
                0);
    }

    static RegistrationSettings settings(PhaseOneSettings phaseOne) {
        return settings(phaseOne, "correct horse battery staple");
    }

    static RegistrationSettings settings(PhaseOneSettings phaseOne, String preSharedKey) {
        return new RegistrationSettings(
                BlueGroup.ID, MEMBER, KEY_SERVER, secret(preSharedKey), null, phaseOne, 0);
    }

    /** Exchange type and encryption of each message that was sent, and by whom: {@code ">2* "}. */
    String arrows() {
        StringBuilder arrows = new StringBuilder();
        for (Datagram datagram : seen) {
            arrows.append(datagram.local().equals(MEMBER) ? '>' : '<')
                    .append(datagram.octets()[18])
                    .append(datagram.octets()[19] == 1 ? "* " : " ");
        }
        return arrows.toString();
    }

    Lab join(RegistrationSettings settings) {
        return join(settings, 2);
    }

    Lab join(RegistrationSettings settings, long seed) {
        member = new GroupMemberEndpoint(settings, new SeededRandom(seed));
        takeFromMember(member.start(now));
        return this;
    }

    /** Carries datagrams until there are none. */
    Lab settle() {
        while (step()) {
            // each step carries one datagram
        }
        return this;
    }

    /** Carries one datagram; false if there was none. */
    boolean step() {
        if (!toKeyServer.isEmpty()) {
            takeFromKeyServer(keyServer.receive(toKeyServer.poll(), now));
            return true;
        }
        if (!toMember.isEmpty()) {
            takeFromMember(member.receive(toMember.poll(), now));
            return true;
        }
        return false;
    }

    /** Lets time pass in steps of 500 ms and carries what it brings. */
    Lab pass(Duration time) {
        Duration step = Duration.ofMillis(500);
        for (Duration gone = Duration.ZERO; gone.compareTo(time) < 0; gone = gone.plus(step)) {
            now = now.plus(step);
            takeFromKeyServer(keyServer.tick(now));
            takeFromMember(member.tick(now));
            settle();
        }
        return this;
    }

    void takeFromKeyServer(Outcome outcome) {
        keyServerOutcomes.add(outcome);
        keyServerFacts.addAll(outcome.facts());
        for (Datagram sent : outcome.send()) {
            seen.add(sent);
            relay.carry(sent).forEach(d -> toMember.add(mirror(d)));
        }
        for (Computation work : outcome.computations()) {
            takeFromKeyServer(keyServer.resume(work.run(), now));
        }
    }

    private void takeFromMember(Outcome outcome) {
        memberOutcomes.add(outcome);
        memberFacts.addAll(outcome.facts());
        for (Datagram sent : outcome.send()) {
            seen.add(sent);
            relay.carry(sent).forEach(d -> toKeyServer.add(mirror(d)));
        }
        for (Computation work : outcome.computations()) {
            takeFromMember(member.resume(work.run(), now));
        }
    }

    /** The same datagram as its receiver sees it. */
    static Datagram mirror(Datagram sent) {
        return new Datagram(sent.remote(), sent.local(), sent.octets());
    }

    <T extends Fact> List<T> factsOfMember(Class<T> kind) {
        return memberFacts.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .collect(Collectors.toList());
    }

    <T extends Fact> List<T> factsOfKeyServer(Class<T> kind) {
        return keyServerFacts.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .collect(Collectors.toList());
    }
}
