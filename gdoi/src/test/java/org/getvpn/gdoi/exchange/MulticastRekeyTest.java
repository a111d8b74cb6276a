// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.junit.jupiter.api.Test;

/** Rekeys that all members hear with one datagram; the activation delay is 5 s. */
class MulticastRekeyTest {
    private static final RekeyAddress HERE = address("239.1.2.3", 848);
    private static final RekeyAddress THERE = address("ff05::848", 4848);

    private final SeededRandom random = new SeededRandom(5);
    private final RekeyReceiver member = new RekeyReceiver(BlueGroup.ID, Set.of(), random);

    private static RekeyAddress address(String text, int port) {
        return new RekeyAddress(Lab.endpoint(text, port).address(), port);
    }

    private static Kek kek(int seed) {
        Kek plain = BlueGroup.kek(seed);
        return new Kek(
                plain.spi(),
                plain.algorithm(),
                plain.ivAndKey(),
                plain.remainingSeconds(),
                plain.signatureHash(),
                plain.signatureAlgorithm(),
                plain.signatureKey(),
                GroupKeyPushAck.KEK_SHA256);
    }

    private static Datagram push(Kek under, Kek brought, long sequence) {
        return new Datagram(
                Lab.MEMBER,
                Lab.KEY_SERVER,
                GroupKeyPush.seal(
                        under,
                        new RekeyMessage(
                                sequence,
                                List.of(),
                                false,
                                false,
                                BlueGroup.download(brought, 5000, List.of())),
                        BlueGroup.SIGNING.getPrivate(),
                        Lab.KEY_SERVER));
    }

    private static Ticks at(long millis) {
        return Ticks.ofNanos(millis * 1_000_000);
    }

    @Test
    void aRekeyThatBringsAKekNamesItsMulticastGroup() {
        Kek old = kek(9).sentTo(HERE);
        member.install(old, 0);
        assertEquals(Set.of(HERE), member.rekeyAddresses());

        /* HDR*, SEQ, SA (SAK: DST ID = ff05::848, 4848), KD, SIG --> */
        member.receive(push(old, kek(10).sentTo(THERE), 1), at(0));

        assertEquals(
                List.of(HERE, THERE),
                new ArrayList<>(member.rekeyAddresses()),
                "the old group as long as the old KEK is held");
        member.clear();
        assertEquals(Set.of(), member.rekeyAddresses());
    }

    @Test
    void aKekWithoutAGroupNamesNobodyInsteadOfIt() {
        Kek old = kek(9);
        member.install(old, 0);
        member.receive(push(old, kek(10), 1), at(0));
        assertEquals(Set.of(), member.rekeyAddresses());
    }

    @Test
    void whatAllHearAtOnceIsAcknowledgedWithinAQuarterOfTheActivationDelay() {
        Set<Long> delays = new HashSet<>();
        for (int one = 0; one < 50; one++) {
            RekeyReceiver each = new RekeyReceiver(BlueGroup.ID, Set.of(), random);
            each.install(kek(9).sentTo(HERE), 0);
            /* HDR*, SEQ, SA, KD, SIG --> */
            Outcome heard = each.receive(push(kek(9), null, 1), at(1000));
            assertEquals(List.of(), heard.send());
            Ticks due = heard.deadline().orElseThrow();
            Duration delay = due.since(at(1000));
            assertTrue(delay.toMillis() <= 1250, delay.toString());
            delays.add(delay.toMillis() / 250);
            assertEquals(
                    List.of(), each.tick(Ticks.ofNanos(due.nanos() - 1)).send(), "before its time");
            /* <-- HDR, HASH, SEQ, ID */
            assertEquals(1, each.tick(due).send().size());
            assertEquals(List.of(), each.tick(due).send(), "once");
        }
        assertEquals(5, delays.size(), "spread over the whole of it");
    }

    @Test
    void repetitionsThatComeMeanwhileAreAcknowledgedWithTheFirst() {
        Lab lab = new Lab("aes256-sha256-ecp256");
        Kek kek = kek(9).sentTo(HERE);
        lab.keyServer.acknowledgements().expect(BlueGroup.ID, kek);
        member.install(kek, 0);
        Ticks due = member.receive(push(kek, null, 1), at(0)).deadline().orElseThrow();
        for (int sequence = 2; sequence <= 30; sequence++) {
            assertEquals(
                    due, member.receive(push(kek, null, sequence), at(0)).deadline().orElseThrow());
        }
        List<Long> acknowledged =
                member.tick(due).send().stream()
                        .map(
                                sent ->
                                        lab.keyServer.receive(
                                                new Datagram(
                                                        Lab.KEY_SERVER, Lab.MEMBER, sent.octets()),
                                                due))
                        .map(outcome -> ((RekeyAcknowledged) outcome.facts().get(0)).sequence())
                        .collect(Collectors.toList());
        assertEquals(16, acknowledged.size(), "no more are kept than can be needed");
        assertEquals(30L, acknowledged.get(15));
    }

    @Test
    void aCopyForAMemberAloneIsAcknowledgedAtOnce() {
        member.install(kek(9), 0);
        assertEquals(1, member.receive(push(kek(9), null, 1), at(0)).send().size());
    }

    @Test
    void onlyAMulticastAddressWithAPortIsARekeyAddress() throws Exception {
        InetAddress unicast = InetAddress.getByName("10.1.0.2");
        InetAddress multicast = InetAddress.getByName("239.1.2.3");
        assertThrows(IllegalArgumentException.class, () -> new RekeyAddress(unicast, 848));
        assertThrows(IllegalArgumentException.class, () -> new RekeyAddress(multicast, 0));
        assertThrows(IllegalArgumentException.class, () -> new RekeyAddress(multicast, 65_536));
        assertEquals("239.1.2.3:848", HERE.toString());
        assertNotEquals(HERE, THERE);
    }
}
