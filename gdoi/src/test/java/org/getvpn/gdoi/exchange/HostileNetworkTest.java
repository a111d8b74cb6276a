// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;
import org.getvpn.gdoi.exchange.Outcome.Verdict;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.NotifyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that loses, repeats, reorders and forges; a registration comes through all of it. */
class HostileNetworkTest {
    private static final String SUITE = "aes256-sha256-ecp256";

    private static void assertRegistered(Lab lab) {
        assertEquals(1, lab.factsOfMember(Registered.class).size());
        assertEquals(0, lab.factsOfMember(RegistrationFailed.class).size());
        assertEquals(1, lab.group.senderIdRequests.size(), "admitted once, not once per copy");
    }

    @Test
    void losingTheFirstCopyOfEveryDatagramOnlyDelays() {
        Set<Integer> lost = new HashSet<>();
        Lab lab = new Lab(SUITE);
        lab.relay = sent -> lost.add(Arrays.hashCode(sent.octets())) ? List.of() : List.of(sent);
        lab.join(Lab.settings(SUITE)).pass(Duration.ofSeconds(30));
        assertRegistered(lab);
    }

    @Test
    void everyDatagramTwiceChangesNothing() {
        Lab lab = new Lab(SUITE);
        lab.relay = sent -> List.of(sent, sent);
        lab.join(Lab.settings(SUITE)).settle();
        assertRegistered(lab);
        assertTrue(lab.keyServer.counters().retransmissions() > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"the member", "the key server"})
    void messagesInAnotherOrderOnlyDelay(String sender) {
        Lab lab = new Lab(SUITE);
        List<Datagram> held = new ArrayList<>();
        Set<Integer> known = new HashSet<>();
        // The first copy of each message arrives after the message that follows it.
        lab.relay =
                sent -> {
                    if (sent.local().equals(Lab.MEMBER) != sender.equals("the member")) {
                        return List.of(sent);
                    }
                    if (!known.add(Arrays.hashCode(sent.octets()))) {
                        return List.of(sent);
                    }
                    List<Datagram> late = List.copyOf(held);
                    held.clear();
                    held.add(sent);
                    return late;
                };
        lab.join(Lab.settings(SUITE)).pass(Duration.ofSeconds(30));
        assertRegistered(lab);
        assertTrue(known.size() >= 5, "each end's messages of Main Mode and GROUPKEY-PULL");
    }

    @Test
    void everyDatagramThatWasEverSentComesAgainWithEachNewOne() {
        List<Datagram> all = new ArrayList<>();
        Lab lab = new Lab(SUITE);
        lab.relay =
                sent -> {
                    List<Datagram> out = new ArrayList<>();
                    for (Datagram old : all) {
                        if (old.local().equals(sent.local())) {
                            out.add(old);
                        }
                    }
                    if (!out.contains(sent)) {
                        out.add(sent);
                    }
                    boolean known =
                            all.stream().anyMatch(d -> Arrays.equals(d.octets(), sent.octets()));
                    if (!known) {
                        all.add(sent);
                        return out;
                    }
                    return List.of();
                };
        lab.join(Lab.settings(SUITE)).pass(Duration.ofSeconds(5));
        assertRegistered(lab);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void forgedCopiesBeforeEachDatagramAreIgnored(long seed) {
        Random random = new Random(seed);
        Lab lab = new Lab(SUITE);
        lab.relay =
                sent -> {
                    List<Datagram> out = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        // Only what is encrypted: somebody on the path can break Main Mode's
                        // clear messages, as RFC 2409 has it, but nobody can beyond that.
                        if (sent.octets()[19] == 1) {
                            byte[] forged = sent.octets().clone();
                            int at = 28 + random.nextInt(forged.length - 28);
                            forged[at] ^= (byte) (1 << random.nextInt(8));
                            out.add(new Datagram(sent.local(), sent.remote(), forged));
                        }
                        out.add(truncated(sent, random.nextInt(sent.octets().length)));
                    }
                    out.add(sent);
                    return out;
                };
        lab.join(Lab.settings(SUITE)).settle();
        assertRegistered(lab);
    }

    private static Datagram truncated(Datagram sent, int length) {
        return new Datagram(sent.local(), sent.remote(), Arrays.copyOf(sent.octets(), length));
    }

