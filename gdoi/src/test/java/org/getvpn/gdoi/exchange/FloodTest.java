// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers can send, and how much of it: bounded, and no harm to others. */
class FloodTest {
    private static final String SUITE = "aes256-sha256-ecp256";

    private static Endpoint address(int number) {
        return Lab.endpoint(
                "10." + (number >> 16 & 0xff) + "." + (number >> 8 & 0xff) + "." + (number & 0xff),
                848);
    }

    private static byte[] firstMessage(long seed) {
        RegistrationSettings settings = Lab.settings(SUITE);
        return new GroupMemberEndpoint(settings, new SeededRandom(seed))
                .start(Ticks.ofNanos(0))
                .send()
                .get(0)
                .octets();
    }

    @Test
    void firstMessagesFromEverywhereAreBoundedAndAnHonestMemberGetsThrough() {
        Lab lab = new Lab(SUITE);
        byte[] flood = firstMessage(99);
        int[] sent = {0};
        // A thousand spoofed first messages pass between any two honest datagrams.
        lab.relay =
                honest -> {
                    for (int i = 0; i < 1000; i++) {
                        byte[] octets = flood.clone();
                        octets[0] = (byte) (sent[0] >> 16);
                        octets[1] = (byte) (sent[0] >> 8);
                        octets[2] = (byte) sent[0];
                        Outcome outcome =
                                lab.keyServer.receive(
                                        new Datagram(Lab.KEY_SERVER, address(sent[0]++), octets),
                                        lab.now);
                        assertTrue(outcome.computations().isEmpty(), "no Diffie-Hellman");
                    }
                    return honest == null ? List.of() : List.of(honest);
                };
        for (int i = 0; i < 30; i++) {
            lab.relay.carry(null);
        }
        assertEquals(KeyServerEndpoint.MOST_WAITING, lab.keyServer.counters().halfOpen());

        lab.join(Lab.settings(SUITE)).settle().pass(Duration.ofSeconds(2));
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertTrue(lab.keyServer.counters().halfOpen() <= KeyServerEndpoint.MOST_WAITING);

        lab.keyServer.tick(lab.now.plus(Duration.ofSeconds(10)));
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void onePrefixHasAQuota() {
        Lab lab = new Lab(SUITE);
        byte[] octets = firstMessage(99);
        for (int i = 0; i < 5000; i++) {
            byte[] copy = octets.clone();
            copy[0] = (byte) (i >> 8);
            copy[1] = (byte) i;
            lab.keyServer.receive(
                    new Datagram(Lab.KEY_SERVER, address(0x420000 | i & 0xff), copy), lab.now);
        }
        assertEquals(
                KeyServerEndpoint.MOST_WAITING_PER_PREFIX, lab.keyServer.counters().halfOpen());
    }

    @Test
    void aStrangerWithoutAPreSharedKeyLeavesNothing() {
        KeyServerEndpoint keyServer =
                new KeyServerEndpoint(
                        Lab.proposals(SUITE),
                        peer -> java.util.Optional.empty(),
                        new BlueGroup(),
                        new SeededRandom(1));
        Outcome outcome =
                keyServer.receive(
                        new Datagram(Lab.KEY_SERVER, Lab.MEMBER, firstMessage(1)),
                        Ticks.ofNanos(0));
        assertEquals("no pre-shared key for 10.1.0.2: list one, if it may", outcome.reason());
        assertTrue(outcome.send().isEmpty());
        assertEquals(0, keyServer.counters().halfOpen());
        assertEquals(1, keyServer.counters().ignored().get(Ignored.UNKNOWN_PEER));
    }

    @Test
    void aMemberThatRegistersAgainAndAgainHoldsFourPhaseOneSasAtMost() {
        Lab lab = new Lab(SUITE);
        lab.relay = sent -> sent.octets()[18] == 5 ? List.of() : List.of(sent);
        for (int i = 0; i < 10; i++) {
            lab.join(Lab.settings(SUITE), 100 + i).settle();
        }
        assertEquals(10, lab.factsOfMember(Registered.class).size());
        assertEquals(EstablishedTable.MOST_PER_PEER, lab.keyServer.counters().established());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void mutatedDatagramsNeitherThrowNorGrowNorEndAnothersExchange(long seed) {
        Random random = new Random(seed);
        Lab recorded = new Lab(SUITE).join(Lab.settings(SUITE)).settle();
        List<byte[]> corpus = new ArrayList<>();
        recorded.seen.forEach(datagram -> corpus.add(datagram.octets()));

        Lab lab = new Lab(SUITE);
        Set<Ignored> reasons = new HashSet<>();
        List<byte[]> live = new ArrayList<>(corpus);
        lab.relay =
                honest -> {
                    live.add(honest.octets());
                    for (int i = 0; i < 2000; i++) {
                        byte[] octets = mutate(live.get(random.nextInt(live.size())), random);
                        Endpoint from = address(random.nextInt(1 << 20));
                        Outcome outcome =
                                lab.keyServer.receive(
                                        new Datagram(Lab.KEY_SERVER, from, octets), lab.now);
                        for (Computation work : outcome.computations()) {
                            lab.keyServer.resume(work.run(), lab.now);
                        }
                        // Off the path nobody knows the cookies of the member's exchange.
                        lab.member.receive(
                                new Datagram(
                                        Lab.MEMBER,
                                        Lab.KEY_SERVER,
                                        mutate(corpus.get(random.nextInt(corpus.size())), random)),
                                lab.now);
                    }
                    return List.of(honest);
                };
        lab.member = new GroupMemberEndpoint(Lab.settings(SUITE), new SeededRandom(77));
        lab.relay.carry(Lab.mirror(recorded.seen.get(0)));
        lab.join(Lab.settings(SUITE), 3).settle().pass(Duration.ofSeconds(15));

        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertTrue(lab.keyServer.counters().halfOpen() <= KeyServerEndpoint.MOST_WAITING);
        assertEquals(1, lab.group.senderIdRequests.size());
        lab.keyServer
                .counters()
                .ignored()
                .forEach(
                        (reason, count) -> {
                            if (count > 0) {
                                reasons.add(reason);
                            }
                        });
        assertTrue(reasons.contains(Ignored.MALFORMED));
        assertTrue(reasons.contains(Ignored.UNKNOWN_COOKIES));
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] octets = seed.clone();
        int kind = random.nextInt(6);
        if (kind == 0) {
            octets = new byte[random.nextInt(200)];
            random.nextBytes(octets);
        } else if (kind == 1) {
            octets = Arrays.copyOf(octets, random.nextInt(octets.length));
        } else if (kind == 2) {
            octets = Arrays.copyOf(octets, octets.length + random.nextInt(64));
        }
        for (int i = random.nextInt(8); i > 0 && octets.length > 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
        }
        if (kind > 2 && octets.length >= 28) {
            // Make the length right, so that the mutation gets past the header.
            octets[24] = 0;
            octets[25] = 0;
            octets[26] = (byte) (octets.length >> 8);
            octets[27] = (byte) octets.length;
            octets[17] = 0x10;
        }
        return octets;
    }
}
