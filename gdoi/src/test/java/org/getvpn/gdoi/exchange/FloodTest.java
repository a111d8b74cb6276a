// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.wire.ExchangeType;
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

    private static final int ENTRIES = KeyServerEndpoint.MOST_WAITING;

    private static String suites(int count) {
        List<String> suites = new ArrayList<>();
        for (String cipher : List.of("aes128", "aes192", "aes256")) {
            for (String hash : List.of("sha256", "sha384", "sha512")) {
                for (String group : List.of("ecp256", "ecp384", "modp2048")) {
                    suites.add(cipher + "-" + hash + "-" + group);
                }
            }
        }
        return String.join(" ", suites.subList(0, count));
    }

    @Test
    void aFullTableOfTheLongestOffersTakesLessThanOneKibibyteEach() throws Exception {
        String suites = suites(12);
        byte[] first =
                new GroupMemberEndpoint(Lab.settings(suites), new SeededRandom(1))
                        .start(Ticks.ofNanos(0))
                        .send()
                        .get(0)
                        .octets();
        Lab lab = new Lab(suites);
        lab.keyServer.receive(new Datagram(Lab.KEY_SERVER, address(0), first), lab.now);
        long before = usedOctets();
        for (int i = 1; i <= ENTRIES; i++) {
            byte[] octets = first.clone();
            octets[0] = (byte) (i >> 8);
            octets[1] = (byte) i;
            InetAddress source =
                    InetAddress.getByAddress(
                            new byte[] {
                                0x20,
                                1,
                                0x0d,
                                (byte) 0xb8,
                                (byte) (i >> 8),
                                (byte) i,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                1
                            });
            Endpoint server = Lab.endpoint("10.255.0.1", 848);
            lab.keyServer.receive(new Datagram(server, new Endpoint(source, 848), octets), lab.now);
        }
        assertEquals(ENTRIES, lab.keyServer.counters().halfOpen());
        long each = (usedOctets() - before) / ENTRIES;
        assertTrue(each <= 1024, each + " octets for each half-open entry");
        assertTrue(each > 480, "measured at all: " + each);
    }

    /** After as much collection as it takes until the figure no longer falls. */
    private static long usedOctets() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 5; unchanged++) {
            System.gc();
            long used = runtime.totalMemory() - runtime.freeMemory();
            if (used < least) {
                least = used;
                unchanged = 0;
            }
        }
        return least;
    }

    @Test
    void anOfferThatIsLongerIsRefusedAndLeavesNothing() {
        String suites = suites(27);
        Lab lab = new Lab(suites);
        byte[] first =
                Frame.clear(
                        new CookiePair(1, 0),
                        ExchangeType.MAIN,
                        List.of(
                                PhaseOneOffer.of(PhaseOneSettings.of(Lab.proposals(suites)))
                                        .write()));
        assertEquals(
                "no proposal chosen: the offer has 988 octets, at most 480 are read: offer twelve"
                        + " Phase 1 suites or fewer",
                receive(lab, first).reason());
        assertEquals(
                "13 Phase 1 proposals: a first message has room for 12",
                assertThrows(IllegalArgumentException.class, () -> Lab.settings(suites(13)))
                        .getMessage());
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void anotherFirstMessageUnderTheSameCookieIsNotAnswered() {
        Lab lab = new Lab(SUITE + " aes128-sha256-ecp256");
        byte[] one = firstMessage(7);
        byte[] other =
                new GroupMemberEndpoint(Lab.settings("aes128-sha256-ecp256"), new SeededRandom(7))
                        .start(Ticks.ofNanos(0))
                        .send()
                        .get(0)
                        .octets();
        assertEquals(1, receive(lab, one).send().size());
        assertEquals(1, receive(lab, one).send().size(), "a copy is answered again");
        assertTrue(receive(lab, other).send().isEmpty());
        assertEquals(1, lab.keyServer.counters().halfOpen());
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.UNEXPECTED));
    }

    private static Outcome receive(Lab lab, byte[] octets) {
        return lab.keyServer.receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, octets), lab.now);
    }

    @Test
    void aGuessedCookieCostsNoDiffieHellman() {
        Lab lab = new Lab(SUITE);
        lab.join(Lab.settings(SUITE));
        lab.step();
        lab.step();
        byte[] third = lab.seen.get(2).octets();
        for (int i = 8; i < 16; i++) {
            byte[] guess = third.clone();
            guess[i] ^= 1;
            Outcome outcome = receive(lab, guess);
            assertTrue(outcome.computations().isEmpty());
            assertEquals("cookies of no exchange here", outcome.reason());
        }
        Outcome elsewhere =
                lab.keyServer.receive(
                        new Datagram(Lab.KEY_SERVER, Lab.endpoint("10.1.0.2", 500), third),
                        lab.now);
        assertTrue(elsewhere.computations().isEmpty(), "the right cookie from another port");
        assertEquals(1, receive(lab, third).computations().size());
    }

    @Test
    void aHalfOpenEntryLivesForTenSeconds() {
        Lab lab = new Lab(SUITE);
        receive(lab, firstMessage(7));
        lab.keyServer.tick(lab.now.plus(Duration.ofMillis(9_999)));
        assertEquals(1, lab.keyServer.counters().halfOpen());
        lab.keyServer.tick(lab.now.plus(Duration.ofSeconds(10)));
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void aPrefixThatIsFullEvictsItsOwnAlone() {
        Lab lab = new Lab(SUITE);
        receive(lab, firstMessage(7));
        byte[] flood = firstMessage(99);
        for (int i = 0; i < 5000; i++) {
            byte[] copy = flood.clone();
            copy[0] = (byte) (i >> 8);
            copy[1] = (byte) i;
            lab.keyServer.receive(
                    new Datagram(Lab.KEY_SERVER, address(0x420000 | i & 0xff), copy), lab.now);
        }
        long retransmissions = lab.keyServer.counters().retransmissions();
        receive(lab, firstMessage(7));
        assertEquals(retransmissions + 1, lab.keyServer.counters().retransmissions());
    }

    @Test
    void aFloodOfAggressiveModeIsBoundedToo() {
        PhaseOneSettings aggressive =
                PhaseOneSettings.of(Lab.proposals(SUITE)).with(PhaseOneMode.AGGRESSIVE);
        Lab lab = new Lab(aggressive);
        AggressiveModeInitiator initiator =
                new AggressiveModeInitiator(
                        Lab.settings(aggressive),
                        new ReturnPath(Lab.MEMBER, Lab.KEY_SERVER),
                        new SeededRandom(3));
        byte[] first;
        try {
            first = initiator.resume((PhaseOneCompletion) initiator.begin().work().run()).message();
        } catch (org.getvpn.gdoi.wire.MalformedPayload e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < 3 * KeyServerEndpoint.MOST_DERIVING_PER_PREFIX; i++) {
            byte[] copy = first.clone();
            copy[0] = (byte) (i >> 8);
            copy[1] = (byte) i;
            receive(lab, copy);
        }
        assertEquals(
                KeyServerEndpoint.MOST_DERIVING_PER_PREFIX, lab.keyServer.counters().halfOpen());
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
    void aMemberThatRegistersAgainAndAgainHoldsNoMoreSasThanItsQuota() {
        Lab lab = new Lab(SUITE);
        lab.relay = sent -> sent.octets()[18] == 5 ? List.of() : List.of(sent);
        for (int i = 0; i < EstablishedTable.MOST_PER_PEER + 4; i++) {
            lab.join(Lab.settings(SUITE), 100 + i).settle();
        }
        assertEquals(
                EstablishedTable.MOST_PER_PEER + 4, lab.factsOfMember(Registered.class).size());
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