    @Test
    void aForgedUnprotectedRefusalEndsNothing() {
        Lab lab = new Lab(SUITE);
        lab.relay =
                sent -> {
                    if (sent.local().equals(Lab.MEMBER) || sent.octets()[18] != 2) {
                        return List.of(sent);
                    }
                    CookiePair cookies = Frame.read(sent.octets(), 0).cookies();
                    byte[] forged =
                            Frame.clear(
                                    cookies,
                                    ExchangeType.INFORMATIONAL,
                                    List.of(
                                            cookies.notification(
                                                    2, NotifyType.AUTHENTICATION_FAILED)));
                    return List.of(new Datagram(sent.local(), sent.remote(), forged), sent);
                };
        lab.join(Lab.settings(SUITE)).settle();
        assertRegistered(lab);
        assertEquals(3, lab.member.counters().ignored().get(Ignored.UNAUTHENTICATED));
    }

    @Test
    void aCopyOfARunningExchangeFromAnotherAddressIsIgnored() {
        Lab lab = new Lab(SUITE).join(Lab.settings(SUITE)).settle();
        Endpoint thief = Lab.endpoint("10.66.0.2", 848);
        for (Datagram sent : List.copyOf(lab.seen)) {
            if (sent.local().equals(Lab.MEMBER)) {
                Outcome outcome =
                        lab.keyServer.receive(
                                new Datagram(Lab.KEY_SERVER, thief, sent.octets()), lab.now);
                assertFalse(outcome.facts().stream().anyMatch(MemberRegistered.class::isInstance));
            }
        }
        assertRegistered(lab);
    }

    @Test
    void aWholeRecordedRegistrationPlayedAgainRegistersNobody() {
        Lab lab = new Lab(SUITE).join(Lab.settings(SUITE)).settle();
        List<Datagram> recorded = List.copyOf(lab.seen);
        lab.now = lab.now.plus(Duration.ofMinutes(10));
        lab.keyServer.tick(lab.now);
        lab.seen.clear();

        for (Datagram sent : recorded) {
            if (sent.local().equals(Lab.MEMBER)) {
                Outcome outcome = lab.keyServer.receive(Lab.mirror(sent), lab.now);
                for (Computation work : outcome.computations()) {
                    lab.keyServer.resume(work.run(), lab.now);
                }
            }
        }
        assertEquals(1, lab.group.senderIdRequests.size());
        lab.keyServer.tick(lab.now.plus(Duration.ofSeconds(11)));
        assertEquals(0, lab.keyServer.counters().halfOpen());
    }

    @Test
    void anIdlePhaseOneWhoseDeleteWasLostEndsWhenItsPeerDoesNotAnswer() {
        Lab lab = new Lab(SUITE);
        lab.relay = sent -> sent.octets()[18] == 5 ? List.of() : List.of(sent);
        lab.join(Lab.settings(SUITE)).settle();
        assertEquals(1, lab.keyServer.counters().established());
        Outcome outcome = lab.keyServer.tick(lab.now.plus(Duration.ofSeconds(119)));
        assertEquals(1, lab.keyServer.counters().established());
        assertEquals(Duration.ofMinutes(2), outcome.deadline().get().since(lab.now), "says when");
        Ticks asked = lab.now.plus(Duration.ofMinutes(2));
        for (int question = 1; question <= DeadPeerDetection.MOST_QUESTIONS; question++) {
            assertEquals(1, lab.keyServer.tick(asked).send().size());
            asked = asked.plus(EstablishedTable.BETWEEN_QUESTIONS);
        }
        lab.keyServer.tick(asked);
        assertEquals(0, lab.keyServer.counters().established());
    }

    @Test
    void aMessageThatIsBeingWorkedOnIsNotWorkedOnTwice() {
        Lab lab = new Lab(SUITE);
        lab.join(Lab.settings(SUITE));
        lab.step();
        lab.step();
        /* HDR, KE, Ni --> : its computation is held back */
        Datagram keyNonce = Lab.mirror(lab.seen.get(2));
        Outcome first = lab.keyServer.receive(keyNonce, lab.now);
        Outcome second = lab.keyServer.receive(keyNonce, lab.now);
        assertEquals(1, first.computations().size());
        assertEquals(Verdict.IGNORED, second.verdict());
        assertEquals(0, second.computations().size());
        assertEquals(1, lab.keyServer.counters().ignored().get(Ignored.IN_WORK));
    }
}
